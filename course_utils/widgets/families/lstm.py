"""The LSTM as the explorer sees it."""

from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells import Affine, CellInputError, LSTMParams, LSTMState, LSTMTrace, lstm_step
from course_utils.cells.affine import affine, joined
from course_utils.cells.checks import Array
from course_utils.cells.lstm_variants import (
    CoupledLSTMParams,
    PeepholeLSTMParams,
    lstm_variant_step,
)
from course_utils.widgets.families.base import (
    Choice,
    Code,
    Convention,
    Family,
    Option,
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

_VARIANT = Convention(
    "variant",
    "Gates",
    (
        Option("own", "f, i and o each its own", "Three gates, each with weights of its own."),
        Option(
            "peepholes",
            "peepholes (Gers 2000)",
            "The gates look at C as well, each through one number per unit, which starts at 0: f "
            "and i at C_{t-1}, o at C_t.",
        ),
        Option(
            "coupled",
            "coupled (Greff 2017)",
            "f_t = 1 − i_t: as much is forgotten as is written. The forget gate's weights wait "
            "until it is uncoupled.",
        ),
    ),
)
_CONVENTIONS = (_VARIANT, ORDER, BIASES)
_GATES = LSTMParams._fields
_PEEPING = ("forget", "input", "output")
_PARAMS: dict[str, Any] = {
    "own": LSTMParams,
    "peepholes": PeepholeLSTMParams,
    "coupled": CoupledLSTMParams,
}
_Params = LSTMParams | PeepholeLSTMParams | CoupledLSTMParams


class CoupledTrace(NamedTuple):
    """What a step with coupled gates computed, in order of working: an LSTMTrace without z_f."""

    x: Array
    h_prev: Array
    c_prev: Array
    hx: Array
    f: Array
    z_i: Array
    i: Array
    z_c: Array
    c_tilde: Array
    kept: Array
    written: Array
    c: Array
    z_o: Array
    o: Array
    tanh_c: Array
    h: Array


def _blocks(choice: Choice) -> tuple[str, ...]:
    """The blocks of weights that the cell reads."""
    return _GATES if choice["variant"] != "coupled" else CoupledLSTMParams._fields


def _values(choice: Choice, params: Any, x: Any, state: Any) -> Values:
    kind = _PARAMS[choice["variant"]]
    if not isinstance(params, LSTMParams | kind):
        raise CellInputError(f"params is {type(params).__name__}, expected {kind.__name__}")
    if not isinstance(state, LSTMState):
        raise CellInputError(f"state is {type(state).__name__}, expected LSTMState(h, c)")
    vectors = {
        "x": one_step_vector("x", x),
        "h_prev": one_step_vector("state.h", state.h),
        "c_prev": one_step_vector("state.c", state.c),
    }
    before = LSTMState(vectors["h_prev"], vectors["c_prev"])
    step: Any = lstm_step if isinstance(params, LSTMParams) else lstm_variant_step
    step(params, vectors["x"], before)
    given = params._asdict()
    blocks = {name: given.get(name) or _zeros_like(params.input) for name in _GATES}
    peepholes = {}
    if choice["variant"] == "peepholes":
        none = np.zeros(len(vectors["c_prev"]))
        for name in _PEEPING:
            peepholes[f"{name}.p"] = np.array(given.get(f"p_{name}", none), dtype=np.float64)
    return {**gate_values(blocks, choice), **peepholes, **vectors}


def _zeros_like(block: Affine) -> Affine:
    return Affine(np.zeros_like(block.W), np.zeros_like(block.b))


def _params(choice: Choice, values: Values) -> _Params:
    blocks = [gate(name, values, choice) for name in _blocks(choice)]
    peepholes = [values[f"{name}.p"] for name in _PEEPING if f"{name}.p" in values]
    params: _Params = _PARAMS[choice["variant"]](*blocks, *peepholes)
    return params


def _state(values: Values) -> LSTMState:
    return LSTMState(values["h_prev"], values["c_prev"])


def _trace(choice: Choice, values: Values) -> LSTMTrace | CoupledTrace:
    params = _params(choice, values)
    if isinstance(params, LSTMParams):
        return lstm_step(params, values["x"], _state(values))[1]
    _, trace = lstm_variant_step(params, values["x"], _state(values))
    hx = joined(trace.h_prev, trace.x)
    found = trace._asdict() | {
        "hx": hx,
        "kept": trace.f * trace.c_prev,
        "written": trace.i * trace.c_tilde,
    }
    for name in _blocks(choice):
        found[f"z_{name[0]}"] = affine(getattr(params, name), hx)
    if isinstance(params, CoupledLSTMParams):
        return CoupledTrace(**found)
    found["z_f"] = found["z_f"] + params.p_forget * trace.c_prev
    found["z_i"] = found["z_i"] + params.p_input * trace.c_prev
    found["z_o"] = found["z_o"] + params.p_output * trace.c
    return LSTMTrace(**found)


def _code(choice: Choice) -> Code:
    own, kind = choice["variant"] == "own", _PARAMS[choice["variant"]].__name__
    step = "lstm_step" if own else "lstm_variant_step"
    variants = f"from course_utils.cells.lstm_variants import {kind}, {step}"
    cells = "Affine, LSTMParams, LSTMState, lstm_step" if own else "Affine, LSTMState"
    params = gates_code(kind, _blocks(choice), choice)
    if choice["variant"] == "peepholes":
        peepholes = "".join(f"    p_{name}={as_code(f'{name}.p')},\n" for name in _PEEPING)
        params = f"{params.removesuffix(')')}{peepholes})"
    return Code(
        imports=(
            f"from course_utils.cells import {cells}",
            *gates_imports(choice),
            *(() if own else (variants,)),
        ),
        params=params,
        state=f"LSTMState(h={as_code('h_0')}, c={as_code('c_0')})",
        step=f"{step}(params, x, state)",
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
        tabs=tuple(
            gate_tab(
                name,
                LETTERS[name],
                name,
                choice,
                peephole=choice["variant"] == "peepholes" and name in _PEEPING,
            )
            for name in _blocks(choice)
        ),
        code=_code(choice),
        under=lstm,
    )
