"""Lecture 10 as stored: its numbers against single steps of the stored network and plain Python."""

import asyncio
import importlib
import json
import math
import re
import sys
from itertools import pairwise

import numpy as np
import pytest

from course_utils.cells import LSTMState, leaves, lstm_step
from course_utils.training.stored_writers import continued, runs, writer
from course_utils.training.tasks.novel import ALPHABET, STORED, stored, text_of, tokens_of
from tests.notebooks.stored import (
    NOTEBOOKS,
    cell,
    notebook,
    numbers,
    predicted,
    printed,
    shown_right,
    words_of_figure,
)

LECTURE = notebook("10_a_network_that_writes.ipynb")
TEXT = "\n".join(c.source for c in LECTURE.cells if c.cell_type == "markdown")


@pytest.fixture(autouse=True)
def beside_the_notebooks(monkeypatch) -> None:
    """Helpers import each other as in a notebook."""
    monkeypatch.syspath_prepend(NOTEBOOKS)


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def probabilities(text, temperature=1.0):
    """Of the next letter after each letter of `text`, by single steps."""
    params = writer()
    (lstm,) = params.layers
    state, found = LSTMState(np.zeros(256), np.zeros(256)), []
    for k in tokens_of(text):
        state, _ = lstm_step(lstm, params.embedding[k], state)
        found.append(softmax((params.readout.W @ state.h + params.readout.b) / temperature))
    return found


def test_the_count_is_that_of_the_formula() -> None:
    by_hand = 80 * 32 + 4 * 256 * (256 + 32 + 1) + 80 * 256 + 80
    assert printed(cell(LECTURE, "count"))[-1] == f"together {by_hand}"
    assert by_hand == sum(a.size for _, a in leaves(writer()))


def test_the_probability_of_a_letter_is_that_of_single_steps() -> None:
    p = probabilities("the whal")[-1][ALPHABET.index("e")]
    assert predicted(cell(LECTURE, "predict-whale")) == pytest.approx(p, rel=1e-5)


def test_what_it_writes_first_follows_from_single_steps() -> None:
    """The first letters that go_on draws, with NumPy's own draws from our probabilities."""
    text, rng = "Call me ", np.random.default_rng(0)
    for _ in range(12):
        p = probabilities(text, 0.6)[-1]
        text += ALPHABET[rng.choice(80, p=p)]
    assert " ".join(printed(cell(LECTURE, "go-on"))).startswith(" ".join(text.split()))


def test_go_on_writes_what_the_library_and_so_the_view_write() -> None:
    text = "Call me " + continued(writer(), "Call me ", 400, 0.6, 0)
    assert " ".join(printed(cell(LECTURE, "go-on"))).split() == text.split()


def test_the_ages_are_the_stored_samples_and_the_answer_is_the_right_one() -> None:
    samples = runs()["writer"]["samples"]
    shown = "".join("".join(o.text for o in cell(LECTURE, "ages-shown").outputs).split())
    for age in samples:
        assert "".join(samples[age][:210].split()) in shown
    label = predicted(cell(LECTURE, "predict-age"))
    assert f"{label}The" + "".join(samples["100"][:210].split()) in shown
    told = printed(cell(LECTURE, "ages-told"))[1:]
    bits = [float(line.split()[-4]) for line in told[1:]]
    assert bits == sorted(bits, reverse=True)


def test_the_bits_of_the_held_out_text_are_those_of_the_stored_network() -> None:
    """On one passage by single steps; on the whole as runs.json says."""
    line = printed(cell(LECTURE, "zeroed-values"))[1]
    assert shown_right(numbers(line)[-1], runs()["writer"]["held out"])
    text = text_of(stored("held_out"))
    start = text.index("resolving, however, to sleep ashore")
    assert start < len(text) // 20  # so that it is read from the beginning of the chapters
    before = probabilities(text[: start + 35])
    expected = [
        -math.log2(before[k - 1][ALPHABET.index(text[k])]) for k in range(start, start + 35)
    ]
    shown = [float(n) for row in printed(cell(LECTURE, "surprise-letters"))[1:]
             for n in re.findall(r"\d+\.\d", row)]  # fmt: skip
    np.testing.assert_allclose(shown, expected, atol=0.051)


def test_the_numbers_by_hand_are_right() -> None:
    assert predicted(cell(LECTURE, "predict-perplexity")) == pytest.approx(4)
    assert predicted(cell(LECTURE, "predict-temperature")) == pytest.approx(math.exp(2), rel=1e-5)
    assert f"{1 / ((1 / 2 + 1 / 4 + 1 / 8) / 3):.2f}" == "3.43" in TEXT
    assert f"{math.exp(10):,.0f}" == "22,026" in TEXT


def test_the_curve_of_counting_is_the_stored_one_and_the_text_says_its_best() -> None:
    counted = runs()["ngrams"]
    assert predicted(cell(LECTURE, "predict-ngrams")) == pytest.approx(counted)
    best = int(np.argmin(counted))
    writers = runs()["writer"]["held out"]
    why = cell(LECTURE, "contest-why").source
    assert f"$n = {best + 1}$, needs {counted[best]:.2f} bits" in why
    assert f"{writers:.2f}, a perplexity of {2**writers:.2f} against {2 ** counted[best]:.2f}" in (
        why.replace(" bits", "").replace("needs ", "").replace("The LSTM of 256 units ", "")
    )
    assert writers < counted[best]


def test_dropout_by_hand_and_the_end_of_the_curves() -> None:
    overfit = runs()["overfitting"]
    words = words_of_figure(cell(LECTURE, "figure-overfitting"))
    for share, found in overfit.items():
        learned, new = found["measured"][-1][1:]
        assert f"Dropout {share}: at the end {learned:.2f} on learned and {new:.2f}" in words
    new = [row[2] for row in overfit["0"]["measured"]]
    rises = new[-1] - min(new) > 0.03
    assert predicted(cell(LECTURE, "predict-overfitting")).endswith("rise") == rises


@pytest.mark.slow
def test_the_units_are_found_on_one_half_and_measured_on_the_other() -> None:
    shown = printed(cell(LECTURE, "tracking-values"))[1:]
    text = text_of(stored("held_out"))[26_000:42_000]
    params = writer()
    (lstm,) = params.layers
    state, states = LSTMState(np.zeros(256), np.zeros(256)), []
    for k in tokens_of(text):
        state, _ = lstm_step(lstm, params.embedding[k], state)
        states.append(state.c)
    letters, count = [], 0
    for letter in text:
        count = 0 if letter in " \n" else count + 1
        letters.append(count)
    (line,) = [line for line in shown if line.startswith("letters of the word")]
    unit, first, second = numbers(line)
    column, wanted = np.array(states)[200:, int(unit) - 1], np.array(letters)[200:]
    blocks = np.array_split(np.arange(len(wanted)), range(500, len(wanted), 500))
    for shown_value, parity in ((first, 0), (second, 1)):
        part = np.concatenate(blocks[parity::2])
        r = np.corrcoef(column[part], wanted[part])[0, 1]
        assert shown_right(shown_value.lstrip("+"), r)


def test_the_listening_shown_is_the_same_both_ways() -> None:
    one, other = printed(cell(LECTURE, "listening-checked"))
    assert numbers(one)[-1] == numbers(other)[-1]


def test_a_network_of_ones_own_is_trained_drawn_and_writes(monkeypatch) -> None:
    trainer = importlib.import_module("self_trained_writer")
    tiny = {
        name: setting._replace(units=4, embedding=2, updates=4, every=2, steps=10)
        for name, setting in trainer.YOURSELF.items()
    }
    monkeypatch.setattr(trainer, "YOURSELF", tiny)
    mine = trainer.writer_trainer()
    asyncio.run(mine.run())
    said = mine.picture.text
    ends = {c: found["measured"][-1][2] for c, found in runs()["yourself"].items()}
    for name, value in ends.items():
        assert f"{name.upper()} {value:.2f}" in said
    assert re.search(r"Yours, LSTM: \d\.\d\d after 4\.", said)
    assert len(said[said.index("It writes: “The ") :]) > 250


def test_the_torch_bridge_says_that_it_is_absent_or_that_all_is_equal(monkeypatch) -> None:
    bridge = importlib.import_module("torch_bridge")
    monkeypatch.setitem(sys.modules, "torch", None)
    assert bridge.read_with_torch(writer(), stored("held_out")[:10]) == bridge.ABSENT


@pytest.mark.torch
def test_torch_reads_with_our_weights() -> None:
    pytest.importorskip("torch")
    bridge = importlib.import_module("torch_bridge")
    said = bridge.read_with_torch(writer(), stored("held_out")[:300])
    assert float(said.split()[-1].rstrip(".")) < 1e-6


def test_the_older_writer_is_the_better_one() -> None:
    new = [row[2] for row in runs()["writer"]["measured"]]
    at = {row[0]: row[2] for row in runs()["writer"]["measured"]}
    assert all(a > b for a, b in pairwise([math.log2(80), at[100], at[1000], min(new)]))
    assert json.loads((STORED / "runs.json").read_text())["writer"]["setting"]["updates"] == 10_000
