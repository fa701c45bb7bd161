"""What each result of lecture 4 must show, computed by the oracle.

A cell is a list of lines; a line is what it begins with, and its numbers in order.
"""

from itertools import chain
from math import tanh

from tests.notebooks.plain_lstm import (
    SMALL,
    SMALL_C,
    SMALL_HX,
    Cell,
    Gate,
    Step,
    Vector,
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


def without_bias(cell: Cell) -> Cell:
    return Cell(*(Gate(g.W, [0.0] * len(g.b)) for g in cell))


small = step(SMALL, SMALL_HX, SMALL_C)


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
        ("entry of W_c miscopied", other(step(copied, SMALL_HX, SMALL_C))),
        ("f taken for o in h_t", [*small.c, *times(small.f, squashed)]),
        ("+ for ∘ in h_t", [*small.c, *plus(small.o, squashed)]),
        ("second tanh left out", [*small.c, *times(small.o, small.c)]),
    ]


def one_unit(x: float = -1, **biases: float) -> Step:
    """The explorer's presets with one unit: the gates obey their biases alone."""
    b = {"forget": 6.0, "input": -6.0, "output": 6.0} | biases
    gates = {name: Gate([[0, 0]], [bias]) for name, bias in b.items()}
    return step(Cell(candidate=Gate([[0.5, 1.5]], [-0.5]), **gates), [0.4, x], [0.8])


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
        ("h_10 of the RNN, w = 1", [rnn(1, 0.9)[-1]]),
    ],
    "gradient-factors": [
        ("A gradient of 1, ten steps back", []),
        ("RNN: product of w(1-h²)", [times(*[[1 - h * h] for h in rnn(1, 0.9)[1:]])[0]]),
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
    "mistakes-table": [(" " * 30 + "C_t" + " " * 13 + "h_t", []), *mistakes()],
    "count-values": [
        (" " * 28 + "H = D = 4   H = D = 2", []),
        ("weights only", [4 * 4 * 8, 4 * 2 * 4]),
        ("one bias (textbook, Keras)", [4 * 4 * (8 + 1), 4 * 2 * (4 + 1)]),
        ("two biases (PyTorch, ONNX)", [4 * 4 * (8 + 2), 4 * 2 * (4 + 2)]),
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
}

PREDICTED: dict[str, Vector | str] = {
    "predict-keeps-both": "none of them",
    "predict-rnn-memory": rnn(1, 0.9)[1:],
    "predict-nine-tenths": "2",
    "predict-softmax-share": [0.25],
    "predict-forget": [small.f[0]],
    "predict-cell-state": "positive" if small.c[1] > 0 else "negative",
    "predict-counting": [tanh(5)],
    "predict-mistake": "+ for ∘ in h_t",
    "predict-count": [4 * 4 * (8 + 1)],
}
"""The answers that open once a prediction is committed."""
