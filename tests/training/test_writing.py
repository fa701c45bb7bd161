"""Learning a long text stretch by stretch, counting it, and what is stored of both."""

import hashlib
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from course_utils.cells import CellInputError, central_difference, flatten, leaves, map_leaves
from course_utils.training import start_model
from course_utils.training import writing as making
from course_utils.training.language_model import sample
from course_utils.training.listening import listening
from course_utils.training.model import (
    Batch,
    Dropout,
    loss_and_gradients,
    pass_through,
    predict,
    read_on,
)
from course_utils.training.ngrams import ngram_surprises
from course_utils.training.small_weights import largest_rounding, load_small, rounded, save_small
from course_utils.training.stored_writers import bits, continued, runs, small_writer, writer
from course_utils.training.stretches import Carried, rounds_of, stretches, surprises
from course_utils.training.tasks import novel

CELLS = ("rnn", "gru", "lstm")


def model(cell="lstm", units=5, vocabulary=6, seed=0):
    return start_model(
        np.random.default_rng(seed), cell, units, vocabulary, vocabulary=vocabulary, embedding=3
    )


def softmax(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum()


# ---------------------------------------------------------------- stretches


def test_stretches_are_the_text_cut_into_parts_and_read_side_by_side() -> None:
    text = np.arange(23)
    made = stretches(text, 2, 4)
    first, second, again = next(made), next(made), next(made)
    np.testing.assert_array_equal(first.inputs.T, [[0, 1, 2, 3], [11, 12, 13, 14]])
    np.testing.assert_array_equal(first.targets, first.inputs + 1)
    np.testing.assert_array_equal(second.inputs.T, [[4, 5, 6, 7], [15, 16, 17, 18]])
    assert rounds_of(text, 2, 4) == 2
    np.testing.assert_array_equal(again.inputs, first.inputs)
    with pytest.raises(CellInputError, match="a part has 11 tokens, expected at least 12"):
        next(stretches(text, 2, 12))


@pytest.mark.parametrize("cell", CELLS)
def test_the_state_goes_on_from_stretch_to_stretch_and_begins_anew_with_the_text(cell) -> None:
    params, text = model(cell), np.random.default_rng(1).integers(0, 6, 25)
    gradients = Carried(rounds_of(text, 1, 8))
    made = stretches(text, 1, 8)
    losses = [gradients(params, next(made))[0] for _ in range(4)]
    whole = predict(params, text[:24, None])[:, 0]
    nats = np.array([-math.log(softmax(z)[w]) for z, w in zip(whole, text[1:], strict=True)])
    np.testing.assert_allclose(losses[:3], nats.reshape(3, 8).mean(axis=1), rtol=1e-12)
    assert losses[3] == losses[0]


@pytest.mark.parametrize("cell", CELLS)
def test_no_gradient_goes_back_beyond_a_stretch(cell) -> None:
    """The gradient is that of the loss with the state held where the stretch before left it."""
    params, text = model(cell), np.random.default_rng(2).integers(0, 6, 17)
    made, carried = stretches(text, 1, 8), Carried(2)
    first, second = next(made), next(made)
    _, states = read_on(params, first.inputs)
    carried(params, first)
    _, gradient = carried(params, second)

    def loss(tree):
        return pass_through(tree, second, states).loss

    for (name, exact), (_, numeric) in zip(
        leaves(gradient), leaves(central_difference(loss, params)), strict=True
    ):
        np.testing.assert_allclose(exact, numeric, atol=1e-8, err_msg=name)


def test_surprise_is_what_softmax_gives_each_token_in_order() -> None:
    params, text = model(), np.random.default_rng(3).integers(0, 6, 40)
    whole = predict(params, text[:-1, None])[:, 0]
    nats = [-math.log(softmax(z)[w]) for z, w in zip(whole, text[1:], strict=True)]
    np.testing.assert_allclose(surprises(params, text, streams=1, steps=7), nats, rtol=1e-10)
    in_parts = surprises(params, text, streams=2, steps=7)
    again = surprises(params, text[20:], streams=1)
    np.testing.assert_allclose(in_parts[20:], again, rtol=1e-10)


# ---------------------------------------------------------------- dropout


def test_dropout_keeps_the_mean_and_cuts_the_share_it_says() -> None:
    factors = Dropout(0.25, np.random.default_rng(0)).factors(np.zeros((200, 200)))
    assert set(np.unique(factors)) == {0.0, 1 / 0.75}
    assert np.mean(factors == 0) == pytest.approx(0.25, abs=0.01)
    assert factors.mean() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("last_only", [False, True])
def test_the_gradient_with_dropout_is_that_of_the_same_cut_network(last_only) -> None:
    params, rng = model(), np.random.default_rng(4)
    inputs = rng.integers(0, 6, (5, 3))
    targets = rng.integers(0, 6, 3 if last_only else (5, 3))

    def loss(tree):
        cuts = Dropout(0.4, np.random.default_rng(7))
        return pass_through(tree, Batch(inputs, targets), dropout=cuts).loss

    gradient = pass_through(
        params, Batch(inputs, targets), dropout=Dropout(0.4, np.random.default_rng(7))
    ).gradient
    for (name, exact), (_, numeric) in zip(
        leaves(gradient), leaves(central_difference(loss, params)), strict=True
    ):
        np.testing.assert_allclose(exact, numeric, atol=1e-8, err_msg=name)
    plain = loss_and_gradients(params, Batch(inputs, targets))[0]
    assert loss(params) != plain


# ---------------------------------------------------------------- counting


def by_dictionary(train, text, longest, vocabulary):
    """Witten and Bell's rule, token by token, with dictionaries."""
    followed = defaultdict(Counter)
    for n in range(1, longest + 1):
        for k in range(len(train) - n + 1):
            *context, token = train[k : k + n]
            followed[tuple(context)][token] += 1

    def p(context, token):
        shorter = p(context[1:], token) if context else 1 / vocabulary
        seen = followed.get(context)
        if not seen:
            return shorter
        return (seen[token] + len(seen) * shorter) / (sum(seen.values()) + len(seen))

    return [
        [-math.log(p(tuple(text[k - n + 1 : k]), text[k])) for k in range(longest - 1, len(text))]
        for n in range(1, longest + 1)
    ]


def test_ngrams_are_those_of_a_dictionary() -> None:
    rng = np.random.default_rng(5)
    train, text = rng.integers(0, 4, 300), rng.integers(0, 5, 60)
    found = ngram_surprises(train, text, 4, 5)
    expected = by_dictionary(train.tolist(), text.tolist(), 4, 5)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_ngrams_say_what_does_not_fit() -> None:
    with pytest.raises(CellInputError, match="does not fit 63 bits"):
        ngram_surprises(np.zeros(99, int), np.zeros(99, int), 10, 80)
    with pytest.raises(CellInputError, match="shorter than 4 tokens"):
        ngram_surprises(np.zeros(3, int), np.zeros(99, int), 4, 5)


# ---------------------------------------------------------------- writing and listening


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.7])
def test_each_letter_is_drawn_from_softmax_at_the_temperature(cell, temperature) -> None:
    """The stream of random numbers is the same; the probabilities are NumPy's."""
    params, prompt = model(cell), np.array([2, 4])
    drawn = sample(params, np.random.default_rng(6), prompt, 30, temperature=temperature)
    rng, tokens = np.random.default_rng(6), prompt.tolist()
    for _ in range(30):
        p = softmax(predict(params, np.array(tokens)[:, None])[-1, 0] / temperature)
        tokens.append(int(np.searchsorted(np.cumsum(p), rng.random(), side="right")))
    assert drawn.tolist() == tokens[2:]


def test_drawing_follows_the_probabilities() -> None:
    params = model(vocabulary=3)
    readout = params.readout._replace(W=np.zeros((3, 5)), b=np.log([0.6, 0.3, 0.1]))
    drawn = sample(
        params._replace(readout=readout), np.random.default_rng(0), np.array([0]), 3000,
        temperature=0.5,
    )  # fmt: skip
    expected = np.array([0.36, 0.09, 0.01]) / 0.46  # p² over its sum
    np.testing.assert_allclose(np.bincount(drawn, minlength=3) / 3000, expected, atol=0.02)


@pytest.mark.parametrize("cell", CELLS)
def test_listening_is_the_gradient_by_finite_differences(cell) -> None:
    params, tokens = model(cell), np.array([1, 4, 0, 2, 2, 5])
    vectors = params.embedding[tokens[:-1]]
    plain = params._replace(embedding=None)

    def log_p(xs):
        return math.log(softmax(predict(plain, xs[:, None, :])[-1, 0])[tokens[-1]])

    slopes = np.zeros_like(vectors)
    for place in np.ndindex(*vectors.shape):
        step = np.zeros_like(vectors)
        step[place] = 1e-6
        slopes[place] = (log_p(vectors + step) - log_p(vectors - step)) / 2e-6
    expected = np.linalg.norm(slopes, axis=1)
    np.testing.assert_allclose(listening(params, tokens), expected, rtol=1e-6, atol=1e-10)
    both = listening(params, np.stack([tokens, tokens[::-1]], axis=1))
    np.testing.assert_allclose(both[:, 0], expected, rtol=1e-6, atol=1e-10)
    with pytest.raises(CellInputError, match="at least two tokens"):
        listening(params, tokens[:1])


# ---------------------------------------------------------------- the text


def test_the_text_is_divided_by_chapters() -> None:
    book = "front\n" + "".join(f"CHAPTER {k}. A.\n\nbody {k}\n" for k in range(1, 42))
    text = novel.divided(book)

    def chapters(tokens):
        return [int(line.split()[1]) for line in novel.text_of(tokens).splitlines() if "b" in line]

    assert chapters(text.held_out) == [20, 40]
    assert chapters(text.stopping) == [10, 30]
    assert chapters(text.train) == [k for k in range(1, 42) if k % 10]


def test_letters_become_places_and_letters_again() -> None:
    assert novel.text_of(novel.tokens_of("“Ahab’s—quick”\n")) == '"Ahab\'s--quick"\n'
    assert novel.text_of(novel.tokens_of("naïve ☃ x")) == "nave  x"


def test_another_text_is_not_taken_for_the_novel(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("Call me Ishmael.")
    with pytest.raises(CellInputError, match="the text has SHA-256 [0-9a-f]{64}, expected"):
        novel.fetched(tmp_path / "book.txt")


def test_what_is_stored_of_the_novel_is_ascii_of_its_alphabet() -> None:
    for name in ("held_out", "stopping", "beginning"):
        text = (novel.STORED / f"{name}.txt").read_text("ascii")
        assert text.startswith("CHAPTER ")
        assert novel.text_of(novel.stored(name)) == text
    assert "CHAPTER 20. " in novel.text_of(novel.stored("held_out"))
    assert "CHAPTER 10. " not in novel.text_of(novel.stored("beginning"))
    with pytest.raises(CellInputError, match="'end' is not stored"):
        novel.stored("end")


# ---------------------------------------------------------------- weights in 8 bits


def test_weights_come_back_as_they_were_rounded(tmp_path: Path) -> None:
    params = model()
    save_small(tmp_path / "w.npz", params)
    back = load_small(tmp_path / "w.npz")
    for (name, a), (_, b) in zip(leaves(back), leaves(rounded(params)), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=name)
        assert a.dtype == np.float64
    for (_, exact), (_, near) in zip(leaves(params), leaves(back), strict=True):
        row = np.abs(exact).max(axis=-1, keepdims=True)
        assert (np.abs(exact - near) <= row / 254 * (1 + 1e-6)).all()
    assert largest_rounding(params) > 0
    assert largest_rounding(map_leaves(np.zeros_like, params)) == 0


# ---------------------------------------------------------------- the command and what it stored


TINY = [10, 6.2414, 6.2416]
"""Updates, bits on learned text, bits on new text, at the end of the tiny training."""


def small(setting, **changes):
    return setting._replace(units=8, embedding=4, streams=4, steps=10, every=5, **changes)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The command on a short text, at a tiny size, twice."""
    tmp_path = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as monkeypatch:
        return _made(tmp_path, monkeypatch)


def _made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    chapters = [f"CHAPTER {k}. A whale, of course; the ship and the sea!\n" for k in range(1, 62)]
    book = "".join(chapters).encode()
    (tmp_path / "book.txt").write_bytes(book)
    monkeypatch.setattr(novel, "DIGEST", hashlib.sha256(book).hexdigest())
    monkeypatch.setattr(making, "WRITER", small(making.WRITER, updates=10))
    monkeypatch.setattr(making, "CELLS", {"gru": small(making.CELLS["gru"], updates=5)})
    overfit = {"0.5": small(making.OVERFIT["0.5"], updates=5)}
    monkeypatch.setattr(making, "OVERFIT", overfit)
    monkeypatch.setattr(making, "YOURSELF", {})
    found = []
    for name in ("first", "second"):
        options = ["--text", str(tmp_path / "book.txt"), "--folder", str(tmp_path / name)]
        said = CliRunner().invoke(making.main, options, catch_exceptions=False)
        assert said.exit_code == 0, said.output
        found.append(tmp_path / name)
    return found


def test_the_command_gives_the_same_each_time(made) -> None:
    first, second = made
    names = sorted(path.name for path in first.iterdir())
    assert names == [
        "beginning.txt", "gru.npz", "held_out.txt", "runs.json", "stopping.txt", "writer.npz"
    ]  # fmt: skip
    for name in ("beginning.txt", "held_out.txt", "stopping.txt", "runs.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    for name in ("writer.npz", "gru.npz"):
        a, b = (flatten(load_small(folder / name)) for folder in made)
        np.testing.assert_array_equal(a, b)


def test_a_tiny_training_is_what_it_was_when_this_was_written(made) -> None:
    """In float32 the last bit is the machine's; four digits are not."""
    stored = json.loads((made[0] / "runs.json").read_text())
    assert list(stored)[-5:] == ["ngrams", "writer", "cells", "overfitting", "yourself"]
    assert list(stored["writer"]["samples"]) == ["0", "10"]
    assert [m[0] for m in stored["writer"]["measured"]] == [5, 10]
    assert stored["writer"]["measured"][-1] == pytest.approx(TINY, abs=1e-3)


@pytest.mark.slow
def test_learning_by_heart_begins_as_the_stored_run_did() -> None:
    """Its first evaluation; the whole novel, which the others learned from, is not stored."""
    parts = novel.stored("beginning"), novel.stored("stopping")
    setting = making.YOURSELF["lstm"]
    again = making.train(*parts, setting, watch=lambda evaluation: True, progress=False)
    first = runs()["yourself"]["lstm"]["measured"][0]
    assert again.measured[0] == pytest.approx(first, abs=0.02)


@pytest.mark.slow
def test_the_stored_network_is_as_good_as_is_said() -> None:
    said = runs()["writer"]
    held_out = novel.stored("held_out")
    assert bits(writer(), held_out) == pytest.approx(said["held out"], abs=2e-4)
    assert said["numbers"] == sum(a.size for _, a in leaves(writer()))
    for cell in CELLS:
        stored = runs()["cells"][cell]
        assert bits(small_writer(cell), held_out) == pytest.approx(stored["held out"][0], abs=2e-4)
    with pytest.raises(CellInputError, match="cell is 'elman'"):
        small_writer("elman")


def test_the_last_sample_is_what_the_stored_network_writes() -> None:
    said = runs()["writer"]["samples"]
    assert list(said) == ["0", "100", "1000", "10000"]
    assert continued(writer(), "The ", 320, 0.7, 0) == said["10000"]


def test_the_weights_are_small_in_the_repository() -> None:
    sizes = {path.name: path.stat().st_size for path in novel.STORED.glob("*.npz")}
    assert set(sizes) == {"writer.npz", "rnn.npz", "gru.npz", "lstm.npz"}
    assert sum(sizes.values()) < 450_000
