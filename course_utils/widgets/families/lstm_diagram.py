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

_LINE, _WRITE, _MEET, _GATES, _SQUASH, _SUMS, _BUS = 62.0, 130.0, 190.0, 242.0, 303.0, 364.0, 434.0
_X: dict[str, float] = {"forget": 165, "input": 330, "candidate": 480, "output": 645}
_PLUS, _C, _SPLIT, _H = 405.0, 530.0, 735.0, 826.0

_BLOCKS: tuple[tuple[Role, str, str, str, str], ...] = (
    ("forget", "z_f", "f", "f", "forget gate: how much of the old cell state to keep"),
    ("input", "z_i", "i", "i", "input gate: how much of the candidate to write"),
    ("candidate", "z_c", "c_tilde", "C̃", "candidate: what could be written"),
    ("output", "z_o", "o", "o", "output gate: how much of the cell state to show"),
)


LETTERS = {"forget": "f", "input": "i", "candidate": "C", "output": "o"}
"""what stands below W, b and z of each gate"""


def _block_nodes(choice: Choice) -> list[Node]:
    nodes = []
    for role, z, name, letter, title in _BLOCKS:
        sub = LETTERS[role]
        total = gate_sum(role, sub, "h", choice)
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


def _operators() -> tuple[Operator, ...]:
    squashes = tuple(
        Operator("tanh" if role == "candidate" else "σ", _X[role], _SQUASH, role)
        for role, *_ in _BLOCKS
    )
    return (
        *squashes,
        Operator("×", _X["forget"], _LINE, "forget"),
        Operator("+", _PLUS, _LINE),
        Operator("×", _PLUS, _MEET, "input"),
        Operator("tanh", _SPLIT, 110),
        Operator("×", _SPLIT, _GATES, "output"),
    )


def _wires() -> tuple[Wire, ...]:
    f, i, c, o = (_X[role] for role in ("forget", "input", "candidate", "output"))
    read = 112.0
    wires = [
        Wire(((60, _SUMS), (read, _SUMS), (read, _BUS), (o, _BUS), (o, _SUMS))),
        Wire(((60, 464), (read, 464), (read, _BUS))),
        *(Wire(((x, _BUS), (x, _SUMS))) for x in (f, i, c)),
        *(Wire(((_X[role], _SUMS), (_X[role], _GATES)), role) for role, *_ in _BLOCKS),
        Wire(((60, _LINE), (f, _LINE)), "state"),
        Wire(((f, _GATES), (f, _LINE)), "forget", "f"),
        Wire(((f, _LINE), (_PLUS, _LINE)), "forget", "f"),
        Wire(((i, _GATES), (i, _MEET), (_PLUS, _MEET)), "input", "i"),
        Wire(((c, _GATES), (c, _MEET), (_PLUS, _MEET)), "candidate"),
        Wire(((_PLUS, _MEET), (_PLUS, _LINE)), "input", "i"),
        Wire(((_PLUS, _LINE), (880, _LINE)), "state", leaves=True),
        Wire(((_SPLIT, _LINE), (_SPLIT, _GATES)), "state"),
        Wire(((o, _GATES), (_SPLIT, _GATES)), "output", "o"),
        Wire(((_SPLIT, _GATES), (_H, _GATES)), "output", "o"),
        Wire(((_H, _GATES), (880, _GATES)), "state", leaves=True),
    ]
    return tuple(wires)


def lstm_diagram(choice: Choice) -> Diagram:
    """Return the LSTM's diagram under a convention."""
    return Diagram(
        width=900,
        height=500,
        nodes=(*_state_nodes()[:3], *_block_nodes(choice), *_state_nodes()[3:]),
        operators=_operators(),
        wires=_wires(),
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
