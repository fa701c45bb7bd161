"""The LSTM as the explorer sees it."""

from functools import cache, partial
from typing import Any

from course_utils.cells import CellInputError, LSTMParams, LSTMState, LSTMTrace, lstm_step
from course_utils.widgets.families.base import (
    Choice,
    Code,
    Family,
    as_code,
    chosen,
    one_step_vector,
)
from course_utils.widgets.families.challenges import LSTM_CHALLENGES
from course_utils.widgets.families.gates import (
    BIASES,
    ORDER,
    gate,
    gate_tab,
    gate_values,
    gates_code,
    gates_imports,
)
from course_utils.widgets.families.lstm_diagram import LETTERS, lstm_diagram
from course_utils.widgets.families.lstm_presets import LSTM_PRESETS
from course_utils.widgets.families.program import lstm_program
from course_utils.widgets.values import Values

_CONVENTIONS = (ORDER, BIASES)
_GATES = LSTMParams._fields


def _values(choice: Choice, params: Any, x: Any, state: Any) -> Values:
    if not isinstance(params, LSTMParams):
        raise CellInputError(f"params is {type(params).__name__}, expected LSTMParams")
    if not isinstance(state, LSTMState):
        raise CellInputError(f"state is {type(state).__name__}, expected LSTMState(h, c)")
    vectors = {
        "x": one_step_vector("x", x),
        "h_prev": one_step_vector("state.h", state.h),
        "c_prev": one_step_vector("state.c", state.c),
    }
    lstm_step(params, vectors["x"], LSTMState(vectors["h_prev"], vectors["c_prev"]))
    return {**gate_values(params._asdict(), choice), **vectors}


def _params(choice: Choice, values: Values) -> LSTMParams:
    return LSTMParams(*(gate(name, values, choice) for name in _GATES))


def _state(values: Values) -> LSTMState:
    return LSTMState(values["h_prev"], values["c_prev"])


def _trace(choice: Choice, values: Values) -> LSTMTrace:
    return lstm_step(_params(choice, values), values["x"], _state(values))[1]


def _code(choice: Choice) -> Code:
    return Code(
        imports=(
            "from course_utils.cells import Affine, LSTMParams, LSTMState, lstm_step",
            *gates_imports(choice),
        ),
        params=gates_code("LSTMParams", _GATES, choice),
        state=f"LSTMState(h={as_code('h_0')}, c={as_code('c_0')})",
        step="lstm_step(params, x, state)",
    )


def lstm(choice: Choice) -> Family:
    """Return the LSTM under a convention; raises CellInputError where it is unknown."""
    return _lstm(**chosen(_CONVENTIONS, choice))


@cache
def _lstm(**choice: str) -> Family:
    return Family(
        name="lstm",
        title="LSTM cell",
        choice=choice,
        conventions=_CONVENTIONS,
        diagram=lstm_diagram(choice),
        presets=LSTM_PRESETS,
        challenges=LSTM_CHALLENGES,
        carried={"h_prev": ("h", "h"), "c_prev": ("c", "C")},
        values=partial(_values, choice),
        params=partial(_params, choice),
        state=_state,
        trace=partial(_trace, choice),
        program=lstm_program(choice, {name: LETTERS[name].lower() for name in _GATES}),
        tabs=tuple(gate_tab(name, LETTERS[name], name, choice) for name in _GATES),
        code=_code(choice),
        under=lstm,
    )
