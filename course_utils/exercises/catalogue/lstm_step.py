"""A whole LSTM step from its weights: every gate, the candidate, and both states."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import Affine, affine
from course_utils.cells.affine import joined
from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.common_rules import (
    BIAS,
    LATER_INPUTS,
    ORDER,
    SIGMOID,
    activated,
    pre_activation,
    tanh_rule,
)
from course_utils.exercises.catalogue.gates import CANDIDATE, FORGET, INPUT, OUTPUT, worked_gate
from course_utils.exercises.catalogue.state_rules import STATE_RULES, states, worked_states
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix
from course_utils.exercises.seed_exams import EXAM_2
from course_utils.formulas.textbook import LSTM

_GATES = (FORGET, INPUT, CANDIDATE, OUTPUT)
_WEIGHTS = tuple(f"{kind}_{gate.letter}" for gate in _GATES for kind in "Wb")

RULES = (SIGMOID, tanh_rule("candidate", "A candidate"), BIAS, ORDER, *STATE_RULES, LATER_INPUTS)


def sample(draws: Draws, H: int, D: int) -> dict[str, npt.ArrayLike]:
    blocks: dict[str, npt.ArrayLike] = {}
    for gate in _GATES:
        blocks[f"W_{gate.letter}"] = draws.grid(-1, 1, 0.5, (H, H + D))
        blocks[f"b_{gate.letter}"] = draws.grid(0.5, 1, 0.5, H) * (-1.0) ** draws.grid(0, 1, 1, H)
    return blocks | {
        "h_prev": draws.grid(-0.9, 0.9, 0.1, H),
        "c_prev": draws.distinct(0.8, 2.0, 0.1, H) * (-1.0) ** draws.grid(0, 1, 1, H),
        "x": draws.grid(-2, 2, 0.5, D),
    }


def accept(given: Any, value: Any) -> bool:
    """Pre-activations of at most about 2, and no input of zero."""
    zs = np.concatenate([_pre(given, gate.letter) for gate in _GATES])
    inputs = joined(given.h_prev, given.x)
    return bool(np.abs(zs).max() <= 2.2 and np.abs(inputs).min() > 0)


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given

    def gate(W: Array, b: Array, activation: Any) -> Array:
        return activated(pre_activation(W, b, g.h_prev, g.x, rule), b, rule, activation)

    f = yield "f_t", gate(g.W_f, g.b_f, rule.activation)
    i = yield "i_t", gate(g.W_i, g.b_i, rule.activation)
    c_tilde = yield "c_tilde", gate(g.W_c, g.b_c, rule.candidate)
    o = yield "o_t", gate(g.W_o, g.b_o, rule.activation)
    yield from states(f, i, o, c_tilde, g.c_prev, g.h_prev, rule)


def statement(given: Any) -> str:
    blocks = [f"{name} = {matrix(getattr(given, name))}" for name in _WEIGHTS]
    return (
        "Compute a whole LSTM step: the gates `f_t`, `i_t` and `o_t`, the candidate `c_tilde`, the "
        "cell state `C_t` and the hidden state `h_t`. All weights read $[h_{t-1}, x_t]$.\n\n"
        + "\n\n".join(display(*blocks[k : k + 4]) for k in (0, 4))
        + "\n\n"
        + display(
            f"h_{{t-1}} = {matrix(given.h_prev, 9)}",
            f"C_{{t-1}} = {matrix(given.c_prev, 9)}",
            f"x_t = {matrix(given.x)}",
        )
    )


def worked(given: Any, value: Any) -> list[str]:
    g, v = given, value
    lines: list[str] = []
    for gate in _GATES:
        W, b = getattr(g, f"W_{gate.letter}"), getattr(g, f"b_{gate.letter}")
        result = getattr(v, gate.part)
        lines += worked_gate(gate, W, b, joined(g.h_prev, g.x), _pre(g, gate.letter), result)
    return lines + worked_states(v.f_t, v.i_t, v.o_t, v.c_tilde, g.c_prev, v.C_t, v.h_t)


def _pre(given: Any, letter: str) -> Array:
    block = Affine(getattr(given, f"W_{letter}"), getattr(given, f"b_{letter}"))
    return affine(block, joined(given.h_prev, given.x))


_ASKED: dict[str, Any] = {
    "parts": (
        *(Part(gate.part, gate.latex) for gate in _GATES),
        Part("C_t", "C_t"),
        Part("h_t", "h_t"),
    ),
    "formulas": LSTM.inlined("z_f", "z_i", "z_c", "z_o"),
    "rules": RULES,
    "reference": reference,
    "statement_text": statement,
    "worked": worked,
}

EXERCISES = (
    Exercise(
        id="lstm_step",
        title="A whole LSTM step",
        sample=sample,
        sizes={"H": 2, "D": 2},
        accept=accept,
        arguments=(*_WEIGHTS, "h_prev", "c_prev", "x"),
        returns=("C_t", "h_t"),
        batched=("h_prev", "c_prev", "x"),
        **_ASKED,
    ),
    Exercise(
        id="exam_2_consistent",
        title="Exam 2 with every gate computed from its weights",
        fixed={name: EXAM_2[name] for name in (*_WEIGHTS, "h_prev", "c_prev", "x")},
        warning="The candidate saturates: tanh gives 1 in both units whatever becomes of W_c.",
        **_ASKED,
    ),
)
