"""Lecture 12 as stored: its numbers against single steps, plain Python, and finite differences."""

import asyncio
import importlib
import math
import re
import sys

import numpy as np
import pytest

from course_utils.cells import LSTMState, lstm_step
from course_utils.training.reversing import LENGTHS, SETTINGS, YOURSELF, reverser, runs
from course_utils.training.tasks.reversal import reversal
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

LECTURE = notebook("12_after_the_lstm.ipynb")
TEXT = "\n".join(c.source for c in LECTURE.cells if c.cell_type == "markdown")


@pytest.fixture(autouse=True)
def beside_the_notebooks(monkeypatch) -> None:
    """Helpers import each other as in a notebook."""
    monkeypatch.syspath_prepend(NOTEBOOKS)


def softmax(scores):
    powers = [math.exp(s) for s in scores]
    return [p / sum(powers) for p in powers]


def by_steps(name, string):
    """What a stored network says, and its weights: single steps and one formula."""
    params = reverser(name)
    units = len(params.encoder.forget.b)
    state, read = LSTMState(np.zeros(units), np.zeros(units)), []
    for digit in string:
        state, _ = lstm_step(params.encoder, params.embedding[int(digit)], state)
        read.append(state.h)
    written, weights, token = "", [], -1
    for _ in string:
        state, _ = lstm_step(params.decoder, params.embedding[token], state)
        seen = state.h
        if params.attends:
            weights.append(softmax([float(state.h @ h) for h in read]))
            mean = sum(w * h for w, h in zip(weights[-1], read, strict=True))
            seen = np.concatenate([seen, mean])
        token = int(np.argmax(params.readout.W @ seen + params.readout.b))
        written += str(token)
    return written, np.array(weights)


def shares(name, length):
    """Strings right in per cent, a number a seed."""
    return 100 * np.array(runs()[name]["right"])[:, LENGTHS.index(length)]


def test_the_count_is_that_of_the_formula() -> None:
    units, vectors = 33, 8
    by_hand = 11 * vectors + 2 * 4 * units * (units + vectors + 1) + 10 * units + 10
    assert printed(cell(LECTURE, "count"))[-1] == f"together {by_hand}"
    with_attention = 11 * 8 + 2 * 4 * 32 * (32 + 8 + 1) + 10 * 64 + 10
    assert f"{with_attention:,} against {by_hand:,}" in cell(LECTURE, "where").source


def test_what_the_network_says_is_what_single_steps_say() -> None:
    lines = [line.split()[1] for line in printed(cell(LECTURE, "ask-it"))]
    for string, said, right in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        assert right == string[::-1]
        assert said == by_steps("without", string)[0]


def test_the_digits_that_are_lost_are_those_read_first() -> None:
    strings = reversal(np.random.default_rng((2, 20)), 500, 20).inputs[:, :60].T
    right = np.zeros(20)
    for row in strings:
        string = "".join(map(str, row))
        said, _ = by_steps("without", string)
        right += [a == b for a, b in zip(said, string[::-1], strict=True)]
    right /= len(strings)
    assert right[0] > 0.85 > 0.45 > right[-1]
    assert predicted(cell(LECTURE, "predict-lost")) == "those it read first"
    for line in printed(cell(LECTURE, "lost-values"))[1:]:
        place, _, share = numbers(line)
        assert float(share) == pytest.approx(right[int(place) - 1], abs=0.2)  # 60 of 500 strings


def test_the_curves_are_the_stored_ones_and_the_text_says_their_ends() -> None:
    for id, name in (("predict-reach", "without"), ("predict-with", "with")):
        expected = [shares(name, n).mean() for n in range(2, 25, 2)]
        assert predicted(cell(LECTURE, id)) == pytest.approx(expected, abs=0.01)
    why = cell(LECTURE, "reach-why").source
    assert f"at twenty {shares('without', 20).mean():.0f} in 100" in why
    longer, plain = shares("without, longer", 15).mean(), shares("without", 15).mean()
    assert f"{longer:.0f} of 100 right at fifteen digits, where the others have {plain:.0f}" in why
    assert f"{shares('without, longer', 20).mean():.0f} at twenty" in why
    assert SETTINGS["without, longer"].updates == 3 * SETTINGS["without"].updates
    assert 40 < shares("without", 16).mean() < 60
    assert shares("without", 10).min() > 95


def test_beyond_the_lengths_of_training_the_seeds_part() -> None:
    why = cell(LECTURE, "with-why").source
    at_20, at_22, at_24 = (shares("with", n) for n in (20, 22, 24))
    assert at_20.min() > 98.5
    assert np.ptp(at_20) < 1.5
    assert f"from {at_22.min():.0f} to {at_22.max():.0f} in 100" in why
    assert f"one still has {at_24.max():.0f}" in why
    longer = shares("without, longer", 22).mean()
    assert f"and {longer:.0f} at 22, where attention has {at_22.mean():.0f} on average" in why
    assert sorted(at_24)[-2] < 1
    for line in printed(cell(LECTURE, "with-values"))[2:]:
        n, *shown = numbers(line)
        expected = []
        for name in ("without", "with"):
            found = shares(name, int(n))
            expected += [found.mean(), found.min(), found.max()]
        assert all(shown_right(s, e) for s, e in zip(shown, expected, strict=True)), line


def test_attention_by_hand_is_right() -> None:
    q, K, V = [1, 1], [[1, -1], [0, 1], [1, 1]], [[4, 0], [0, 2], [1, 1]]
    scores = [sum(a * b for a, b in zip(q, k, strict=True)) for k in K]
    weights = softmax(scores)
    context = [sum(w * v[k] for w, v in zip(weights, V, strict=True)) for k in range(2)]
    keys = [sum(w * v[k] for w, v in zip(weights, K, strict=True)) for k in range(2)]
    whole = [sum(math.exp(s) * v[k] for s, v in zip(scores, V, strict=True)) for k in range(2)]
    assert predicted(cell(LECTURE, "predict-weight")) == pytest.approx(weights[2], rel=1e-5)
    lines = printed(cell(LECTURE, "attention-values"))
    for line, values in zip((lines[1], lines[-1]), (scores, context), strict=True):
        assert all(shown_right(s, v) for s, v in zip(numbers(line), values, strict=True))
    assert "[{:.3f}, {:.3f}]".format(*context) in cell(LECTURE, "attention-values-why").source
    wrong = cell(LECTURE, "wrong-axis-why").source
    assert "= [{:.3f}, {:.3f}]$$".format(*keys) in wrong
    assert "instead of $[{:.3f}, {:.3f}]$".format(*context) in wrong
    assert "$[{:.3f}, {:.3f}]$".format(*whole) in wrong


def test_the_wrong_axis_has_rows_that_do_not_sum_to_one() -> None:
    table = [[0, 1, 2], [2, -1, 0]]
    columns = [softmax(c) for c in zip(*table, strict=True)]
    sums = [sum(c[k] for c in columns) for k in range(2)]
    shown = [numbers(line)[-1] for line in printed(cell(LECTURE, "wrong-axis"))[1:]]
    assert all(shown_right(s, v) for s, v in zip(shown, [1, 1, *sums], strict=True))
    assert f"sum to {sums[0]:.3f} and {sums[1]:.3f}" in cell(LECTURE, "wrong-axis-why").source


def test_the_weights_that_are_drawn_are_those_of_single_steps() -> None:
    said, weights = by_steps("with", "3141592653")
    assert said == "3562951413"
    assert predicted(cell(LECTURE, "predict-place")) == weights[0].argmax() + 1 == 10
    words = words_of_figure(cell(LECTURE, "figure-looks"))
    for m, row in enumerate(weights):
        most = f"digit {m + 1} on place {row.argmax() + 1} ({100 * row.max():.0f} %)"
        assert most in words
        assert row.argmax() == 9 - m
    assert weights[0].max() > 0.98
    assert all(0.5 < row.max() < 0.8 for row in weights[1:])


def test_the_gradient_by_hand_is_that_of_differences() -> None:
    one, other = printed(cell(LECTURE, "backward-checked"))
    assert numbers(one) == numbers(other)

    def first(scores):
        return sum(w * v for w, v in zip(softmax(scores), [4, 0, 1], strict=True))

    for k, shown in enumerate(numbers(one)):
        up, down = [0.0, 1.0, 2.0], [0.0, 1.0, 2.0]
        up[k], down[k] = up[k] + 1e-5, down[k] - 1e-5
        assert float(shown) == pytest.approx((first(up) - first(down)) / 2e-5, abs=1e-5)


def test_what_the_two_directions_see_and_cost() -> None:
    assert predicted(cell(LECTURE, "predict-touched")) == 4
    words = words_of_figure(cell(LECTURE, "figure-touched"))
    assert "forward: steps 4, 5, 6, 7, 8, 9; backward: steps 1, 2, 3, 4;" in words
    D, H = 8, 32
    lower, higher, wide = (4 * H * (n + H + 1) for n in (D, H, 2 * H))
    expected = [lower, lower + higher, 2 * lower, 2 * (lower + wide)]
    shown = [line.split()[-1] for line in printed(cell(LECTURE, "count-deep"))[1:]]
    assert shown == [f"{n:,}" for n in expected]
    assert ", ".join(shown[:3]) + f" and {shown[3]}" in cell(LECTURE, "count-deep-why").source


def _run(*ids):
    """Run cells of the lecture without their questions; return their names."""
    names = {"np": np, "predict": lambda *_, **__: None}
    for id in ids:
        exec(cell(LECTURE, id).source, names)
    return names


def test_the_gradient_through_fifty_layers_is_that_of_differences() -> None:
    names = _run("predict-residual")
    layers, x_0 = names["layers"], names["x_0"]

    def top(x, residual):
        for W in layers:
            F = np.tanh(W @ x)
            x = x + F if residual else F
        return x.sum() / np.sqrt(32)

    small = 1e-6
    slopes = [(top(x_0 + e, 1) - top(x_0 - e, 1)) / (2 * small) for e in small * np.eye(32)]
    assert names["past"][-1] == pytest.approx(np.linalg.norm(slopes), rel=1e-5)
    jacobian, x = np.eye(32), x_0
    for W in layers:
        x = np.tanh(W @ x)
        jacobian = np.diag(1 - x**2) @ W @ jacobian
    plain = np.linalg.norm(jacobian.T @ np.ones(32) / np.sqrt(32))
    assert names["plain"][-1] == pytest.approx(plain, rel=1e-6)
    why = cell(LECTURE, "going-back-why").source
    assert f"to {names['past'][-1]:.1f}:" in why
    assert f"to ${plain:.0e}".replace("e-", " \\cdot 10^{-") + "}$" in why
    words = words_of_figure(cell(LECTURE, "figure-going-back"))
    assert f"f = 0.98: {0.98**10:.2g} after 10, {0.98**50:.2g} after 50" in words


def test_shuffled_words_give_shuffled_vectors_until_places_are_coded_in() -> None:
    assert predicted(cell(LECTURE, "predict-shuffled")) == "the same vectors, shuffled alike"
    without, coded = (float(numbers(s)[-1]) for s in printed(cell(LECTURE, "places-coded"))[1:])
    assert without == 0
    assert coded > 0.1


def test_masked_rows_sum_to_one_and_look_back_only() -> None:
    rows = [list(map(float, numbers(s))) for s in printed(cell(LECTURE, "mask-values"))[1:]]
    assert rows[0] == [1, 0, 0, 0, 0]
    for k, row in enumerate(rows):
        assert sum(row) == pytest.approx(1, abs=0.02)
        assert row[k + 1 :] == [0] * (4 - k)


def test_a_network_of_ones_own_is_trained_drawn_and_answers(monkeypatch) -> None:
    trainer = importlib.import_module("self_trained_reverser")
    tiny = {
        name: setting._replace(units=4, updates=4, every=2, longest=3)
        for name, setting in YOURSELF.items()
    }
    monkeypatch.setattr(trainer, "YOURSELF", tiny)
    mine = trainer.reverser_trainer()
    asyncio.run(mine.run())
    said = mine.picture.text
    for name, measured in runs()["yourself"].items():
        assert f"{name} attention {100 * measured[-1][2]:.0f} %" in said
    assert re.search(r"Yours, with attention: \d+ % after 4\.", said)
    assert re.search(r"Asked for 271828182845, it says \d{12}\.", said)


def test_the_torch_bridge_says_that_it_is_absent(monkeypatch) -> None:
    bridge = importlib.import_module("torch_bridge")
    monkeypatch.setitem(sys.modules, "torch", None)
    assert bridge.reverse_with_torch(reverser("with"), np.arange(3)) == bridge.ABSENT


@pytest.mark.torch
def test_torch_looks_where_we_look() -> None:
    pytest.importorskip("torch")
    bridge = importlib.import_module("torch_bridge")
    said = bridge.reverse_with_torch(reverser("with"), np.array([3, 1, 4, 1, 5, 9, 2, 6]))
    (difference,) = re.findall(r"and us is (\S+)\.", said)
    assert float(difference) < 1e-6
    assert said.endswith("8 of 8 digits are the same.")


@pytest.mark.torch
def test_torch_reads_both_ways_as_we_do() -> None:
    torch = pytest.importorskip("torch")
    stack_lstm = importlib.import_module("course_utils.cells.conventions").stack_lstm
    cells = importlib.import_module("course_utils.cells")
    start_cell = importlib.import_module("course_utils.training").start_cell
    names = {"np": np, "start_cell": start_cell, "lstm_sequence": cells.lstm_sequence}
    exec(cell(LECTURE, "both-ways-code").source, names)
    lstm = torch.nn.LSTM(names["D"], names["H"], bidirectional=True, dtype=torch.float64)
    for suffix, ours in (("l0", names["ahead"]), ("l0_reverse", names["behind"])):
        w = stack_lstm(ours, "pytorch")
        for name, value in (
            ("weight_ih", w.W_x), ("weight_hh", w.W_h), ("bias_ih", w.b_x), ("bias_hh", w.b_h)
        ):  # fmt: skip
            getattr(lstm, f"{name}_{suffix}").data = torch.tensor(np.ascontiguousarray(value))
    theirs = lstm(torch.tensor(names["xs"]))[0].detach().numpy()
    np.testing.assert_allclose(names["both_ways"](names["xs"]), theirs, atol=1e-10)


@pytest.mark.torch
@pytest.mark.slow
def test_the_loop_that_is_shown_trains() -> None:
    """Two digits backwards: after 150 updates far better than guessing among ten."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    (loop,) = re.findall(r"(?s)```python\n(.*?)```", cell(LECTURE, "bridge-training").source)
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    embedding, readout = torch.nn.Embedding(11, 8), torch.nn.Linear(32, 10)
    encoder, decoder = torch.nn.LSTM(8, 16), torch.nn.LSTM(8, 16)
    modules = torch.nn.ModuleList([embedding, readout, encoder, decoder])
    names = {
        "torch": torch,
        "draw": [torch.randint(10, (2, 64), generator=generator) for _ in range(150)],
        "begin": torch.full((1, 64), 10),
        "embedding": embedding,
        "encoder": encoder,
        "decoder": decoder,
        "readout": readout,
        "optimiser": torch.optim.Adam(modules.parameters(), 0.02),
        "cross_entropy": functional.cross_entropy,
        "scaled_dot_product_attention": functional.scaled_dot_product_attention,
    }
    exec(loop, names)
    assert names["loss"].item() < 0.3 * math.log(10)
    assert names["context"].shape == (2, 64, 16)
