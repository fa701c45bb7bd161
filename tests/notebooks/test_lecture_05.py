"""Lecture 5 as stored: every printed number against a GRU in plain Python."""

import re
from math import exp, log, tanh
from typing import NamedTuple

import pytest

from course_utils.widgets import GradientFlow, SentenceGates
from course_utils.widgets.reader.reading import read, words_of
from course_utils.widgets.views.flows import flows
from tests.notebooks.lecture_checks import cells_since_question, check_prediction, code_cells
from tests.notebooks.plain_lstm import (
    Gate,
    Vector,
    dot,
    plus,
    pre,
    sigmoid,
    sigmoids,
    softmax,
    tanhs,
    times,
)
from tests.notebooks.stored import (
    cell,
    displayed,
    notebook,
    numbers,
    printed,
    shown_right,
    words_of_figure,
)

NAME = "05_gru.ipynb"
LECTURE = notebook(NAME)
CODE = [c for c in LECTURE.cells if c.cell_type == "code"]
EXPLORERS = {"explorer", "explorer-small"}
PRACTICE = {"practise-step", "practise-conventions-box", "practise-counts-box"}

RESET = Gate([[1, 1, -1], [2, -2, 1]], [1, -1])
UPDATE = Gate([[1, -1, 2], [2, 0, -1]], [-1, -1])
CANDIDATE = Gate([[2, 1, -1], [1, -2, 1]], [-1, -0.5])
OLD, X = [0.5, -0.5], [1.0]


class Step(NamedTuple):
    r: Vector
    z: Vector
    h_tilde: Vector
    h: Vector


def rest(z: Vector) -> Vector:
    return [1 - v for v in z]


def mix(z: Vector, h_tilde: Vector) -> Vector:
    return plus(times(z, OLD), times(rest(z), h_tilde))


def candidate(read: Vector) -> Vector:
    return tanhs(pre(CANDIDATE, read + X))


def step(reset: Gate, update: Gate, new: Gate, *, after: bool = False) -> Step:
    """One step of the small cell, by the formulas of the lecture."""
    r, z = sigmoids(pre(reset, OLD + X)), sigmoids(pre(update, OLD + X))
    if after:
        from_h = [dot(row[:2], OLD) for row in new.W]
        from_x = [row[2] * X[0] + b for row, b in zip(new.W, new.b, strict=True)]
        h_tilde = tanhs(plus(from_x, times(r, from_h)))
    else:
        h_tilde = tanhs(pre(new, times(r, OLD) + X))
    return Step(r, z, h_tilde, mix(z, h_tilde))


def unbiased(gate: Gate) -> Gate:
    return Gate(gate.W, [0.0, 0.0])


def x_first(gate: Gate) -> Gate:
    """What the matrix computes for somebody who feeds it [x, H]."""
    return Gate([row[1:] + row[:1] for row in gate.W], gate.b)


RIGHT = step(RESET, UPDATE, CANDIDATE)
AFTER = step(RESET, UPDATE, CANDIDATE, after=True)


def worked(gate: Gate, read: Vector) -> list[Vector]:
    """Every number on a line that works out one row by hand, the unit first."""
    lines = []
    for unit, (row, bias) in enumerate(zip(gate.W, gate.b, strict=True), start=1):
        pairs = [n for w, v in zip(row, read, strict=True) for n in (w, v)]
        lines.append([unit, *pairs, bias, dot(row, read) + bias])
    return lines


MISTAKES: list[Vector] = [
    RIGHT.h,
    plus(times(rest(RIGHT.z), OLD), times(RIGHT.z, RIGHT.h_tilde)),
    plus(times(RIGHT.z, OLD), RIGHT.h_tilde),
    mix(RIGHT.z, candidate(OLD)),
    AFTER.h,
    mix(RIGHT.z, candidate(times(RIGHT.z, OLD))),
    step(UPDATE, RESET, CANDIDATE).h,
    mix(softmax(pre(UPDATE, OLD + X)), RIGHT.h_tilde),
    mix(RIGHT.z, sigmoids(pre(CANDIDATE, times(RIGHT.r, OLD) + X))),
    step(*map(unbiased, (RESET, UPDATE, CANDIDATE))).h,
    step(*map(x_first, (RESET, UPDATE, CANDIDATE))).h,
]


def largest_change(h: Vector) -> float:
    return max(abs(a - b) for a, b in zip(h, RIGHT.h, strict=True))


def after_the_label(text: str, label: str) -> list[str]:
    assert text.startswith(label), text
    return numbers(text[len(label) :])


def one_unit(x: float = -1, old: float = 0.8, update: float = 6, reset: float = 6) -> Vector:
    """The explorer's presets, [H~, H]: gates obey their biases, H~ = tanh(1.5 R H + x)."""
    r, z = sigmoid(reset), sigmoid(update)
    new = tanh(1.5 * r * old + x)
    return [new, z * old + (1 - z) * new]


def small_with_shut_reset() -> Step:
    return step(Gate(RESET.W, [1, -10]), UPDATE, CANDIDATE)


FRESH = tanhs([-1 * X[0] - 1, 1 * X[0] - 0.5])
READ = times(RIGHT.r, OLD)
PRINTED: dict[str, list[tuple[str, Vector]]] = {
    "no-counting": [("step   C_t of the LSTM   H_t of the GRU", [])]
    + [("", [t, t, 1 - 0.5**t]) for t in range(1, 6)],
    "reset-gate-values": [("Reset gate", [])]
    + [("z_r", v) for v in worked(RESET, OLD + X)]
    + [("R_t = σ(z_r)", RIGHT.r)],
    "update-gate-values": [("Update gate", [])]
    + [("z_z", v) for v in worked(UPDATE, OLD + X)]
    + [("Z_t = σ(z_z)", RIGHT.z)],
    "candidate-values": [("Candidate", []), ("[R ∘ H_{t-1}, x_t]", READ + X)]
    + [("z_h", v) for v in worked(CANDIDATE, READ + X)]
    + [("H~_t = tanh(z_h)", RIGHT.h_tilde)],
    "new-state-values": [
        ("New state", []),
        ("kept     Z ∘ H_{t-1}", times(RIGHT.z, OLD)),
        ("written  (1 - Z) ∘ H~_t", times(rest(RIGHT.z), RIGHT.h_tilde)),
        ("H_t", RIGHT.h),
    ],
    "explorer-answers": [
        ("Answers", []),
        ("1  H~_t for x = -5, 0, 5", [one_unit(x)[0] for x in (-5, 0, 5)]),
        ("   H_t", [one_unit(x)[1] for x in (-5, 0, 5)]),
        ("2  Z_t with bias 0", [0.5]),
        ("   half way: H~_t, H_t", one_unit(update=0)),
        ("3  Overwrite: H_t, H~_t", one_unit(update=-6)[::-1]),
        ("4  H~_t of H = -1, 0, 1", [one_unit(-1, h, -6, -6)[0] for h in (-1, 0, 1)]),
        ("   H_t", [one_unit(-1, h, -6, -6)[1] for h in (-1, 0, 1)]),
        ("5  H~_t: R open, shut", [one_unit(reset=r)[0] for r in (6, -6)]),
        ("   H_t, likewise", [one_unit(reset=r)[1] for r in (6, -6)]),
    ],
    "explorer-small-answers": [
        ("Reset gate of unit 2 open, and closed", []),
        ("R_t, open", RIGHT.r),
        ("R_t, closed", small_with_shut_reset().r),
        ("H~_t, open", RIGHT.h_tilde),
        ("H~_t, closed", small_with_shut_reset().h_tilde),
        ("H_t, open", RIGHT.h),
        ("H_t, closed", small_with_shut_reset().h),
    ],
    "keep-or-write-values": [
        ("Ours and Chung's", []),
        ("right, Z keeps", RIGHT.h),
        ("the same Z, it writes", MISTAKES[1]),
        ("W_z of unit 1, ours", UPDATE.W[0]),
        ("W_z of unit 1, Chung's", [-w for w in UPDATE.W[0]]),
        ("Z, ours", RIGHT.z),
        ("Z, Chung's", rest(RIGHT.z)),
        ("H_t, all of it Chung's", RIGHT.h),
    ],
    "recurrent-bias": [("R      tanh(b_h + R b_hn)   moved: tanh(b_h + b_hn)", [])]
    + [("", [r, tanh(0.2 + r), tanh(1.2)]) for r in (1, 0.5, 0.1)],
    "count-values": [
        ("D = 4, H = 4", []),
        ("weights only", [4 * 8, 3 * 4 * 8, 4 * 4 * 8]),
        ("one bias per block (textbook)", [36, 108, 144]),
        ("Keras, by its defaults", [36, 120, 144]),
        ("PyTorch, ONNX", [40, 120, 160]),
    ],
    "extremes-values": [
        ("The four corners", []),
        ("R = 1, Z = 0", candidate(OLD)),
        ("R = 0, Z = 0", FRESH),
        ("R = 1, Z = 1", OLD),
        ("R = 0, Z = 1", OLD),
        ("The RNN, the fresh start and the copies are what the formulas say.", []),
    ],
    "half-life-values": [("Z       left after 10 steps   steps to one half", [])]
    + [("", [z, z**10, log(0.5) / log(z)]) for z in (0.5, 0.9, 0.99)]
    + [("A bias of 2.2: Z =", [sigmoid(2.2), -log(2) / log(1 / (1 + exp(-2.2)))])],
}


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    lines = printed(cell(LECTURE, cell_id))
    assert len(lines) == len(PRINTED[cell_id])
    for text, (label, values) in zip(lines, PRINTED[cell_id], strict=True):
        found = after_the_label(text, label)
        if values:
            assert len(found) == len(values), text
            assert all(map(shown_right, found, values)), (text, values)


def test_the_table_of_mistakes_agrees_with_plain_python() -> None:
    _heading, *lines = printed(cell(LECTURE, "mistakes-table"))
    assert len(lines) == len(MISTAKES)
    for text, h in zip(lines, MISTAKES, strict=True):
        found = numbers(text[24:])
        assert len(found) == 3
        assert all(map(shown_right, found, [*h, largest_change(h)])), text
    changed = zip(lines[1:], MISTAKES[1:], strict=True)
    hidden = [text[:24].strip() for text, h in changed if largest_change(h) < 0.1]
    assert hidden == ["reset left out", "reset after the product", "Z used to reset"]


def test_the_two_resets_agree_exactly_in_the_cases_the_text_names() -> None:
    _, *lines = printed(cell(LECTURE, "before-or-after-values"))
    differences = [float(text.split()[-1]) for text in lines[:4]]
    assert differences[:3] == [0, 0, 0]
    assert differences[3] > 0.1
    for text, state in zip(lines[5:], (RIGHT.h, AFTER.h), strict=True):
        assert all(map(shown_right, numbers(text.partition("[")[2]), state)), text


def test_the_marker_names_the_other_reset_and_follows_it_through() -> None:
    text = "\n".join(printed(cell(LECTURE, "marked")))
    assert "3 of 4 points" in text
    assert "reset was applied after the product" in text
    assert "h_t: Right for your own earlier values" in text


def test_every_figure_is_told_in_words_and_every_live_one_has_a_picture() -> None:
    figures = [c for c in CODE if c.id.startswith("figure-")]
    assert len(figures) == 6
    for code in figures:
        assert words_of_figure(code)
    live = {"regimes-sliders": "Z = 0.5,", "explorer": "preset remember", "explorer-small": "H_t"}
    for cell_id, words in live.items():
        code = cell(LECTURE, cell_id)
        assert displayed(code, "image/png")
        assert words in displayed(code, "text/plain")[0]


def test_the_gated_cells_fade_only_with_half_open_gates() -> None:
    words = words_of_figure(cell(LECTURE, "figure-three-cells"))
    left = [float(n) for n in re.findall(r"\de[-+]\d+", words)]
    assert max(left[:2]) < 1e-10
    assert min(left[2:]) > 1e-2


def test_the_flow_gives_the_answers_beside_it() -> None:
    """With the numbers of the view, whose own tests hold them against central differences."""
    stored = displayed(cell(LECTURE, "live-flow"), "text/plain")
    assert stored == [repr(GradientFlow())]
    answer = cell(LECTURE, "live-flow-why").source
    rnn, lstm, gru = (f.reach for f in flows(0.9, 0.0, 0.0, 60, 0))
    assert rnn > max(lstm, gru)
    assert f"with {rnn} steps, against {gru} and {lstm}" in answer
    enough = next(b / 4 for b in range(25) if flows(0.9, b / 4, 1.0, 60, 0)[1].reach == 59)
    assert f"From {enough} on." in answer
    assert f"= {sigmoid(enough):.2f}$" in answer
    assert sigmoid(enough) ** 59 < 0.01 / 100
    assert [f.reach for f in flows(0.0, 3.0, 3.0, 60, 0)] == [0, 59, 59]
    assert any(flows(3.0, 3.0, 3.0, 60, draw)[0].norms[0] > 100 for draw in range(3))


def test_the_reader_keeps_the_number_where_the_lecture_says() -> None:
    code = cell(LECTURE, "live-reader")
    (text,) = displayed(code, "text/plain")
    assert displayed(code, "image/png")
    view = SentenceGates(quantity="c", order="moving", **_SENTENCES)
    assert text == repr(view)
    one, other = (read(words_of(sentence)) for sentence in _SENTENCES.values())
    apart = abs(one.inside["c"] - other.inside["c"])
    sixth = apart[3:, 5]  # from "of" on
    assert min(sixth) > 2.5
    assert max(sixth) < 3.5
    others = [apart[3:, k].min() for k in range(20) if k != 5]
    assert max(others) < 1
    assert apart[8, 11] > 1.5 > apart[6, 11]  # unit 12: late
    assert min(one.inside["f"][4:, 5]) >= 0.98


_SENTENCES = {
    "sentence": "the writer of the books near the key",
    "other": "the writers of the books near the key",
}


PREDICTED: dict[str, str | float] = {
    "predict-no-counting": 1 - 0.5**5,
    "predict-sign": "unit 2",
    "predict-corner": "R = 1, Z = 0",
    "predict-half-life": log(0.5) / log(0.99),
    "predict-fading": "LSTM, forget bias 0",
    "predict-translation": "change all their signs",
    "predict-count": 3 * 4 * 8,
    "predict-points": 3,
}


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: str | float) -> None:
    check_prediction(LECTURE, cell_id, expected)


def test_a_question_stands_before_every_result() -> None:
    """Right before it, or with only the explorer in between that the question is about."""
    between = {"explorer-answers": 2, "explorer-small-answers": 1}
    for code in code_cells(LECTURE):
        if code.id not in {"setup", "small-cell", "predictions"} | PRACTICE:
            since = cells_since_question(LECTURE, code)
            assert since is not None, code.id
            assert len(since) <= between.get(code.id, 0), code.id


def test_no_result_goes_without_a_test() -> None:
    named = PRINTED.keys() | EXPLORERS | PRACTICE
    named |= {"setup", "small-cell", "my-gru-step", "mistakes-table", "marked"}
    named |= {"before-or-after-values", "regimes-sliders", "live-flow", "live-reader"}
    named |= PREDICTED.keys() | {"predictions"}
    named |= {"own-sliders", "pytorch"}  # test_bridges.py
    assert {c.id for c in CODE if not c.id.startswith("figure-")} == named
