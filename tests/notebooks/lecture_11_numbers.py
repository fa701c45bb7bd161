"""What each result of lecture 11 must show, in plain Python, without NumPy and our library."""

from itertools import chain
from math import cosh, tanh

from tests.notebooks.plain_lstm import (
    SMALL,
    Gate,
    Vector,
    plus,
    pre,
    sigmoid,
    sigmoids,
    tanhs,
    times,
)

Line = tuple[str, Vector]

HX, OLD = [0.5, 0.5, -1], [1, -1]
Z = {letter: pre(gate, HX) for letter, gate in zip("fico", SMALL, strict=True)}
F, I, NEW = sigmoids(Z["f"]), sigmoids(Z["i"]), tanhs(Z["c"])
COUPLED_F = [1 - i for i in I]


def state(f: Vector, i: Vector = I) -> Vector:
    return plus(times(f, OLD), times(i, NEW))


PEEP_F = plus(Z["f"], times([2, 0], OLD))
PEEP_I = plus(Z["i"], times([-1, 1], OLD))
PEEP_C = state(sigmoids(PEEP_F), sigmoids(PEEP_I))
PEEP_O = plus(Z["o"], times([1, -1], PEEP_C))
FROM_OLD = plus(Z["o"], times([1, -1], OLD))


def worked(letter: str, gate: Gate) -> list[Line]:
    rows = enumerate(zip(gate.W, gate.b, pre(gate, HX), strict=True), start=1)
    return [
        (f"z_{letter}[{unit}] = ", [*chain(*zip(row, HX, strict=True)), bias, z])
        for unit, (row, bias, z) in rows
    ]


def overflowing() -> list[Line]:
    lines = []
    for step in (1, 5, 10, 50):
        c = 0.5 * step
        lines.append(("", [step, c, tanh(c), 1 / cosh(c) ** 2, 5 * (1 - 0.9**step)]))
    return lines


def clock(theta: float, p: float, steps: int = 40) -> tuple[Vector, Vector]:
    """C and h of the one-unit clock with peepholes."""
    c, cs, hs = 0.0, [], []
    for _ in range(steps):
        c = sigmoid(-p * (c - theta)) * c + 0.1 * tanh(20)
        cs.append(c)
        hs.append(sigmoid(p * (c - theta)) * tanh(c))
    return cs, hs


def spikes(theta: float, p: float) -> list[int]:
    _, hs = clock(theta, p)
    return [step for step, h in enumerate(hs, start=1) if h > 0.4 * tanh(theta)]


PRINTED: dict[str, list[Line]] = {
    "small-cell": [
        entry for letter, gate in zip("fico", SMALL, strict=True) for entry in worked(letter, gate)
    ],
    "coupled-values": [
        ("Four gates, then coupled", []),
        ("i_t in both", I),
        ("f_t of the LSTM", F),
        ("f_t = 1 - i_t", COUPLED_F),
        ("C~_t in both", NEW),
        ("C_t of the LSTM", state(F)),
        ("C_t coupled", state(COUPLED_F)),
    ],
    "no-forget-values": [
        ("Four gates, then without forgetting", []),
        ("C_t of the LSTM", state(F)),
        ("C_t, no forget gate", state([1, 1])),
        ("writing 0.5 at each step", []),
        ("step   C, f = 1   its tanh   slope there   C, f = 0.9", []),
        *overflowing(),
    ],
    "peephole-values": [
        ("With peepholes", []),
        ("z_f + p_f ∘ C_{t-1}", PEEP_F),
        ("z_i + p_i ∘ C_{t-1}", PEEP_I),
        ("f_t", sigmoids(PEEP_F)),
        ("i_t", sigmoids(PEEP_I)),
        ("C_t", PEEP_C),
        ("z_o + p_o ∘ C_t", PEEP_O),
        ("o_t", sigmoids(PEEP_O)),
        ("h_t", times(sigmoids(PEEP_O), tanhs(PEEP_C))),
        ("slip: o_t from the old C", sigmoids(FROM_OLD)),
    ],
    "variant-counts": [
        ("parameters for D of 10 and H of 20", []),
        ("  LSTM", [4 * 20 * 30 + 4 * 20]),
        ("  with peepholes", [4 * 20 * 30 + 4 * 20 + 3 * 20]),
        ("  coupled gates", [3 * 20 * 30 + 3 * 20]),
        ("  no forget gate", [3 * 20 * 30 + 3 * 20]),
        ("  GRU", [3 * 20 * 30 + 3 * 20]),
    ],
}

SAID: dict[str, dict[str, float]] = {
    "coupled-why": {
        "Unit 1 differs by {:.2f}": abs(state(F)[0] - state(COUPLED_F)[0]),
        "unit 2 by {:.2f}": abs(state(F)[1] - state(COUPLED_F)[1]),
    },
    "no-forget-why": {
        "$\\tanh(C)$ is {:.4f}": tanh(5),
        "slope is ${:.0f} \\cdot 10^{{-4}}$": 1e4 / cosh(5) ** 2,
        "0.5 / (1 - 0.9) = {:.0f}$": 0.5 / (1 - 0.9),
    },
    "clock-answers": {
        "0.1/(1 - 0.5) = {:.1f}": clock(0.95, 0)[0][-1],
        "\\tanh(0.2) \\approx {:.1f}": clock(0.95, 0)[1][-1],
    },
    "mistakes": {
        "$o_1$ from {:.2f}": sigmoids(PEEP_O)[0],
        "to {:.2f}.\n3.": sigmoids(FROM_OLD)[0],
    },
    "check-yourself": {
        "0.3 \\cdot (-1) = {:.1f}": 0.7 * 2 - 0.3,
        "3 \\cdot 20 = {:.0f}$": 3 * 20,
    },
}
"""Numbers typed in the text, as a template that must stand in the cell."""

PREDICTED: dict[str, str | float] = {
    "predict-coupled": state(COUPLED_F)[0],
    "predict-settles": 5 * (1 - 0.9**50),
    "predict-peephole": sigmoids(PEEP_F)[0],
    "predict-peephole-count": 4 * 20 * 30 + 4 * 20 + 3 * 20,
    "predict-bells": "no forget gate",
    "predict-points": 1,
}
"""The answers that open once a prediction is committed."""
