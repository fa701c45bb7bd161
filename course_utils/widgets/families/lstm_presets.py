"""Settings of the LSTM worth looking at: what each gate is for, and the two exams."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from course_utils.cells import Affine, LSTMParams, LSTMState, embedding_lookup
from course_utils.cells.checks import Array
from course_utils.exercises.seed_exams import EXAM_1, EXAM_2, EXAM_2_PARAMS, EXAM_2_STATE
from course_utils.widgets.families.base import Preset

_OPEN, _SHUT = 6.0, -6.0
_AS_GIVEN_1 = 20.0
"""A bias that makes a gate, or tanh, 1 to eight digits."""


def _gates(title: str, note: str, *, forget: float, input: float, output: float) -> Preset:
    """One unit, one input; the three gates obey their biases, the candidate reads h and x."""
    params = LSTMParams(
        forget=_row([0, 0], forget),
        input=_row([0, 0], input),
        candidate=_row([0.5, 1.5], -0.5),
        output=_row([0, 0], output),
    )
    return Preset(title, note, params, np.array([-1.0]), _state([0.4], [0.8]))


def _row(W: list[float], b: float) -> Affine:
    return Affine(np.array([W], dtype=np.float64), np.array([b], dtype=np.float64))


def _state(h: list[float], c: list[float]) -> LSTMState:
    return LSTMState(np.array(h), np.array(c))


def _always_one(units: int, reads: int) -> Affine:
    return Affine(np.zeros((units, reads)), np.full(units, _AS_GIVEN_1))


def _exam_1() -> Preset:
    x: Array = embedding_lookup(EXAM_1["E"], EXAM_1["one_hot"].argmax())
    one = _always_one(*EXAM_1["W_i"].shape)
    params = LSTMParams(
        forget=one, input=Affine(EXAM_1["W_i"], EXAM_1["b_i"]), candidate=one, output=one
    )
    return Preset(
        "Exam 1",
        "Exam 1 gives f, C̃ and o as 1: here their weights are 0 and their biases 20. Look at "
        "i_t: every gate is open, although the four values of z_i differ.",
        params,
        x,
        LSTMState(EXAM_1["h_prev"], EXAM_1["c_prev"]),
    )


def _one_weight() -> Preset:
    zero = _row([0, 0], 0)
    return Preset(
        "One weight is 1",
        "All weights are 0 but one: the candidate reads x with weight 1. Every gate stands at "
        "σ(0) = 0.5.",
        LSTMParams(forget=zero, input=zero, candidate=_row([0, 1], 0), output=zero),
        np.array([1.0]),
        _state([0.4], [0.8]),
    )


def _carry() -> Preset:
    """A gate that reads x: it writes at x = 1, and what it wrote is carried."""
    params = LSTMParams(
        forget=_row([0, 0], _OPEN),
        input=_row([0, 12], _SHUT),
        candidate=_row([0, 2], 0),
        output=_row([0, 0], _OPEN),
    )
    return Preset(
        "Carry, 6 steps",
        "The input gate opens for x = 1 only. Step on: what step 1 wrote is still there at step 6.",
        params,
        np.array([[1.0], [0.0], [0.0], [0.0], [0.0], [0.0]]),
        _state([0.0], [0.0]),
    )


LSTM_PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "remember": _gates(
            "Remember",
            "Forget gate open, input gate shut: C_t stays what it was, whatever x is.",
            forget=_OPEN,
            input=_SHUT,
            output=_OPEN,
        ),
        "overwrite": _gates(
            "Overwrite",
            "Forget gate shut, input gate open: the candidate takes the place of the old state.",
            forget=_SHUT,
            input=_OPEN,
            output=_OPEN,
        ),
        "erase": _gates(
            "Erase",
            "Forget gate and input gate shut: nothing is kept and nothing is written.",
            forget=_SHUT,
            input=_SHUT,
            output=_OPEN,
        ),
        "hide": _gates(
            "Hide",
            "Output gate shut: the cell remembers, but h_t shows nothing of it.",
            forget=_OPEN,
            input=_SHUT,
            output=_SHUT,
        ),
        "one_weight": _one_weight(),
        "carry": _carry(),
        "exam_1": _exam_1(),
        "exam_2": Preset(
            "Exam 2",
            "Exam 2 with all four blocks computed from its weights. The gate values that the "
            "exam prints do not follow from them.",
            EXAM_2_PARAMS,
            EXAM_2["x"],
            EXAM_2_STATE,
        ),
    }
)
