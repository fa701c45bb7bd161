"""The slips of an LSTM step and what each result of lecture 9 must show, in plain Python."""

from collections.abc import Callable
from math import exp, tanh
from typing import NamedTuple

from tests.notebooks.plain_lstm import (
    C_1,
    C_2,
    CELL_2,
    COLUMN_1,
    E_1,
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
    X_1,
    X_2,
    Gate,
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


class Problem(NamedTuple):
    """A gate (or candidate) from its weights, then C and h."""

    gate: Gate
    h: Vector
    x: Vector
    c: Vector
    f: Vector
    o: Vector
    other: Vector
    """the candidate where the gate is asked for, the input gate where the candidate is"""
    candidate_asked: bool = False


class Sheet(NamedTuple):
    z: Vector
    first: Vector
    c: Vector
    h: Vector


def work(p: Problem, slip: str = "") -> Sheet:
    """Work a problem with one slip, by the slip's name."""
    h, x, b = p.h, p.x, p.gate.b
    if slip == "x dropped":
        x = [0.0] * len(x)
    if slip == "h dropped":
        h = [0.0] * len(h)
    sign = {
        "bias forgotten": 0.0,
        "bias added after the activation": 0.0,
        "bias subtracted": -1.0,
    }.get(slip, 1.0)
    joined = x + h if slip == "[x, h] for [h, x]" else h + x
    z = [dot(row, joined) + sign * bias for row, bias in zip(p.gate.W, b, strict=True)]
    first = squash(z, slip, candidate=p.candidate_asked)
    if slip == "bias added after the activation":
        first = plus(first, b)
    i, new = (p.other, first) if p.candidate_asked else (first, p.other)
    c = cell_state(p, i, new, slip)
    return Sheet(z, first, c, hidden_state(p, c, slip))


def squash(z: Vector, slip: str, *, candidate: bool) -> Vector:
    def no_change(v: Vector) -> Vector:
        return v

    def half(v: Vector) -> Vector:
        return [(exp(a) - 1) / (exp(a) + 1) for a in v]

    def turned(v: Vector) -> Vector:
        return [1 / (1 + exp(a)) for a in v]

    wrong: dict[str, Callable[[Vector], Vector]] = (
        {
            "sigmoid for tanh": sigmoids,
            "softmax for tanh": softmax,
            "tanh missing": no_change,
            "tanh of half z": half,
        }
        if candidate
        else {
            "softmax for sigmoid": softmax,
            "tanh for sigmoid": tanhs,
            "no activation": no_change,
            "sign lost in the sigmoid": turned,
        }
    )
    return wrong.get(slip, tanhs if candidate else sigmoids)(z)


def cell_state(p: Problem, i: Vector, new: Vector, slip: str) -> Vector:
    f = p.f
    if slip == "f and i swapped":
        f, i = i, f
    rest = [1 - v for v in p.f]
    kept = {
        "f left out": p.c,
        "1 - f for f": times(rest, p.c),
        "h for C": times(f, p.h),
    }.get(slip, times(f, p.c))
    written = {
        "i left out": new,
        "candidate left out": i,
        "1 - f for i": times(rest, new),
    }.get(slip, times(i, new))
    if slip == "terms multiplied":
        return times(kept, written)
    if slip == "terms subtracted":
        return plus(kept, [-v for v in written])
    return plus(kept, written)


def hidden_state(p: Problem, c: Vector, slip: str) -> Vector:
    return {
        "o + tanh(C)": plus(p.o, tanhs(c)),
        "tanh left out": times(p.o, c),
        "tanh of the product": tanhs(times(p.o, c)),
        "sigmoid for tanh in h_t": times(p.o, sigmoids(c)),
        "o left out": tanhs(c),
        "f for o": times(p.f, tanhs(c)),
        "old cell state shown": times(p.o, tanhs(p.c)),
    }.get(slip, times(p.o, tanhs(c)))


COMMON = (
    *("bias forgotten", "bias added after the activation", "bias subtracted"),
    *("x dropped", "h dropped", "[x, h] for [h, x]"),
    *("f and i swapped", "f left out", "1 - f for f", "h for C"),
    *("i left out", "candidate left out", "1 - f for i"),
    *("terms multiplied", "terms subtracted"),
    *("o + tanh(C)", "tanh left out", "tanh of the product", "sigmoid for tanh in h_t"),
    *("o left out", "f for o", "old cell state shown"),
)
OF_A_GATE = (
    "softmax for sigmoid",
    "tanh for sigmoid",
    "no activation",
    "sign lost in the sigmoid",
    *COMMON,
)
OF_A_CANDIDATE = (
    "sigmoid for tanh",
    "softmax for tanh",
    "tanh missing",
    "tanh of half z",
    *COMMON,
)

EXAM_1 = Problem(GATE_1, H_1, X_1, C_1, [1.0] * 4, [1.0] * 4, [1.0] * 4)
EXAM_2 = Problem(CELL_2.candidate, H_2, X_2, C_2, F_2, O_2, I_2, candidate_asked=True)


def same(a: Vector, b: Vector) -> bool:
    """To three digits, as hand work is compared."""
    return all(abs(v - w) <= 1e-3 + 5e-3 * abs(w) for v, w in zip(a, b, strict=True))


def unseen(p: Problem) -> list[str]:
    """The slips after which every line that is asked for is right."""
    right = work(p)
    names = OF_A_CANDIDATE if p.candidate_asked else OF_A_GATE
    return [
        name
        for name in names
        if all(same(a, b) for a, b in zip(work(p, name)[1:], right[1:], strict=True))
    ]


def right_lines(p: Problem, slip: str) -> list[bool]:
    return [same(a, b) for a, b in zip(work(p, slip), work(p), strict=True)]


RIGHT_1, RIGHT_2 = work(EXAM_1), work(EXAM_2)
COPIED = pre(Gate(SHEET_2_W, CELL_2.candidate.b), H_2 + X_2)
PEN_C = plus(times(F_2, C_2), times(SHEET_2_I, [1, 1]))
PEN_H = times(SHEET_2_O, tanhs(SHEET_2_C))
TRACE = step(CELL_2, H_2 + X_2, C_2)
X_FIRST = sigmoids(pre(CELL_2.forget, X_2 + H_2))


WORKINGS = {
    "right": RIGHT_1.z,
    **{
        name: work(EXAM_1, name).z
        for name in ("bias forgotten", "bias subtracted", "x dropped", "h dropped")
    },
    "[x, h] for [h, x]": work(EXAM_1, "[x, h] for [h, x]").z,
    "column of E for the row": pre(GATE_1, H_1 + COLUMN_1),
}
"""The pre-activation of exam 1's gate, worked rightly and in six wrong ways."""


def questioned(name: str, sheet: Vector, right: Vector, follows: Vector) -> list[Line]:
    ticks = ["yes" if same(sheet, v) else "NO" for v in (right, follows)]
    return [
        (f"{name:<8}the sheet", sheet),
        ("        right ", right),
        ("        from lines above", follows),
        (f"        right: {ticks[0]}   follows: {ticks[1]}", []),
    ]


R, Z = sigmoid(0.5), sigmoid(1)
RESET, FORGOT = tanh(2 * R * 0.5 + 1 - 1), tanh(2 * 0.5 + 1 - 1)

PRINTED: dict[str, list[Line]] = {
    "sheet-1": [
        ("The sheet of exam 1, line by line", []),
        *questioned("x", X_1, E_1[1], E_1[1]),
        *questioned("i_t", SHEET_1_I, RIGHT_1.first, RIGHT_1.first),
        *questioned("C_t", SHEET_1_C, RIGHT_1.c, plus(C_1, SHEET_1_I)),
        *questioned("h_t", SHEET_1_H, RIGHT_1.h, tanhs(SHEET_1_C)),
    ],
    "suspects-1": [
        ("Suspects for the sheet's gate", []),
        ("the sheet", SHEET_1_I),
        ("z_i", RIGHT_1.z),
        ("softmax for σ", softmax(RIGHT_1.z)),
        ("tanh for σ", tanhs(RIGHT_1.z)),
        ("minus sign lost", sigmoids([-z for z in RIGHT_1.z])),
        ("bias forgotten", work(EXAM_1, "bias forgotten").first),
        ("the sheet's sum", [sum(SHEET_1_I)]),
    ],
    "slips-1": [
        ("Numbers for two of the four", []),
        ("2. h_t with plus", work(EXAM_1, "o + tanh(C)").h),
        ("   h_t with times", RIGHT_1.h),
        ("4. tanh(1)", [tanh(1)]),
    ],
    "sheet-2": [
        ("The sheet of exam 2, line by line", []),
        *questioned("z_c", SHEET_2_Z, RIGHT_2.z, COPIED),
        *questioned("c_tilde", [1, 1], RIGHT_2.first, tanhs(SHEET_2_Z)),
        *questioned("C_t", SHEET_2_C, RIGHT_2.c, PEN_C),
        *questioned("h_t", SHEET_2_H, RIGHT_2.h, PEN_H),
    ],
    "given-gates-values": [
        ("Given, then computed from the weights", []),
        ("f_t", F_2 + TRACE.f),
        ("i_t", I_2 + TRACE.i),
        ("o_t", O_2 + TRACE.o),
        ("f_t, if W read [x, h]", F_2 + X_FIRST),
        ("C_t", RIGHT_2.c + TRACE.c),
        ("h_t", RIGHT_2.h + TRACE.h),
    ],
    "exam-1-cannot-tell-values": [
        (" " * 24 + "smallest z  its σ(z)  1 - σ(z)", []),
        *((n, [min(z), sigmoid(min(z)), sigmoid(-min(z))]) for n, z in WORKINGS.items()),
    ],
    "exam-1-smaller-values": [
        (" " * 27 + "i_t, W_i and b_i over 20", []),
        *((n, sigmoids([v / 20 for v in z])) for n, z in WORKINGS.items()),
    ],
    "explorer-exam-1-answers": [
        ("Unit 4", []),
        ("z_4, bias at -10", [RIGHT_1.z[3] - 11]),
        ("i_4", [sigmoid(RIGHT_1.z[3] - 11)]),
        ("z_4, x_2 at -5", [RIGHT_1.z[3] - 4 * 8]),
        ("i_4", [sigmoid(RIGHT_1.z[3] - 4 * 8)]),
    ],
    "notes-counts": [
        ("2. and 3.  weights   with one bias each   in PyTorch", []),
        ("V of", [9, 6 * 9 + 6 * 5 + 5 * 9 + 5 * 5, 154 + 5 + 9, 154 + 5 + 5 + 9]),
        ("V of", [8, 6 * 8 + 5 * 6 + 5 * 5 + 8 * 5, 143 + 5 + 8, 143 + 5 + 5 + 8]),
        ("3. without an embedding, as its a_t is written:", [5 * 5 + 5 * 8 + 8 * 5]),
    ],
    "find-together": [
        ("Line by line", []),
        ("1  R_t", [R]),
        ("2  Z_t", [Z]),
        ("3  H~_t with the reset", [RESET]),
        ("   H~_t without it", [FORGOT]),
        ("4  H_t, right", [Z * 0.5 + (1 - Z) * RESET]),
        ("   H_t from their line 3", [Z * 0.5 + (1 - Z) * FORGOT]),
    ],
}

SAID: dict[str, dict[str, float]] = {
    "looks": {
        "{:.2f} \\;\\; 0.12]$ |": sigmoid(0.4),
        "0.60 \\;\\; {:.2f}]$ |": sigmoid(-2),
        "then $o_t = [{:.2f}": sigmoid(0.2),
        "0.55 \\;\\; {:.2f}]$": sigmoid(1.5),
        "then $C_t = {:.3f}$": 0.9 * 0.8 * 0.1 * 0.5,
        "kept alone is {:.2f}": 0.9 * 0.8,
    },
    "suspects-1-why": {"softmax gives {:.3f}": softmax(RIGHT_1.z)[0]},
    "slips-1-why": {"$h_t$ would be {:.2f}": 1 + RIGHT_1.h[0], "\\tanh(1) = {:.5f}": tanh(1)},
    "sheet-2-why": {
        "adds up to {:.0f} in the question": sum(CELL_2.candidate.W[0]),
        "and to {:.0f} on the sheet": sum(SHEET_2_W[0]),
        "row 2 to {:.0f} and": sum(CELL_2.candidate.W[1]),
        "and to {:.0f}.": sum(SHEET_2_W[1]),
        "should read {:.4f}": RIGHT_2.h[1],
    },
    "given-gates-why": {
        "+ 1 \\approx {:.1f}$": TRACE.z_f[0],
        "f_1 \\approx {:.2f}": TRACE.f[0],
    },
    "find": {
        "\\sigma(0.5) = {:.3f}": R,
        "\\sigma(1) = {:.3f}": Z,
        "\\tanh(1.0) = {:.3f}": FORGOT,
        "\\cdot 0.762 = {:.3f}": Z * 0.5 + (1 - Z) * FORGOT,
    },
    "find-together-why": {
        "\\tanh(2 \\cdot {:.3f} + 1 - 1)": R * 0.5,
        "= \\tanh({:.3f})": R,
        "\\tanh(0.622) = {:.3f}": RESET,
    },
}
"""Numbers typed in the text, as a template that must stand in the cell."""

MARKS_2 = 10 * (4 / 4.25)
"""Four parts right or followed, of weight 1; the copied matrix, of weight a quarter, is not."""
