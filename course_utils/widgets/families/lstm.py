"""The LSTM as the explorer sees it."""

from typing import Any

import numpy as np

from course_utils.cells import Affine, CellInputError, LSTMParams, LSTMState, LSTMTrace, lstm_step
from course_utils.widgets.families.base import Family, as_code, names, one_step_vector
from course_utils.widgets.families.lstm_diagram import LSTM_DIAGRAM
from course_utils.widgets.families.lstm_presets import LSTM_PRESETS
from course_utils.widgets.values import Tab, Values, matrix_tab, vector_tab

_SUBSCRIPTS = {"forget": "f", "input": "i", "candidate": "C", "output": "o"}


def _values(params: Any, x: Any, state: Any) -> Values:
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
    blocks = {
        f"{gate}.{part}": np.array(getattr(p, part), dtype=np.float64)
        for gate, p in params._asdict().items()
        for part in ("W", "b")
    }
    return {**blocks, **vectors}


def _params(values: Values) -> LSTMParams:
    return LSTMParams(*(Affine(values[f"{g}.W"], values[f"{g}.b"]) for g in LSTMParams._fields))


def _state(values: Values) -> LSTMState:
    return LSTMState(values["h_prev"], values["c_prev"])


def _trace(values: Values) -> LSTMTrace:
    return lstm_step(_params(values), values["x"], _state(values))[1]


def _tabs(values: Values) -> tuple[Tab, ...]:
    reads = names("h", values["h_prev"].size) + names("x", values["x"].size)
    gates = tuple(
        matrix_tab(
            gate,
            gate,
            gate,
            [
                (f"{gate}.W", f"W_{_SUBSCRIPTS[gate]}", reads),
                (f"{gate}.b", f"b_{_SUBSCRIPTS[gate]}", ["b"]),
            ],
            values,
        )
        for gate in LSTMParams._fields
    )
    vectors = [("x", "x_t"), ("h_prev", "h_{t-1}"), ("c_prev", "C_{t-1}")]
    return (*gates, vector_tab("state", "x, h, C", "state", vectors, values))


def _python(values: Values) -> str:
    blocks = "\n".join(
        f"    {gate}=Affine(\n        W={as_code(values[f'{gate}.W'])},\n"
        f"        b={as_code(values[f'{gate}.b'])},\n    ),"
        for gate in LSTMParams._fields
    )
    return (
        "import numpy as np\n\n"
        "from course_utils.cells import Affine, LSTMParams, LSTMState, lstm_step\n\n"
        f"params = LSTMParams(\n{blocks}\n)\n"
        f"x = {as_code(values['x'])}\n"
        f"state = LSTMState(\n    h={as_code(values['h_prev'])},\n"
        f"    c={as_code(values['c_prev'])},\n)\n"
        "new_state, trace = lstm_step(params, x, state)\n"
    )


LSTM = Family(
    name="lstm",
    title="LSTM cell",
    diagram=LSTM_DIAGRAM,
    presets=LSTM_PRESETS,
    values=_values,
    params=_params,
    state=_state,
    trace=_trace,
    tabs=_tabs,
    python=_python,
)
