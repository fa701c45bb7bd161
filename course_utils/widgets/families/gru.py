"""The GRU as the explorer sees it."""

from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from course_utils.cells import Affine, CellInputError, GRUParams, GRUTrace, gru_step
from course_utils.cells.conventions import swap_gru_mix
from course_utils.cells.gru import Reset
from course_utils.widgets.families.base import (
    Choice,
    Code,
    Convention,
    Family,
    Option,
    Preset,
    as_code,
    chosen,
    one_step_vector,
)
from course_utils.widgets.families.challenges import GRU_CHALLENGES
from course_utils.widgets.families.gates import (
    BIASES,
    ORDER,
    gate,
    gate_tab,
    gate_values,
    gates_code,
    gates_imports,
)
from course_utils.widgets.families.gru_diagram import gru_diagram
from course_utils.widgets.families.program import gru_program
from course_utils.widgets.values import Values

_LETTERS = {"update": "Z", "reset": "R", "candidate": "H"}
_ROLES = {"update": "input", "reset": "output", "candidate": "candidate"}
_OPEN, _SHUT = 6.0, -6.0

_MIX = Convention(
    "mix",
    "Z",
    (
        Option(
            "keeps",
            "keeps the old (Cho)",
            "H_t = Z ∘ H_{t-1} + (1 − Z) ∘ H̃: Cho 2014, PyTorch, Keras, this course.",
        ),
        Option(
            "writes",
            "writes the new (Chung)",
            "The same weights by Chung's formula, H_t = (1 − Z) ∘ H_{t-1} + Z ∘ H̃: another H_t. "
            "Change the signs of W_Z and b_Z, and Cho's comes back.",
        ),
    ),
)
_RESET = Convention(
    "reset",
    "Reset",
    (
        Option(
            "before", "before the product", "R meets H before the product: Cho 2014, this course."
        ),
        Option(
            "after",
            "after the product",
            "R meets W_{hh} H after the product: cuDNN, PyTorch, Keras' default. The same weights, "
            "another cell: no change of signs brings the first H_t back.",
        ),
    ),
)
_CONVENTIONS = (_MIX, _RESET, ORDER, BIASES)


def _values(choice: Choice, params: Any, x: Any, state: Any) -> Values:
    if not isinstance(params, GRUParams):
        raise CellInputError(f"params is {type(params).__name__}, expected GRUParams")
    vectors = {"x": one_step_vector("x", x), "h_prev": one_step_vector("state", state)}
    gru_step(params, vectors["x"], vectors["h_prev"], reset=_reset(choice))
    blocks = gate_values({name: getattr(params, name) for name in _LETTERS}, choice)
    if params.b_recurrent is not None:
        if choice["biases"] == "one":
            raise CellInputError("b_recurrent is given, expected the convention biases='two'")
        blocks["candidate.b_h"] = np.array(params.b_recurrent, dtype=np.float64)
    return {**blocks, **vectors}


def _reset(choice: Choice) -> Reset:
    return cast(Reset, choice["reset"])


def _params(choice: Choice, values: Values) -> GRUParams:
    after = choice["reset"] == "after"
    inner = values["candidate.b_h"] if after and choice["biases"] == "two" else None
    params = GRUParams(
        gate("reset", values, choice),
        gate("update", values, choice),
        gate("candidate", values, choice, both_biases=not after),
        inner,
    )
    return params if choice["mix"] == "keeps" else swap_gru_mix(params)


def _trace(choice: Choice, values: Values) -> GRUTrace:
    params = _params(choice, values)
    _, trace = gru_step(params, values["x"], values["h_prev"], reset=_reset(choice))
    if choice["mix"] == "keeps":
        return trace
    return trace._replace(z_u=-trace.z_u, u=1 - trace.u)  # back in Chung's reading


def _code(choice: Choice) -> Code:
    swaps = ["swap_gru_mix"] if choice["mix"] == "writes" else []
    params = gates_code("GRUParams", tuple(_LETTERS), choice)
    if choice["reset"] == "after" and choice["biases"] == "two":
        inner = as_code("candidate.b_h")
        params = params.removesuffix(")") + f"    b_recurrent={inner},\n)"
    if swaps:
        params += "\nparams = swap_gru_mix(params)  # Chung's Z is 1 - Z here"
    return Code(
        imports=(
            "from course_utils.cells import Affine, GRUParams, gru_step",
            *gates_imports(choice, *swaps),
        ),
        params=params,
        state=as_code("h_0"),
        step=f'gru_step(params, x, state, reset="{choice["reset"]}")',
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
        "carry": Preset(
            "Carry, 6 steps",
            "The update gate falls to 0 for x = 1 only. Step on: what step 1 wrote is still there "
            "at step 6.",
            GRUParams(reset=_ZERO, update=_row([0, -12], _OPEN), candidate=_row([0, 2], 0)),
            np.array([[1.0], [0.0], [0.0], [0.0], [0.0], [0.0]]),
            np.array([0.0]),
        ),
    }
)


def gru(choice: Choice) -> Family:
    """Return the GRU under a convention; raises CellInputError where it is unknown."""
    return _gru(**chosen(_CONVENTIONS, choice))


@cache
def _gru(**choice: str) -> Family:
    return Family(
        name="gru",
        title="GRU cell",
        choice=choice,
        conventions=_CONVENTIONS,
        diagram=gru_diagram(choice),
        presets=_PRESETS,
        challenges=GRU_CHALLENGES,
        carried={"h_prev": ("h", "H")},
        values=partial(_values, choice),
        params=partial(_params, choice),
        state=lambda values: values["h_prev"],
        trace=partial(_trace, choice),
        program=gru_program(choice, {"update": "z", "reset": "r", "candidate": "h"}),
        tabs=tuple(
            gate_tab(name, letter, _ROLES[name], choice) for name, letter in _LETTERS.items()
        ),
        code=_code(choice),
        under=gru,
    )
