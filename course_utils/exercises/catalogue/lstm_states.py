"""C_t and h_t: from the gates alone, with i_t to be computed (exam 1), with C~_t (exam 2)."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.common_rules import (
    BIAS,
    INPUTS,
    ORDER,
    SIGMOID,
    TANH,
    activated,
    pre_activation,
)
from course_utils.exercises.catalogue.gates import CANDIDATE, INPUT, worked_gate
from course_utils.exercises.catalogue.state_rules import (
    STATE_RULES,
    drawn_gate,
    states,
    worked_states,
)
from course_utils.exercises.copying import copied_entries
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix
from course_utils.exercises.seed_exams import EXAM_1, EXAM_2
from course_utils.formulas.textbook import LSTM

_C_T, _H_T = Part("C_t", "C_t"), Part("h_t", "h_t")


def _hx(given: Any) -> Array:
    return np.concatenate([given.h_prev, given.x])


def _state(draws: Draws, H: int) -> dict[str, npt.ArrayLike]:
    """The previous states: h is small; C of any sign and large enough for tanh to matter."""
    c_prev = draws.distinct(0.8, 2.0, 0.1, H) * (-1.0) ** draws.grid(0, 1, 1, H)
    return {"h_prev": draws.grid(-0.9, 0.9, 0.1, H), "c_prev": c_prev}


def _weights(draws: Draws, letter: str, H: int, D: int) -> dict[str, npt.ArrayLike]:
    return {
        f"W_{letter}": draws.grid(-1.5, 1.5, 0.5, (H, H + D)),
        f"b_{letter}": draws.grid(-1, 1, 0.5, H),
        "x": draws.grid(-2, 2, 0.5, D),
    }


def _signed(draws: Draws, H: int) -> Array:
    return drawn_gate(draws, H) * (-1.0) ** draws.grid(0, 1, 1, H)


def _fit_for_hands(z: Array, given: Any) -> bool:
    spread = np.diff(np.sort(z)).min(initial=np.inf)
    return bool(np.abs(z).max() <= 2 and spread >= 0.15 and np.abs(_hx(given)).min() > 0)


def _given_in_words(given: Any, **latex: str) -> str:
    """Every digit of what is given: an exam's gate of 0.99999 is not 1."""
    return display(*(rf"{symbol} = {matrix(getattr(given, n), 9)}" for n, symbol in latex.items()))


_GATES = {"f_t": "f_t", "i_t": "i_t", "o_t": "o_t", "c_tilde": r"\tilde{C}_t"}
_BEFORE = {"h_prev": "h_{t-1}", "c_prev": "C_{t-1}"}


# State update: every gate is given ------------------------------------------------------------


def sample_update(draws: Draws, H: int) -> dict[str, npt.ArrayLike]:
    gates = {name: drawn_gate(draws, H) for name in ("f_t", "i_t", "o_t")}
    return gates | {"c_tilde": _signed(draws, H)} | _state(draws, H)


def reference_update(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    yield from states(g.f_t, g.i_t, g.o_t, g.c_tilde, g.c_prev, g.h_prev, rule)


def statement_update(given: Any) -> str:
    return "Compute the cell state `C_t` and the hidden state `h_t`.\n\n" + _given_in_words(
        given, **_GATES, **_BEFORE
    )


def worked_update(given: Any, value: Any) -> list[str]:
    g = given
    return worked_states(g.f_t, g.i_t, g.o_t, g.c_tilde, g.c_prev, value.C_t, value.h_t)


# As in exam 1: the input gate is to be computed -------------------------------------------------


def sample_states(draws: Draws, H: int, D: int) -> dict[str, npt.ArrayLike]:
    gates = {"f_t": drawn_gate(draws, H), "o_t": drawn_gate(draws, H)}
    return _weights(draws, "i", H, D) | gates | {"c_tilde": _signed(draws, H)} | _state(draws, H)


def reference_states(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    z = yield "z_i", pre_activation(g.W_i, g.b_i, g.h_prev, g.x, rule)
    i = yield "i_t", activated(z, g.b_i, rule)
    yield from states(g.f_t, i, g.o_t, g.c_tilde, g.c_prev, g.h_prev, rule)


def statement_states(given: Any) -> str:
    weights = {"W_i": "W_i", "b_i": "b_i", "x": "x_t"}
    gates = {name: latex for name, latex in _GATES.items() if name != "i_t"}
    return (
        "Compute the input gate `i_t` from its weights, which read $[h_{t-1}, x_t]$, then the cell "
        "state `C_t` and the hidden state `h_t`. (The pre-activation `z_i` may be given too.)\n\n"
        + _given_in_words(given, **weights)
        + "\n\n"
        + _given_in_words(given, **gates, **_BEFORE)
    )


def worked_with_input_gate(given: Any, value: Any) -> list[str]:
    g = given
    return worked_gate(INPUT, g.W_i, g.b_i, _hx(g), value.z_i, value.i_t) + worked_states(
        g.f_t, value.i_t, g.o_t, g.c_tilde, g.c_prev, value.C_t, value.h_t
    )


# As in exam 2: the candidate is to be computed --------------------------------------------------


def sample_from_gates(draws: Draws, H: int, D: int) -> dict[str, npt.ArrayLike]:
    gates = {name: drawn_gate(draws, H) for name in ("f_t", "i_t", "o_t")}
    return _weights(draws, "c", H, D) | gates | _state(draws, H)


def reference_from_gates(
    given: Any, rule: Any
) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    z = yield "z_c", pre_activation(g.W_c, g.b_c, g.h_prev, g.x, rule)
    c_tilde = yield "c_tilde", activated(z, g.b_c, rule)
    yield from states(g.f_t, g.i_t, g.o_t, c_tilde, g.c_prev, g.h_prev, rule)


def reference_from_copy(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    """The same, and it goes on with the student's own copy of the matrix."""
    g = given
    W_c = yield "W_c", g.W_c
    z = yield "z_c", pre_activation(W_c, g.b_c, g.h_prev, g.x, rule)
    c_tilde = yield "c_tilde", activated(z, g.b_c, rule)
    yield from states(g.f_t, g.i_t, g.o_t, c_tilde, g.c_prev, g.h_prev, rule)


def statement_from_gates(given: Any) -> str:
    weights = {"W_c": "W_c", "b_c": "b_c", "x": "x_t"}
    gates = {name: latex for name, latex in _GATES.items() if name != "c_tilde"}
    return (
        "Compute the candidate `c_tilde` from its weights, which read $[h_{t-1}, x_t]$, then the "
        "cell state `C_t` and the hidden state `h_t`. (The pre-activation `z_c` may be given "
        "too.)\n\n"
        + _given_in_words(given, **weights)
        + "\n\n"
        + _given_in_words(given, **gates, **_BEFORE)
    )


def worked_with_candidate(given: Any, value: Any) -> list[str]:
    g = given
    return worked_gate(CANDIDATE, g.W_c, g.b_c, _hx(g), value.z_c, value.c_tilde) + worked_states(
        g.f_t, g.i_t, g.o_t, value.c_tilde, g.c_prev, value.C_t, value.h_t
    )


_PART_I = (Part("z_i", "z_i", optional=True), Part("i_t", "i_t"))
_PART_C = (Part("z_c", "z_c", optional=True), Part("c_tilde", r"\tilde{C}_t"))
_EXAM_1_X = EXAM_1["one_hot"] @ EXAM_1["E"]
_EXAM_1_X.setflags(write=False)

EXERCISES = (
    Exercise(
        id="state_update",
        title="C_t and h_t from the gates",
        parts=(_C_T, _H_T),
        formulas=LSTM.taking("C_t", "h_t"),
        rules=STATE_RULES,
        reference=reference_update,
        sample=sample_update,
        sizes={"H": 3},
        statement_text=statement_update,
        worked=worked_update,
        arguments=("f_t", "i_t", "o_t", "c_tilde", "c_prev"),
        returns=("C_t", "h_t"),
        batched=("f_t", "i_t", "o_t", "c_tilde", "c_prev"),
    ),
    Exercise(
        id="lstm_states",
        title="The input gate, C_t and h_t",
        parts=(*_PART_I, _C_T, _H_T),
        formulas=LSTM.taking("z_i", "i_t", "C_t", "h_t"),
        rules=(SIGMOID, BIAS, INPUTS, ORDER, *STATE_RULES),
        reference=reference_states,
        sample=sample_states,
        sizes={"H": 3, "D": 2},
        accept=lambda given, value: _fit_for_hands(value.z_i, given),
        statement_text=statement_states,
        worked=worked_with_input_gate,
        arguments=("W_i", "b_i", "h_prev", "x", "c_prev", "f_t", "o_t", "c_tilde"),
        returns=("i_t", "C_t", "h_t"),
        batched=("h_prev", "x", "c_prev", "f_t", "o_t", "c_tilde"),
    ),
    Exercise(
        id="lstm_step_from_gates",
        title="The candidate, C_t and h_t",
        parts=(*_PART_C, _C_T, _H_T),
        formulas=LSTM.taking("z_c", "c_tilde", "C_t", "h_t"),
        rules=(TANH, BIAS, INPUTS, ORDER, *STATE_RULES),
        reference=reference_from_gates,
        sample=sample_from_gates,
        sizes={"H": 3, "D": 2},
        accept=lambda given, value: _fit_for_hands(value.z_c, given),
        statement_text=statement_from_gates,
        worked=worked_with_candidate,
        arguments=("W_c", "b_c", "h_prev", "x", "c_prev", "f_t", "i_t", "o_t"),
        returns=("c_tilde", "C_t", "h_t"),
        batched=("h_prev", "x", "c_prev", "f_t", "i_t", "o_t"),
    ),
    Exercise(
        id="exam_1_states",
        title="Exam 1: the gate, C_t and h_t",
        parts=(*_PART_I, _C_T, _H_T),
        formulas=LSTM.taking("z_i", "i_t", "C_t", "h_t"),
        rules=(SIGMOID, BIAS, INPUTS, ORDER, *STATE_RULES),
        reference=reference_states,
        fixed={
            name: EXAM_1[name]
            for name in ("W_i", "b_i", "h_prev", "c_prev", "f_t", "o_t", "c_tilde")
        }
        | {"x": _EXAM_1_X},
        statement_text=statement_states,
        worked=worked_with_input_gate,
        warning=(
            "Every gate of exam 1 is 1, and so is the candidate: C_t and h_t come out the same "
            "with f or o left out, or with f and i swapped. A drawn lstm_states tells them apart."
        ),
    ),
    Exercise(
        id="exam_2_states",
        title="Exam 2: the candidate, C_t and h_t",
        parts=(
            Part("W_c", "W_c", optional=True, weight=0.25, method_marks=False),
            *_PART_C,
            _C_T,
            _H_T,
        ),
        formulas=LSTM.taking("z_c", "c_tilde", "C_t", "h_t"),
        rules=(TANH, BIAS, INPUTS, ORDER, *STATE_RULES),
        reference=reference_from_copy,
        fixed={
            name: EXAM_2[name]
            for name in ("W_c", "b_c", "h_prev", "x", "c_prev", "f_t", "i_t", "o_t")
        },
        statement_text=statement_from_gates,
        worked=worked_with_candidate,
        detectors=(copied_entries("W_c", "z_c", _hx),),
        warning=(
            "The candidate's pre-activations are above 12, so tanh gives 1 whatever becomes of the "
            "matrix; and the gates given do not follow from the exam's weights: take them as given."
        ),
    ),
)
