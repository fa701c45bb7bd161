"""Where everything stands in the LSTM's diagram: the cell state runs along the top."""

from course_utils.widgets.diagram import (
    Bar,
    Diagram,
    Equation,
    Node,
    Operator,
    Role,
    Wire,
)
from course_utils.widgets.families.base import Choice
from course_utils.widgets.families.gates import gate_sum

_LINE, _WRITE, _MEET, _GATES, _SQUASH, _SUMS = 62.0, 130.0, 190.0, 242.0, 303.0, 364.0
_H_BUS, _X_BUS, _APART = 424.0, 464.0, 18.0
"""h and x go to the gates on lines of their own, h left of the middle of a box and x right of it"""
_X: dict[str, float] = {"forget": 165, "input": 330, "candidate": 480, "output": 645}
_PLUS, _C, _SPLIT, _H = 405.0, 530.0, 735.0, 826.0

_BLOCKS: tuple[tuple[Role, str, str, str, str], ...] = (
    ("forget", "z_f", "f", "f", "forget gate: how much of the old cell state to keep"),
    ("input", "z_i", "i", "i", "input gate: how much of the candidate to write"),
    ("candidate", "z_c", "c_tilde", "C̃", "candidate: what could be written"),
    ("output", "z_o", "o", "o", "output gate: how much of the cell state to show"),
)


_PEEKS: dict[str, tuple[str, str]] = {
    "forget": ("c_prev", "C_{t-1}"),
    "input": ("c_prev", "C_{t-1}"),
    "output": ("c", "C_t"),
}
"""what the peephole of a gate looks at"""

_COUPLED_FORGET = Node(
    "f",
    "f_t",
    "forget gate: what the input gate leaves",
    "sigmoid",
    "forget",
    _X["forget"],
    _GATES,
    Equation("f_t = 1 − i_t", "1 − {i}"),
    label="forget",
)

LETTERS = {"forget": "f", "input": "i", "candidate": "C", "output": "o"}
"""what stands below W, b and z of each gate"""


def _block_nodes(choice: Choice) -> list[Node]:
    nodes = []
    coupled, peepholes = (choice["variant"] == name for name in ("coupled", "peepholes"))
    for role, z, name, letter, title in _BLOCKS:
        if coupled and role == "forget":
            nodes.append(_COUPLED_FORGET)
            continue
        sub = LETTERS[role]
        total = gate_sum(role, sub, "h", choice, _PEEKS.get(role, ()) if peepholes else ())
        squash = "tanh" if role == "candidate" else "σ"
        gate = Equation(f"{letter}_t = {squash}(z_{sub})", f"{squash}({{{z}}})")
        kind: tuple[str, str] = (z, f"sum that goes into the {title.split(':')[0]}")
        nodes.append(Node(kind[0], f"z_{sub}", kind[1], "sum", role, _X[role], _SUMS, total))
        nodes.append(
            Node(
                name,
                f"{letter}_t",
                title,
                "tanh" if role == "candidate" else "sigmoid",
                role,
                _X[role],
                _GATES,
                gate,
                label=role,
            )
        )
    return nodes


def _state_nodes() -> list[Node]:
    given = "given: the step before handed it on"
    return [
        Node("x", "x_t", "input of this step", "vector", "plain", 60, 464, Equation("x_t, given")),
        Node(
            "h_prev",
            "h_{t-1}",
            "hidden state of the step before",
            "state",
            "state",
            60,
            _SUMS,
            Equation(f"h_{{t-1}}, {given}"),
        ),
        Node(
            "c_prev",
            "C_{t-1}",
            "cell state of the step before",
            "state",
            "state",
            60,
            _LINE,
            Equation(f"C_{{t-1}}, {given}"),
        ),
        Node(
            "kept",
            "f_t ∘ C_{t-1}",
            "what is kept of the old cell state",
            "value",
            "forget",
            265,
            _LINE,
            Equation("f_t ∘ C_{t-1}", "{f} · {c_prev}"),
        ),
        Node(
            "written",
            "i_t ∘ C̃_t",
            "what is written into the cell state",
            "value",
            "input",
            _PLUS,
            _WRITE,
            Equation("i_t ∘ C̃_t", "{i} · {c_tilde}"),
        ),
        Node(
            "c",
            "C_t",
            "new cell state",
            "state",
            "state",
            _C,
            _LINE,
            Equation("C_t = f_t ∘ C_{t-1} + i_t ∘ C̃_t", "{f} · {c_prev} + {i} · {c_tilde}"),
            ghost="c_prev",
        ),
        Node(
            "tanh_c",
            "tanh C_t",
            "cell state squashed between -1 and 1",
            "tanh",
            "state",
            _SPLIT,
            165,
            Equation("tanh(C_t)", "tanh({c})"),
        ),
        Node(
            "h",
            "h_t",
            "new hidden state",
            "state",
            "state",
            _H,
            _GATES,
            Equation("h_t = o_t ∘ tanh(C_t)", "{o} · {tanh_c}"),
            ghost="h_prev",
        ),
    ]


def _operators(choice: Choice) -> tuple[Operator, ...]:
    squashes = [
        Operator("tanh" if role == "candidate" else "σ", _X[role], _SQUASH, role)
        for role, *_ in _BLOCKS
    ]
    if choice["variant"] == "coupled":
        squashes[0] = Operator("1−", (_X["forget"] + _X["input"]) / 2, _GATES, "input")
    return (
        *squashes,
        Operator("×", _X["forget"], _LINE, "forget"),
        Operator("+", _PLUS, _LINE),
        Operator("×", _PLUS, _MEET, "input"),
        Operator("tanh", _SPLIT, 110),
        Operator("×", _SPLIT, _GATES, "output"),
    )


def _wires(choice: Choice) -> tuple[Wire, ...]:
    f, i, c, o = (_X[role] for role in ("forget", "input", "candidate", "output"))
    coupled = choice["variant"] == "coupled"
    squashed = [role for role, *_ in _BLOCKS if not (coupled and role == "forget")]
    reading = [_X[role] for role in squashed if role != "output"]
    h_at, x_at, read = o - _APART, o + _APART, 112.0
    wires = [
        Wire(
            ((60, _SUMS), (read, _SUMS), (read, _H_BUS), (h_at, _H_BUS), (h_at, _SUMS)),
            "state",
            "h_prev",
            bus=True,
        ),
        Wire(((60, _X_BUS), (x_at, _X_BUS), (x_at, _SUMS))),
        *(
            Wire(((x - _APART, _H_BUS), (x - _APART, _SUMS)), "state", "h_prev", bus=True)
            for x in reading
        ),
        *(Wire(((x + _APART, _X_BUS), (x + _APART, _SUMS))) for x in reading),
        *(Wire(((_X[role], _SUMS), (_X[role], _GATES)), role) for role in squashed),
        Wire(((60, _LINE), (f, _LINE)), "state", "c_prev"),
        Wire(((f, _GATES), (f, _LINE)), "forget", "f"),
        Wire(((f, _LINE), (_PLUS, _LINE)), "state", "kept"),
        Wire(((i, _GATES), (i, _MEET), (_PLUS, _MEET)), "input", "i"),
        Wire(((c, _GATES), (c, _MEET), (_PLUS, _MEET)), "candidate", "c_tilde"),
        Wire(((_PLUS, _MEET), (_PLUS, _LINE)), "state", "written"),
        Wire(((_PLUS, _LINE), (880, _LINE)), "state", "c", leaves=True),
        Wire(((_SPLIT, _LINE), (_SPLIT, 110)), "state", "c"),
        Wire(((_SPLIT, 110), (_SPLIT, _GATES)), "state", "tanh_c"),
        Wire(((o, _GATES), (_SPLIT, _GATES)), "output", "o"),
        Wire(((_SPLIT, _GATES), (880, _GATES)), "state", "h", leaves=True),
    ]
    if coupled:
        wires.append(Wire(((i, _GATES), ((f + i) / 2, _GATES)), "input", "i"))
        wires.append(Wire((((f + i) / 2, _GATES), (f, _GATES)), "forget", "f"))
    return tuple(wires) + (_PEEPHOLES if choice["variant"] == "peepholes" else ())


_BETWEEN, _ENTERS = 283.0, 354.0
"""where a peephole's line runs, between a gate and its σ, and where it enters a sum"""
_PEEPHOLES = (
    Wire(((112, _LINE), (112, _ENTERS), (_X["forget"], _ENTERS)), "state", "c_prev", bus=True),
    Wire(
        ((112, _BETWEEN), (262, _BETWEEN), (262, _ENTERS), (_X["input"], _ENTERS)),
        "state",
        "c_prev",
        bus=True,
    ),
    Wire(((588, _LINE), (588, _ENTERS), (_X["output"], _ENTERS)), "state", "c", bus=True),
)


def lstm_diagram(choice: Choice) -> Diagram:
    """Return the LSTM's diagram under a convention."""
    return Diagram(
        width=900,
        height=500,
        nodes=(*_state_nodes()[:3], *_block_nodes(choice), *_state_nodes()[3:]),
        operators=_operators(choice),
        wires=_wires(choice),
        bars=(
            Bar("kept", "f_t ∘ C_{t-1}", "forget"),
            Bar("written", "i_t ∘ C̃_t", "input", start="kept"),
            Bar("c", "C_t", "state", ghost="c_prev"),
            Bar("h", "h_t", "output", ghost="h_prev"),
        ),
        bars_title="What makes C_t",
        bars_note="dashed: one step before",
        bars_box=(706, 288, 186, 204),
    )
