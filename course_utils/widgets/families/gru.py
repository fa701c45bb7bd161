"""The GRU as the explorer sees it: the reset gate comes before the product."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.cells import Affine, CellInputError, GRUParams, GRUTrace, gru_step
from course_utils.widgets.families.base import Family, Preset, as_code, names, one_step_vector
from course_utils.widgets.families.gru_diagram import GRU_DIAGRAM
from course_utils.widgets.values import Tab, Values, matrix_tab, vector_tab

_LETTERS = {"update": "Z", "reset": "R", "candidate": "H"}
_ROLES = {"update": "input", "reset": "output", "candidate": "candidate"}
_OPEN, _SHUT = 6.0, -6.0


def _values(params: Any, x: Any, state: Any) -> Values:
    if not isinstance(params, GRUParams):
        raise CellInputError(f"params is {type(params).__name__}, expected GRUParams")
    vectors = {"x": one_step_vector("x", x), "h_prev": one_step_vector("state", state)}
    gru_step(params, vectors["x"], vectors["h_prev"], reset="before")
    blocks = {
        f"{gate}.{part}": np.array(getattr(getattr(params, gate), part), dtype=np.float64)
        for gate in _LETTERS
        for part in ("W", "b")
    }
    return {**blocks, **vectors}


def _params(values: Values) -> GRUParams:
    blocks = {gate: Affine(values[f"{gate}.W"], values[f"{gate}.b"]) for gate in _LETTERS}
    return GRUParams(blocks["reset"], blocks["update"], blocks["candidate"])


def _trace(values: Values) -> GRUTrace:
    return gru_step(_params(values), values["x"], values["h_prev"], reset="before")[1]


def _tabs(values: Values) -> tuple[Tab, ...]:
    reads = names("h", values["h_prev"].size) + names("x", values["x"].size)
    gates = tuple(
        matrix_tab(
            gate,
            gate,
            _ROLES[gate],
            [(f"{gate}.W", f"W_{letter}", reads), (f"{gate}.b", f"b_{letter}", ["b"])],
            values,
        )
        for gate, letter in _LETTERS.items()
    )
    vectors = [("x", "x_t"), ("h_prev", "H_{t-1}")]
    return (*gates, vector_tab("state", "x, H", "state", vectors, values))


def _python(values: Values) -> str:
    blocks = "\n".join(
        f"    {gate}=Affine(\n        W={as_code(values[f'{gate}.W'])},\n"
        f"        b={as_code(values[f'{gate}.b'])},\n    ),"
        for gate in _LETTERS
    )
    return (
        "import numpy as np\n\n"
        "from course_utils.cells import Affine, GRUParams, gru_step\n\n"
        f"params = GRUParams(\n{blocks}\n)\n"
        f"x = {as_code(values['x'])}\n"
        f"state = {as_code(values['h_prev'])}\n"
        'new_state, trace = gru_step(params, x, state, reset="before")\n'
    )


def _row(W: list[float], b: float) -> Affine:
    return Affine(np.array([W], dtype=np.float64), np.array([b], dtype=np.float64))


def _gates(title: str, note: str, *, update: float, reset: float) -> Preset:
    """One unit, one input; the two gates obey their biases, the candidate reads h and x."""
    params = GRUParams(
        reset=_row([0, 0], reset), update=_row([0, 0], update), candidate=_row([1.5, 1], 0)
    )
    return Preset(title, note, params, np.array([-1.0]), np.array([0.8]))


_ZERO = _row([0, 0], 0)
_PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "remember": _gates(
            "Remember",
            "Update gate at 1: H_t stays what it was, whatever x is.",
            update=_OPEN,
            reset=_OPEN,
        ),
        "overwrite": _gates(
            "Overwrite",
            "Update gate at 0, reset gate at 1: the candidate takes over, and the cell is an RNN.",
            update=_SHUT,
            reset=_OPEN,
        ),
        "start_afresh": _gates(
            "Start afresh",
            "Both gates at 0: the candidate takes over, and it reads nothing of the past.",
            update=_SHUT,
            reset=_SHUT,
        ),
        "one_weight": Preset(
            "One weight is 1",
            "All weights are 0 but one: the candidate reads x with weight 1. Both gates stand at "
            "σ(0) = 0.5.",
            GRUParams(reset=_ZERO, update=_ZERO, candidate=_row([0, 1], 0)),
            np.array([1.0]),
            np.array([0.8]),
        ),
    }
)

GRU = Family(
    name="gru",
    title="GRU cell",
    diagram=GRU_DIAGRAM,
    presets=_PRESETS,
    values=_values,
    params=_params,
    state=lambda values: values["h_prev"],
    trace=_trace,
    tabs=_tabs,
    python=_python,
)
