"""What each result of lecture 4 must show, computed by the oracle.

A cell is a list of lines; a line is what it begins with, and its numbers in order.
"""

from itertools import chain
from math import tanh

from tests.notebooks.plain_lstm import (
    C_1,
    C_2,
    CELL_2,
    COLUMN_1,
    F_2,
    GATE_1,
    H_1,
    H_2,
    I_2,
    O_2,
    SHEET_1_C,
    SHEET_1_H,
    SHEET_1_I,
    SHEET_2_C,
    SHEET_2_H,
    SHEET_2_I,
    SHEET_2_O,
    SHEET_2_W,
    SHEET_2_Z,
    SMALL,
    SMALL_C,
    SMALL_HX,
    X_1,
    X_2,
    Cell,
    Gate,
    Step,
    Vector,
    dot,
    plus,
    pre,
    sigmoid,
    sigmoids,
    softmax,
    step,
    tanhs,
    times,
)

Line = tuple[str, Vector]


def worked(name: str, gate: Gate, v: Vector) -> list[Line]:
    """The rows of W v + b as a person writes them: every factor, the bias, the result."""
    rows = enumerate(zip(gate.W, gate.b, pre(gate, v), strict=True), start=1)
    return [
        (f"{name}[{unit}] = ", [*chain(*zip(row, v, strict=True)), bias, z])
        for unit, (row, bias, z) in rows
    ]


def rnn(w: float, h: float, steps: int = 10) -> Vector:
    states = [h]
    for _ in range(steps):
        states.append(tanh(w * states[-1]))
    return states


def kept_after(steps: int, c: float, forget: float) -> float:
    """C after steps in which a unit with candidate 0 only keeps."""
    for _ in range(steps):
        c *= sigmoid(forget)
    return c


def x_first(cell: Cell, units: int) -> Cell:
    """The cell that reads [h, x] as if it were [x, h]."""
    inputs = len(cell.forget.W[0]) - units
    return Cell(*(Gate([r[inputs:] + r[:inputs] for r in g.W], g.b) for g in cell))


def without_bias(cell: Cell) -> Cell:
    return Cell(*(Gate(g.W, [0.0] * len(g.b)) for g in cell))


small = step(SMALL, SMALL_HX, SMALL_C)

hx_1 = H_1 + X_1
z_1 = pre(GATE_1, hx_1)
c_1 = plus(C_1, sigmoids(z_1))
h_1 = tanhs(c_1)
exact_1 = pre(GATE_1, [tanh(1)] * 4 + X_1)
workings = {
    "right": z_1,
    "bias forgotten": [dot(row, hx_1) for row in GATE_1.W],
    "bias subtracted": [dot(row, hx_1) - b for row, b in zip(GATE_1.W, GATE_1.b, strict=True)],
    "x dropped": [dot(row[:4], H_1) + b for row, b in zip(GATE_1.W, GATE_1.b, strict=True)],
    "h dropped": [dot(row[4:], X_1) + b for row, b in zip(GATE_1.W, GATE_1.b, strict=True)],
    "[x, h] for [h, x]": pre(GATE_1, X_1 + H_1),
    "column of E for the row": pre(GATE_1, H_1 + COLUMN_1),
}

hx_2 = H_2 + X_2
z_2 = pre(CELL_2.candidate, hx_2)
copied_2 = Gate(SHEET_2_W, CELL_2.candidate.b)
c_2 = plus(times(F_2, C_2), times(I_2, tanhs(z_2)))
h_2 = times(O_2, tanhs(c_2))
consistent = step(CELL_2, hx_2, C_2)
swapped = step(CELL_2, X_2 + H_2, C_2)
sheet_cell = step(CELL_2._replace(candidate=copied_2), hx_2, C_2)


def mistakes() -> list[Line]:
    def state(c: Vector) -> Vector:
        return [*c, *times(small.o, tanhs(c))]

    def other(s: Step) -> Vector:
        return [*s.c, *s.h]

    copied = SMALL._replace(candidate=Gate([[2, 0, -1], [0, 2, 1]], [-1, -1]))
    squashed = tanhs(small.c)
    return [
        ("right", other(small)),
        ("softmax for σ in i_t", state(plus(small.kept, times(softmax(small.z_i), small.c_tilde)))),
        ("σ for tanh in C~_t", state(plus(small.kept, times(small.i, sigmoids(small.z_c))))),
        (
            "a digit of i_t misread",
            state(plus(small.kept, times([small.i[0], 0.13106], small.c_tilde))),
        ),
        ("bias forgotten", other(step(without_bias(SMALL), SMALL_HX, SMALL_C))),
        ("[x, h] for [h, x]", other(step(SMALL, [1, 0.5, -0.5], SMALL_C))),
        ("an entry of W_c copied wrongly", other(step(copied, SMALL_HX, SMALL_C))),
        ("f taken for o in h_t", [*small.c, *times(small.f, squashed)]),
        ("+ for ∘ in h_t", [*small.c, *plus(small.o, squashed)]),
        ("second tanh left out", [*small.c, *times(small.o, small.c)]),
    ]


def one_unit(x: float = -1, **biases: float) -> Step:
    """The explorer's presets with one unit: the gates obey their biases alone."""
    b = {"forget": 6.0, "input": -6.0, "output": 6.0} | biases
    gates = {name: Gate([[0, 0]], [bias]) for name, bias in b.items()}
    return step(Cell(candidate=Gate([[0.5, 1.5]], [-0.5]), **gates), [0.4, x], [0.8])


def gates_of_exam_2() -> list[Line]:
    given = {"f": F_2, "i": I_2, "o": O_2}
    return [
        (f"{name}_t", [*given[name], *getattr(consistent, name), *getattr(swapped, name)])
        for name in "fio"
    ]


def counting() -> list[Line]:
    lines, c = [], 0.0
    for t in range(1, 6):
        c = sigmoid(20) * c + sigmoid(20) * tanh(20)
        lines.append(("", [t, c, sigmoid(20) * tanh(c)]))
    return [("step   C_t      h_t", []), *lines]


PRINTED: dict[str, list[Line]] = {
    "rnn-ten-steps": [
        ("h_10 after          w = 0.5    w = 1    w = 2", []),
        *((f"h_0 = {h}", [rnn(w, h)[-1] for w in (0.5, 1, 2)]) for h in (0.9, 0.3)),
    ],
    "lstm-ten-steps": [
        ("Ten steps later", []),
        ("f", [sigmoid(10)]),
        ("C_10 of the LSTM", [kept_after(10, 0.9, 10)]),
        ("h_10 of the RNN with w = 1", [rnn(1, 0.9)[-1]]),
    ],
    "gradient-factors": [
        ("A gradient of 1, ten steps back", []),
        ("RNN, w = 1: product of w(1 - h²)", [times(*[[1 - h * h] for h in rnn(1, 0.9)[1:]])[0]]),
        ("LSTM: product of f", [kept_after(10, 1, 10)]),
    ],
    "sigmoid-values": [
        ("Some values of σ", []),
        ("σ(0)", [0.5]),
        ("σ(2), σ(-2)", sigmoids([2, -2])),
        ("their sum", [1]),
        ("σ(1), σ(2), σ(9)", sigmoids([1, 2, 9])),
    ],
    "sigmoid-or-softmax": [
        ("Four units with z = 2", []),
        ("σ(z)", sigmoids([2] * 4)),
        ("softmax(z)", [0.25] * 4),
        ("sum of σ(z)", [4 * sigmoid(2)]),
        ("sum of softmax(z)", [1]),
    ],
    "forget-gate-values": [
        ("Forget gate", []),
        *worked("z_f", SMALL.forget, SMALL_HX),
        ("f_t = σ(z_f)", small.f),
    ],
    "input-gate-values": [
        ("Input gate", []),
        *worked("z_i", SMALL.input, SMALL_HX),
        ("i_t = σ(z_i)", small.i),
    ],
    "candidate-values": [
        ("Candidate", []),
        *worked("z_c", SMALL.candidate, SMALL_HX),
        ("C~_t = tanh(z_c)", small.c_tilde),
    ],
    "cell-state-values": [
        ("New cell state", []),
        ("kept     f ∘ C_{t-1}", small.kept),
        ("written  i ∘ C~_t", small.written),
        ("C_t", small.c),
    ],
    "output-gate-values": [
        ("Output gate and hidden state", []),
        *worked("z_o", SMALL.output, SMALL_HX),
        ("o_t = σ(z_o)", small.o),
        ("tanh(C_t)", tanhs(small.c)),
        ("h_t = o ∘ tanh(C_t)", small.h),
    ],
    "counting-cell": counting(),
    "explorer-answers": [
        ("Answers", []),
        ("1  C_t for x = -5, 0, 5", [one_unit(x).c[0] for x in (-5, 0, 5)]),
        ("2  f_t with bias 0", one_unit(forget=0).f),
        ("   C_t", one_unit(forget=0).c),
        ("3  C_t of Overwrite", one_unit(forget=-6, input=6).c),
        ("   its C~_t", one_unit().c_tilde),
        ("4  C_t of Hide", one_unit(output=-6).c),
        ("   its h_t", one_unit(output=-6).h),
        ("5  C_t with input bias 6", one_unit(input=6).c),
    ],
    "mistakes-table": [(" " * 33 + "C_t" + " " * 17 + "h_t", []), *mistakes()],
    "exam-1-embedding": [
        ("Embedding", []),
        ("right: the row", X_1),
        ("the sheet", X_1),
        ("slip: the column", COLUMN_1),
    ],
    "exam-1-pre-activation": [("z_i, row by row", []), *worked("z_i", GATE_1, hx_1)],
    "exam-1-input-gate-values": [
        ("i_t of exam 1", []),
        ("right: σ(z_i)", sigmoids(z_1)),
        ("the sheet", SHEET_1_I),
        ("How far is i_4 from 1?  1 - i_4 = σ(-z_4) = ", [sigmoid(-z_1[3])]),
    ],
    "exam-1-softmax-values": [
        ("The sheet's i_t", []),
        ("sum of the sheet's i_t", [sum(SHEET_1_I)]),
        ("this is what softmax gives", softmax(z_1)),
        ("the sheet", SHEET_1_I),
    ],
    "exam-1-cell-state": [
        ("C_t of exam 1", []),
        ("right", c_1),
        ("what you get from the sheet's i_t", plus(C_1, SHEET_1_I)),
        ("the sheet", SHEET_1_C),
    ],
    "exam-1-hidden-state-values": [
        ("h_t of exam 1", []),
        ("right", h_1),
        ("the rule on the sheet's C_t", tanhs(SHEET_1_C)),
        ("the sheet", SHEET_1_H),
    ],
    "exam-1-printed-plus-values": [
        ("Plus or times", []),
        ("this is what you get with +", [1 + h for h in h_1]),
        ("right", h_1),
    ],
    "exam-1-rounded-h-values": [
        ("0.76 or tanh(1)", []),
        ("tanh(1)", [tanh(1)]),
        ("z_i with 0.76", z_1),
        ("z_i with tanh(1)", exact_1),
        ("i_t with tanh(1)", sigmoids(exact_1)),
    ],
    "exam-1-cannot-tell-values": [
        (" " * 27 + "smallest z   its 1 - σ(z)   i_t", []),
        *((n, [min(z), sigmoid(-min(z)), *sigmoids(z)]) for n, z in workings.items()),
    ],
    "exam-1-smaller-values": [
        (" " * 27 + "i_t with W_i / 20 and b_i / 20", []),
        *((n, sigmoids([v / 20 for v in z])) for n, z in workings.items()),
    ],
    "explorer-exam-1-answers": [
        ("Unit 4", []),
        ("z_4, bias at -10", [z_1[3] - 11]),
        ("i_4", [sigmoid(z_1[3] - 11)]),
        ("z_4, second entry of x at -5", [z_1[3] - 4 * 8]),
        ("i_4", [sigmoid(z_1[3] - 4 * 8)]),
    ],
    "exam-2-candidate-values": [
        ("z_c of exam 2", []),
        *worked("z_c", CELL_2.candidate, hx_2),
        ("right", z_2),
        ("the sheet", SHEET_2_Z),
    ],
    "exam-2-copied-values": [
        ("The exam's matrix and the sheet's", []),
        ("what the copied matrix gives", pre(copied_2, hx_2)),
        ("the sheet", SHEET_2_Z),
    ],
    "exam-2-tanh": [
        ("C~_t of exam 2", []),
        ("right: tanh(z_c)", tanhs(z_2)),
        ("from the copied matrix", tanhs(pre(copied_2, hx_2))),
        ("the sheet", [1, 1]),
    ],
    "exam-2-cell-state-values": [
        ("C_t of exam 2", []),
        ("right", c_2),
        ("what you get from the misread i_t", plus(times(F_2, C_2), SHEET_2_I)),
        ("the sheet", SHEET_2_C),
    ],
    "exam-2-hidden-state": [
        ("h_t of exam 2", []),
        ("right", h_2),
        ("what you get with f for o", times(F_2, tanhs(c_2))),
        ("the sheet", SHEET_2_H),
    ],
    "exam-2-given-gates-values": [
        ("Given gates, computed gates", []),
        *worked("z_f", CELL_2.forget, hx_2)[:1],
        (" " * 11 + "given               from W [h, x]       from W [x, h]", []),
        *gates_of_exam_2(),
    ],
    "exam-2-consistent-values": [
        ("Given gates or given weights", []),
        ("C_t with the given gates", c_2),
        ("C_t from the weights", consistent.c),
        ("h_t with the given gates", h_2),
        ("h_t from the weights", consistent.h),
    ],
    "explorer-exam-2-answers": [
        ("With the exam's W_c, then with the sheet's", []),
        ("z_c", consistent.z_c + sheet_cell.z_c),
        ("c_tilde", consistent.c_tilde + sheet_cell.c_tilde),
        ("c", consistent.c + sheet_cell.c),
        ("h", consistent.h + sheet_cell.h),
    ],
    "conventions-tested": [
        ("pytorch: i, f, c, o", consistent.h),
        ("keras: i, f, c, o", consistent.h),
        ("onnx: i, o, f, c", consistent.h),
        ("cs231n: i, f, o, c", consistent.h),
    ],
    "count-values": [
        (" " * 37 + "exam 1   exam 2", []),
        ("weights only", [4 * 4 * 8, 4 * 2 * 4]),
        ("one bias a gate (textbook, Keras)", [4 * 4 * (8 + 1), 4 * 2 * (4 + 1)]),
        ("two biases a gate (PyTorch, ONNX)", [4 * 4 * (8 + 2), 4 * 2 * (4 + 2)]),
    ],
}

FIGURES: dict[str, Vector] = {
    "figure-rnn-forgets": [0.9, 0.3, 0.5, 0, 1, 2, rnn(2, 0.3)[-1]],
    "figure-separate-memory": [0.9, kept_after(10, 0.9, 10), rnn(1, 0.9)[-1]],
    "figure-soft-switch": [
        *(-10, 10, sigmoid(-2), -2, sigmoid(0), 0, sigmoid(2), 2),
        *(-5, 5, 0, 1),
    ],
    "figure-two-bars": list(
        chain(*([k + 1, SMALL_C[k], small.kept[k], small.written[k], small.c[k]] for k in (0, 1)))
    ),
    "figure-exam-1-saturation": [
        min(map(min, workings.values())),
        max(map(max, workings.values())),
        5,
    ],
    "figure-exam-2-gates": [],
}

SAID: dict[str, dict[str, float]] = {
    "exam-1-softmax-why": {
        "softmax would give {:.3f} for unit 1": softmax(z_1)[0],
        "the sheet has {:.3f}": SHEET_1_I[0],
    },
    "exam-1-input-gate": {
        "Where would {:.1f}, ": z_1[0],
        ", {:.1f}, ": z_1[1],
        ", {:.1f} and ": z_1[2],
        "and {:.1f} lie": z_1[3],
    },
    "exam-2-hidden-state-why": {
        "should read {:.4f}": h_2[1],
        "not {:.4f}": SHEET_2_H[1],
    },
    "exam-2-cell-state": {
        "$[{:.5f}": I_2[0],
        "{:.5f}]$. Is the sheet": I_2[1],
        "[{:.4f}": SHEET_2_I[0],
    },
    "exam-2-cell-state-why": {
        "$[{:.4f}": SHEET_2_O[0],
        "{:.4f}]$ where $o_t$ belongs": SHEET_2_O[1],
    },
    "exam-2-consistent": {
        "$f_1$ rises from {:.2f}": F_2[0],
        "to {:.2f}, $i_2$": consistent.f[0],
        "$i_2$ from {:.2f}": I_2[1],
        "{:.2f}. Which way": consistent.i[1],
    },
    "exam-2-given-gates": {"Can $f_1$ be {:.3f}": F_2[0]},
    "exam-2-consistent-why": {
        "$f_2$ falls from {:.2f}": F_2[1],
        "to {:.2f} and": consistent.f[1],
    },
}
"""Numbers typed in the text, as a template that must stand in the cell."""

PREDICTED: dict[str, Vector | str] = {
    "predict-rnn-memory": rnn(1, 0.9)[1:],
    "predict-cell-state": "positive" if small.c[1] > 0 else "negative",
    "predict-counting": [tanh(5)],
}
"""The answers that open once a prediction is committed."""
