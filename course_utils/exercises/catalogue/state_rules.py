"""Rules of the LSTM's two states: how C_t and h_t go wrong once the gates are there."""

from collections.abc import Generator
from typing import Any

import numpy.typing as npt

from course_utils.cells import sigmoid, tanh
from course_utils.cells.checks import Array
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import matrix
from course_utils.exercises.rules import Rule, Slip

_CELL = "The gate f says how much of the old cell state stays, i how much of the candidate enters"
_SHOWN = "The new cell state is squashed by tanh, and then o says how much of it is shown"

GATES = Rule(
    "gates",
    lambda f, i: (f, i),
    (
        Slip(
            "f and i swapped",
            lambda f, i: (i, f),
            "The forget gate and the input gate changed places.",
            f"{_CELL}.",
        ),
    ),
)

KEPT = Rule(
    "kept",
    lambda f, c, h: f * c,
    (
        Slip(
            "f left out",
            lambda f, c, h: c,
            "The old cell state entered whole, without the forget gate.",
            f"{_CELL}.",
        ),
        Slip(
            "1 - f for f",
            lambda f, c, h: (1 - f) * c,
            "The forget gate was turned round: 1 - f in the place of f.",
            "f is the share that is kept, not the share that is forgotten.",
        ),
        Slip(
            "h for C",
            lambda f, c, h: f * h,
            "The forget gate was applied to the hidden state h_{t-1}.",
            "It acts on the cell state C_{t-1}; h_{t-1} only enters the gates.",
        ),
    ),
)

WRITTEN = Rule(
    "written",
    lambda i, c_tilde, f: i * c_tilde,
    (
        Slip(
            "i left out",
            lambda i, c_tilde, f: c_tilde,
            "The candidate entered whole, without the input gate.",
            f"{_CELL}.",
        ),
        Slip(
            "candidate left out",
            lambda i, c_tilde, f: i,
            "The input gate was added itself, without the candidate.",
            f"{_CELL}.",
        ),
        Slip(
            "1 - f for i",
            lambda i, c_tilde, f: (1 - f) * c_tilde,
            "The candidate was weighed by 1 - f.",
            "That is the cell with coupled gates, and the GRU's way; here i has its own values.",
            "variants",
        ),
    ),
)

JOINED = Rule(
    "joined",
    lambda kept, written: kept + written,
    (
        Slip(
            "terms multiplied",
            lambda kept, written: kept * written,
            "What is kept and what is written were multiplied.",
            "They are added: that sum is what lets a memory last.",
        ),
        Slip(
            "terms subtracted",
            lambda kept, written: kept - written,
            "What is written was subtracted.",
            "It is added to what is kept.",
        ),
    ),
)

SHOWN = Rule(
    "shown",
    lambda o, c, c_prev, f: o * tanh(c),
    (
        Slip(
            "o + tanh(C)",
            lambda o, c, c_prev, f: o + tanh(c),
            "The output gate was added to tanh(C_t).",
            f"A gate multiplies. {_SHOWN}. (The formula with + is a common misprint.)",
            "mistakes",
        ),
        Slip(
            "tanh left out",
            lambda o, c, c_prev, f: o * c,
            "The tanh is missing: this is o ∘ C_t.",
            f"{_SHOWN}.",
        ),
        Slip(
            "tanh of the product",
            lambda o, c, c_prev, f: tanh(o * c),
            "The tanh was taken of the product o ∘ C_t.",
            f"Only C_t is squashed. {_SHOWN}.",
        ),
        Slip(
            "sigmoid for tanh in h_t",
            lambda o, c, c_prev, f: o * sigmoid(c),
            "The cell state was squashed by the sigmoid.",
            f"It is squashed by tanh, and keeps its sign. {_SHOWN}.",
        ),
        Slip(
            "o left out",
            lambda o, c, c_prev, f: tanh(c),
            "The output gate is missing: this is tanh(C_t).",
            f"{_SHOWN}.",
        ),
        Slip(
            "f for o",
            lambda o, c, c_prev, f: f * tanh(c),
            "The forget gate was taken for the output gate.",
            f"{_SHOWN}.",
            "exam 2",
        ),
        Slip(
            "old cell state shown",
            lambda o, c, c_prev, f: o * tanh(c_prev),
            "This comes from the old cell state, C_{t-1}.",
            "h_t shows the new one: C_t is computed first.",
        ),
    ),
)

STATE_RULES = (GATES, KEPT, WRITTEN, JOINED, SHOWN)


def states(
    f: Array, i: Array, o: Array, c_tilde: Array, c_prev: Array, h_prev: Array, rule: Any
) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    """Yield C_t and h_t by the rules above."""
    forget, enter = rule.gates(f, i)
    kept = rule.kept(forget, c_prev, h_prev)
    C_t = yield "C_t", rule.joined(kept, rule.written(enter, c_tilde, forget))
    yield "h_t", rule.shown(o, C_t, c_prev, f)


def drawn_gate(draws: Draws, size: int) -> Array:
    """Draw gate values with one digit, all different where there is room."""
    return draws.distinct(0.1, 0.9, 0.1, size)


def worked_states(
    f: Array, i: Array, o: Array, c_tilde: Array, c_prev: Array, C_t: Array, h_t: Array
) -> list[str]:
    """Return the lines to C_t and h_t, in the handwritten layout."""
    return [
        r"C_t &= f_t \circ C_{t-1} + i_t \circ \tilde{C}_t",
        rf"&= {matrix(f)} \circ {matrix(c_prev)} + {matrix(i)} \circ {matrix(c_tilde)}",
        rf"&= {matrix(C_t)}",
        r"h_t &= o_t \circ \tanh(C_t)",
        rf"&= {matrix(o)} \circ \tanh {matrix(C_t)}",
        rf"&= {matrix(h_t)}",
    ]
