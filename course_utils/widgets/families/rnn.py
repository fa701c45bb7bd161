"""The vanilla recurrent cell as the explorer sees it."""

from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.cells import CellInputError, RNNParams, RNNTrace, rnn_step
from course_utils.widgets.diagram import Bar, Diagram, Equation, Node, Operator, Term, Wire
from course_utils.widgets.families.base import (
    Block,
    Choice,
    Code,
    Family,
    Preset,
    Tab,
    as_code,
    chosen,
    one_step_vector,
)
from course_utils.widgets.families.challenges import RNN_CHALLENGES
from course_utils.widgets.families.gates import BIASES
from course_utils.widgets.families.program import rnn_program
from course_utils.widgets.values import Values

_MIDDLE, _ABOVE, _BELOW = 130.0, 50.0, 210.0

_NODES = (
    Node("x", "x_t", "input of this step", "vector", "plain", 60, _BELOW, Equation("x_t, given")),
    Node(
        "h_prev",
        "h_{t-1}",
        "hidden state of the step before",
        "state",
        "state",
        60,
        _ABOVE,
        Equation("h_{t-1}, given: the step before handed it on"),
    ),
    Node(
        "from_h",
        "W_h h_{t-1}",
        "what the cell reads of its past",
        "sum",
        "forget",
        230,
        _ABOVE,
        Equation("W_h h_{t-1}", terms=(Term("W_h", "", ("h_prev",)),)),
    ),
    Node(
        "from_x",
        "W_x x_t",
        "what the cell reads of the input",
        "sum",
        "input",
        230,
        _BELOW,
        Equation("W_x x_t", terms=(Term("W_x", "", ("x",)),)),
    ),
    Node(
        "h",
        "h_t",
        "new hidden state",
        "tanh",
        "state",
        740,
        _MIDDLE,
        Equation("h_t = tanh(z)", "tanh({z})"),
        ghost="h_prev",
    ),
)


def _diagram(choice: Choice) -> Diagram:
    biases = {"b": "b"} if choice["biases"] == "one" else {"b": "b_x", "b_h": "b_h"}
    total = Node(
        "z",
        "z",
        "sum of the two, and the bias",
        "sum",
        "state",
        480,
        _MIDDLE,
        Equation(
            f"z = W_h h_{{t-1}} + W_x x_t + {' + '.join(biases.values())}",
            " + ".join(f"{{{name}}}" for name in ("from_h", "from_x", *biases)),
            plus=tuple(biases),
        ),
    )
    ends = ["from_x", *biases]
    bars = [Bar(b, biases[b], "plain", start=s) for s, b in zip(ends, biases, strict=False)]
    return Diagram(
        width=900,
        height=464,
        nodes=(*_NODES[:-1], total, _NODES[-1]),
        operators=(Operator("+", 350, _MIDDLE), Operator("tanh", 610, _MIDDLE)),
        wires=(
            Wire(((60, _ABOVE), (230, _ABOVE)), "state", "h_prev"),
            Wire(((60, _BELOW), (230, _BELOW))),
            Wire(((230, _ABOVE), (350, _ABOVE), (350, _MIDDLE)), "forget", "from_h"),
            Wire(((230, _BELOW), (350, _BELOW), (350, _MIDDLE)), "input", "from_x"),
            Wire(((350, _MIDDLE), (610, _MIDDLE)), "state", "z"),
            Wire(((610, _MIDDLE), (880, _MIDDLE)), "state", "h", leaves=True),
        ),
        bars=(
            Bar("from_h", "W_h h_{t-1}", "forget"),
            Bar("from_x", "W_x x_t", "input", start="from_h"),
            *bars,
            Bar("z", "z", "state"),
            Bar("h", "h_t", "output", ghost="h_prev"),
        ),
        bars_title="What makes z and h_t",
        bars_note="dashed: one step before",
        bars_box=(430, 182, 440, 268),
    )


def _values(choice: Choice, params: Any, x: Any, state: Any) -> Values:
    if not isinstance(params, RNNParams):
        raise CellInputError(f"params is {type(params).__name__}, expected RNNParams")
    vectors = {"x": one_step_vector("x", x), "h_prev": one_step_vector("state", state)}
    rnn_step(params, vectors["x"], vectors["h_prev"])
    blocks = {name: np.array(part, dtype=np.float64) for name, part in params._asdict().items()}
    second = {"b_h": np.zeros_like(blocks["b"])} if choice["biases"] == "two" else {}
    return {**blocks, **second, **vectors}


def _params(choice: Choice, values: Values) -> RNNParams:
    b = values["b"] + values["b_h"] if choice["biases"] == "two" else values["b"]
    return RNNParams(values["W_h"], values["W_x"], b)


def _trace(choice: Choice, values: Values) -> RNNTrace:
    return rnn_step(_params(choice, values), values["x"], values["h_prev"])[1]


def _tab(choice: Choice) -> Tab:
    biases: tuple[Block, ...] = (Block("b", "b", column="b"),)
    if choice["biases"] == "two":
        biases = (Block("b", "b_x", column="b_x"), Block("b_h", "b_h", column="b_h"))
    blocks = (Block("W_h", "W_h", ("h_prev",)), Block("W_x", "W_x", ("x",)), *biases)
    return Tab("weights", "weights", "plain", blocks)


def _code(choice: Choice) -> Code:
    parts = {name: as_code(name) for name in RNNParams._fields}
    if choice["biases"] == "two":
        parts["b"] += f" + {as_code('b_h')}"
    blocks = "\n".join(f"    {name}={text}," for name, text in parts.items())
    return Code(
        imports=("from course_utils.cells import RNNParams, rnn_step",),
        params=f"params = RNNParams(\n{blocks}\n)",
        state=as_code("h_0"),
        step="rnn_step(params, x, state)",
    )


def _one_unit(title: str, note: str, W_h: float, W_x: float) -> Preset:
    params = RNNParams(np.array([[W_h]]), np.array([[W_x]]), np.zeros(1))
    return Preset(title, note, params, np.array([0.5]), np.array([0.8]))


_PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "fade": _one_unit(
            "Fade", "A weight below 1 on the past: at every step a part of h is lost.", 0.5, 0.5
        ),
        "flip": _one_unit(
            "Flip", "A negative weight on the past: without an input h would change sign.", -1, 0
        ),
        "only_x": _one_unit("Only x", "No weight on the past: the cell has no memory.", 0, 1),
        "one_weight": _one_unit(
            "One weight is 1", "All weights are 0 but one: h_t is tanh(h_{t-1}).", 1, 0
        ),
        "echo": Preset(
            "Echo, 6 steps",
            "x is 1 at step 1 and 0 after it. Step on: with W_h = 0.5 less than half of h is left "
            "at every step.",
            RNNParams(np.array([[0.5]]), np.array([[1.0]]), np.zeros(1)),
            np.array([[1.0], [0.0], [0.0], [0.0], [0.0], [0.0]]),
            np.array([0.0]),
        ),
    }
)


def rnn(choice: Choice) -> Family:
    """Return the RNN under a convention; raises CellInputError where it is unknown."""
    return _rnn(**chosen((BIASES,), choice))


@cache
def _rnn(**choice: str) -> Family:
    return Family(
        name="rnn",
        title="RNN cell",
        choice=choice,
        conventions=(BIASES,),
        diagram=_diagram(choice),
        presets=_PRESETS,
        challenges=RNN_CHALLENGES,
        carried={"h_prev": ("h", "h")},
        values=partial(_values, choice),
        params=partial(_params, choice),
        state=lambda values: values["h_prev"],
        trace=partial(_trace, choice),
        program=rnn_program(choice),
        tabs=(_tab(choice),),
        code=_code(choice),
        under=rnn,
    )
