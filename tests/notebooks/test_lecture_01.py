"""Lecture 1 as stored: every number against plain Python, a question before every result."""

from itertools import accumulate, chain
from math import exp, tanh

import numpy as np
import pytest
from nbformat import NotebookNode

from tests.notebooks.lecture_checks import (
    Line,
    boxes,
    cells_since_question,
    check_line,
    check_lines,
    code_cells,
)
from tests.notebooks.plain_lstm import (
    Matrix,
    Vector,
    dot,
    plus,
    sigmoids,
    softmax,
    tanhs,
)
from tests.notebooks.stored import (
    cell,
    displayed,
    matrices,
    notebook,
    predicted,
    printed,
    shown_right,
    stepped,
)
from tests.notebooks.stored import words_of_figure as words

NAME = "01_recurrent_state.ipynb"
LECTURE = notebook(NAME)

W_H: Matrix = [[0.5, -0.5], [0.5, 0.5]]
W_X: Matrix = [[1, 0.5], [-0.5, 1]]
B: Vector = [-0.5, 0.5]
XS: Matrix = [[2, 0], [1, -1], [-1, 0]]
U: Matrix = [[1, -1], [-1, 2], [0, 1]]
B_2: Vector = [0, 0.5, -0.5]
TAIL: Matrix = [
    *([1, 0], [1, 1], [0, 1], [1, -1], [-1, -1], [-1, 1]),
    *([1, -1], [0, 1], [-1, 1], [-1, 0], [1, -1]),
]


def pre(W_h: Matrix, W_x: Matrix, b: Vector, x: Vector, h: Vector) -> Vector:
    return [dot(r, h) + dot(s, x) + bias for r, s, bias in zip(W_h, W_x, b, strict=True)]


def run(xs: Matrix, h: Vector | None = None) -> Matrix:
    """Every state of the lecture's cell, without the first."""
    states = [h or [0.0, 0.0]]
    for x in xs:
        states.append(tanhs(pre(W_H, W_X, B, x, states[-1])))
    return states[1:]


def flat(rows: Matrix) -> Vector:
    return [*chain(*rows)]


def scores(h: Vector) -> Vector:
    return [dot(row, h) + bias for row, bias in zip(U, B_2, strict=True)]


def read_out(h: Vector) -> Vector:
    return softmax(scores(h))


def one_unit(w: float, xs: Vector) -> Vector:
    return list(accumulate(xs, lambda h, x: tanh(w * h + x), initial=0.0))[1:]


H_1, H_2, H_3 = run(XS)
A_2 = pre(W_H, W_X, B, XS[1], H_1)
SHORT: Vector = [0, 1, 0, 0, -1, 0, 0, -1, 0]
LONGER: Vector = [0, 1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0]
ECHO = [
    max(abs(p - q) for p, q in zip(a, b, strict=True))
    for a, b in zip(run([[2, 0], *TAIL]), run([[-2, 0], *TAIL]), strict=True)
]


def worked(name: str, x: Vector, h: Vector) -> list[Line]:
    """The rows of W_h h + W_x x + b as a person writes them."""
    a = pre(W_H, W_X, B, x, h)
    return [
        (
            f"{name}[{k + 1}] = ",
            [
                *chain(*zip(W_H[k], h, strict=True)),
                *chain(*zip(W_X[k], x, strict=True)),
                B[k],
                a[k],
            ],
        )
        for k in (0, 1)
    ]


def band(xs: Vector, gaps: tuple[int, int]) -> Vector:
    """The first and the last w on the grid that is right in both gaps; nothing between fails."""
    grid = [k / 100 for k in range(401)]
    good = [w for w in grid if one_unit(w, xs)[gaps[0]] > 0 > one_unit(w, xs)[gaps[1]]]
    assert good == [w for w in grid if good[0] <= w <= good[-1]]
    return [good[0], good[-1]]


def transposed(W: Matrix) -> Matrix:
    return [list(column) for column in zip(*W, strict=True)]


def mistakes() -> dict[str, tuple[Vector, Vector]]:
    zero = [0.0, 0.0]
    x, s = XS[1], scores(H_2)
    states = {
        "right": H_2,
        "W_h transposed": tanhs(pre(transposed(W_H), W_X, B, x, H_1)),
        "W_h and W_x exchanged": tanhs(pre(W_X, W_H, B, x, H_1)),
        "h_{t-1} forgotten": tanhs(pre(W_H, W_X, B, x, zero)),
        "bias forgotten": tanhs(pre(W_H, W_X, zero, x, H_1)),
        "bias added after tanh": plus(tanhs(pre(W_H, W_X, zero, x, H_1)), B),
        "tanh left out": A_2,
        "σ for tanh": sigmoids(A_2),
    }
    rows = {name: (h, read_out(h)) for name, h in states.items()}
    rows |= {
        "old state read out": (H_2, read_out(H_1)),
        "b_2 forgotten": (H_2, softmax([dot(row, H_2) for row in U])),
        "σ for softmax": (H_2, sigmoids(s)),
        "e^s not divided": (H_2, [exp(v) for v in s]),
        "divided without e": (H_2, [v / sum(s) for v in s]),
    }
    return rows


INPUT: Vector = [0, 1, 0, 1, 1]
PRINTED: dict[str, list[Line]] = {
    "four-rules-values": [
        ("input", INPUT),
        ("x ", INPUT),
        ("max(x, h)", list(accumulate(INPUT, max))),
        ("x + h ", list(accumulate(INPUT))),
        ("x + h/2", list(accumulate(INPUT, lambda h, x: x + h / 2))),
    ],
    "same-state": [
        ("The two pasts, and the same inputs after them", []),
        *(("", [*s, 0, 1, 0, *accumulate([*s, 0, 1, 0])]) for s in ([1, 0, 1], [0, 1, 1])),
    ],
    "first-step-values": [
        ("Step 1", []),
        *worked("z_1", XS[0], [0, 0]),
        ("h_1 = tanh(z_1)", H_1),
    ],
    "second-step-values": [
        ("Step 2", []),
        *worked("z_2", XS[1], H_1),
        ("h_2 = tanh(z_2)", H_2),
    ],
    "third-step": [
        ("Step 3", []),
        *worked("z_3", XS[2], H_2),
        ("h_3 = tanh(z_3)", H_3),
        ("from h_2 with 2 digits", run([XS[2]], [round(v, 2) for v in H_2])[0]),
    ],
    "my-rnn-sequence": [(f"h_{t}", h) for t, h in enumerate((H_1, H_2, H_3), 1)],
    "same-input": [
        ("The same input three times", []),
        *((f"h_{t}", h) for t, h in enumerate(run([[1, -1]] * 3), 1)),
    ],
    "echo-values": [
        ("step", []),
        *((f"{t:>4}", [ECHO[t - 1]]) for t in (1, 2, 3, 4, 6, 8, 10, 12)),
    ],
    "attractor-values": [
        ("h after        writer     the     books     gap", []),
        *((f"w = {w} ", [one_unit(w, SHORT)[k] for k in (1, 3, 4, 5)]) for w in (0.5, 1.2, 2.5)),
    ],
    "attractor-next": [
        ("h after        gap of sentence 1    gap of sentence 2", []),
        ("wanted", []),
        *((f"w = {w} ", [one_unit(w, SHORT)[k] for k in (5, 8)]) for w in (0.5, 1.2, 2.5)),
    ],
    "live-unit-values": [
        ("Right in both gaps", []),
        ("short text   for w from", band(SHORT, (5, 8))),
        ("longer text  for w from", band(LONGER, (8, 11))),
    ],
    "scores": [
        ("From the state to the probabilities", []),
        ("scores U h_3 + b_2", scores(H_3)),
        ("e to the scores", [exp(s) for s in scores(H_3)]),
        ("their sum", [sum(exp(s) for s in scores(H_3))]),
        ("softmax: shares of it", read_out(H_3)),
    ],
    "softmax-properties": [
        ("softmax of", []),
        ("the scores", read_out(H_3)),
        ("(a) the scores + 10", read_out(H_3)),
        ("(b) twice the scores", softmax([2 * s for s in scores(H_3)])),
        ("(c) three equal scores", [1 / 3] * 3),
        ("1000, 1001, 1002", softmax([0, 1, 2])),
        ("0, 1, 2", softmax([0, 1, 2])),
    ],
    "outputs-over-time": [
        ("ŷ after each step     is      are     the", []),
        *((f"t = {t}", read_out(h)) for t, h in enumerate((H_1, H_2, H_3), 1)),
    ],
    "change-values": [
        ("Answers", []),
        ("1  bias of unit 1", [B[0] - A_2[0]]),
        ("   h_2 with it", [0, H_2[1]]),
        ("2  the old state h_1", H_1),
        ("   h_2 with x_2 = 0", run([[0, 0]], H_1)[0]),
        ("3  h_2 with W_h = 0", tanhs(pre([[0, 0], [0, 0]], W_X, B, XS[1], H_1))),
        ("   from another h_1", tanhs(pre([[0, 0], [0, 0]], W_X, B, XS[1], H_1))),
    ],
    "mistakes-table": [
        (f"{'':<22}{'h_2':>12}", []),
        *((f"{name:<22}", h) for name, (h, _) in mistakes().items()),
        (f"{'':<22}{'ŷ_2':>16}{'sum':>14}", []),
        *((f"{name:<22}", [*y, sum(y)]) for name, (_, y) in mistakes().items()),
    ],
}
DATA: dict[str, list[Vector]] = {
    "small-cell": [flat(W_H), flat(W_X), B, [0, 0], *XS],
}
SHOWN = {
    "my-rnn-step",
    "my-rnn-sequence",
    "sheet",
    "shape-speaks",
}
"""Results that follow from what was just said, or data: no question of their own."""


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    check_lines(printed(cell(LECTURE, cell_id)), PRINTED[cell_id])


@pytest.mark.parametrize("cell_id", DATA)
def test_the_data_shown_are_those_of_the_oracle(cell_id: str) -> None:
    assert matrices(cell(LECTURE, cell_id)) == DATA[cell_id]


def test_the_readout_shown_is_that_of_the_oracle() -> None:
    shown = matrices(cell(LECTURE, "readout"))
    assert shown[:2] == [flat(U), B_2]
    assert shown[2] == pytest.approx(H_3, abs=5e-5)


def test_the_words_of_the_figures_tell_the_right_numbers() -> None:
    units = [[k + 1, dot(W_H[k], H_1), dot(W_X[k], XS[1]), B[k], A_2[k], H_2[k]] for k in (0, 1)]
    check_line(words(cell(LECTURE, "figure-voices")), ("", flat(units)))
    s = scores(H_3)
    bars = [*s, *(exp(v) for v in s), *softmax(s)]
    check_line(words(cell(LECTURE, "figure-softmax")), ("", bars))
    gaps = [v for w in (0.5, 1.2, 2.5) for v in (w, *(one_unit(w, SHORT)[k] for k in (5, 8)))]
    check_line(words(cell(LECTURE, "figure-attractor")), ("", gaps))


def test_the_text_reads_the_echo_rightly() -> None:
    falls = words(cell(LECTURE, "figure-echo"))
    below = next(t for t, difference in enumerate(ECHO, 1) if difference < 0.005)
    assert f"from step {below} on it is below 0.005" in falls
    assert all(difference < 0.005 for difference in ECHO[below - 1 :])
    assert ECHO[0] > 1.5


def test_no_w_serves_both_texts() -> None:
    short, longer = band(SHORT, (5, 8)), band(LONGER, (8, 11))
    assert short[1] < longer[0]


def test_the_marker_names_the_slip_and_follows_it_through() -> None:
    _, *said = printed(cell(LECTURE, "marked-sheet"))
    assert "1 of 2 points" in said[0]
    assert any("sigmoid" in line for line in said)
    assert any(line.strip().startswith("y_hat: Right for your own") for line in said)


def results() -> list[NotebookNode]:
    return [c for c in code_cells(LECTURE) if (c.id not in SHOWN and printed(c)) or _figure(c)]


def _figure(code: NotebookNode) -> bool:
    return bool(displayed(code, "image/png"))


@pytest.mark.parametrize("result", results(), ids=lambda c: c.id)
def test_a_question_stands_before_every_result(result: NotebookNode) -> None:
    since = cells_since_question(LECTURE, result)
    assert since is not None
    live = {"live-unit", "explorer", "echo-values"}
    assert all(c.cell_type == "markdown" or c.id in live for c in since), [c.id for c in since]


PREDICTED: dict[str, Vector] = {
    "predict-second-step": [A_2[0]],
    "predict-shared": [2],
    "predict-third-step": [H_3[0]],
    "predict-echo": ECHO,
    "predict-shift": [read_out(H_3)[1]],
}
CHOSEN = {
    "predict-same-state": "no, none",
    "predict-turning": "positive, as before",
    "predict-one-weight": "each text has its own w",
}


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: Vector) -> None:
    np.testing.assert_allclose(
        np.atleast_1d(predicted(cell(LECTURE, cell_id))), expected, rtol=1e-5
    )


@pytest.mark.parametrize(("cell_id", "expected"), CHOSEN.items())
def test_the_choice_that_a_prediction_opens_is_right(cell_id: str, expected: str) -> None:
    """That two equal sums stay equal is arithmetic; the bands of w are searched above."""
    assert predicted(cell(LECTURE, cell_id)) == expected
    assert one_unit(2.5, SHORT)[8] > 0
    assert all(lo < hi for lo, hi in (band(SHORT, (5, 8)), band(LONGER, (8, 11))))


def test_every_prediction_has_its_oracle() -> None:
    assert {c.id for c in boxes(LECTURE)} == PREDICTED.keys() | CHOSEN.keys()


def test_every_printed_result_has_an_oracle() -> None:
    known = PRINTED.keys() | {"my-rnn-step", "shape-speaks", "sheet", "marked-sheet"}
    assert {c.id for c in code_cells(LECTURE) if printed(c)} <= known


def test_live_views_read_without_a_kernel() -> None:
    for cell_id in ("live-unit", "practise-step"):
        assert displayed(cell(LECTURE, cell_id), "text/plain"), cell_id
    code = cell(LECTURE, "live-unit")
    assert displayed(code, "image/png")
    _, short, longer = stepped(code).values()
    assert all(map(shown_right, short, [0, *one_unit(2.5, SHORT)]))
    assert all(map(shown_right, longer, [0, *one_unit(2.5, LONGER)]))
    assert len(longer) == len(LONGER) + 1


def test_the_explorer_shows_step_2_without_a_kernel() -> None:
    explorer = cell(LECTURE, "explorer")
    assert displayed(explorer, "image/png")
    (text,) = displayed(explorer, "text/plain")
    (shown,) = [line for line in text.splitlines() if line.startswith("h_t")]
    check_line(shown, ("h_t", H_2))
