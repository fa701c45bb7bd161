"""Where everything stands in the GRU's diagram: the hidden state runs along the top."""

from course_utils.widgets.diagram import Bar, Diagram, Equation, Node, Operator, Term, Wire

_LINE, _WRITE, _MEET, _GATES, _SQUASH, _SUMS, _BUS = 62.0, 130.0, 190.0, 242.0, 303.0, 364.0, 420.0
_UPDATE, _RESET, _PRODUCT, _CANDIDATE, _H = 165.0, 330.0, 430.0, 650.0, 785.0


def _sum(letter: str, key: str) -> Equation:
    return Equation(
        f"z_{letter} = W_{letter} [H_{{t-1}}, x_t] + b_{letter}",
        terms=(Term(f"{key}.W", 0, ("hx",)),),
        plus=(f"{key}.b",),
    )


_NODES = (
    Node("x", "x_t", "input of this step", "vector", "plain", 60, 464, Equation("x_t, given")),
    Node(
        "h_prev",
        "H_{t-1}",
        "hidden state of the step before",
        "state",
        "state",
        60,
        _LINE,
        Equation("H_{t-1}, given: the step before handed it on"),
    ),
    Node(
        "z_u",
        "z_Z",
        "sum that goes into the update gate",
        "sum",
        "input",
        _UPDATE,
        _SUMS,
        _sum("Z", "update"),
    ),
    Node(
        "u",
        "Z_t",
        "update gate: how much of the old state to keep",
        "sigmoid",
        "input",
        _UPDATE,
        _GATES,
        Equation("Z_t = σ(z_Z)", "σ({z_u})"),
    ),
    Node(
        "z_r",
        "z_R",
        "sum that goes into the reset gate",
        "sum",
        "output",
        _RESET,
        _SUMS,
        _sum("R", "reset"),
    ),
    Node(
        "r",
        "R_t",
        "reset gate: how much of the old state the candidate reads",
        "sigmoid",
        "output",
        _RESET,
        _GATES,
        Equation("R_t = σ(z_R)", "σ({z_r})"),
    ),
    Node(
        "from_h",
        "W_{hh}(R∘H)",
        "what the candidate reads of the past",
        "sum",
        "output",
        527,
        _SUMS,
        Equation("W_{hh} (R_t ∘ H_{t-1})", terms=(Term("candidate.W", 0, ("r", "h_prev")),)),
    ),
    Node(
        "z_h",
        "z_H",
        "sum that goes into the candidate",
        "sum",
        "candidate",
        _CANDIDATE,
        _SUMS,
        Equation(
            "z_H = W_{hx} x_t + W_{hh} (R_t ∘ H_{t-1}) + b_H",
            terms=(Term("candidate.W", "H", ("x",)),),
            plus=("from_h", "candidate.b"),
        ),
    ),
    Node(
        "h_tilde",
        "H̃_t",
        "candidate: what could take the place of the old state",
        "tanh",
        "candidate",
        _CANDIDATE,
        _GATES,
        Equation("H̃_t = tanh(z_H)", "tanh({z_h})"),
    ),
    Node(
        "kept",
        "Z_t ∘ H_{t-1}",
        "what is kept of the old state",
        "value",
        "input",
        290,
        _LINE,
        Equation("Z_t ∘ H_{t-1}", "{u} · {h_prev}"),
    ),
    Node(
        "written",
        "(1−Z_t) ∘ H̃_t",
        "what is written into the state",
        "value",
        "candidate",
        _CANDIDATE,
        _WRITE,
        Equation("(1 − Z_t) ∘ H̃_t", "(1 − {u}) · {h_tilde}"),
    ),
    Node(
        "h",
        "H_t",
        "new hidden state",
        "state",
        "state",
        _H,
        _LINE,
        Equation("H_t = Z_t ∘ H_{t-1} + (1 − Z_t) ∘ H̃_t", "{u} · {h_prev} + (1 − {u}) · {h_tilde}"),
        ghost="h_prev",
    ),
)

_OPERATORS = (
    Operator("σ", _UPDATE, _SQUASH, "input"),
    Operator("σ", _RESET, _SQUASH, "output"),
    Operator("tanh", _CANDIDATE, _SQUASH, "candidate"),
    Operator("×", _PRODUCT, _SUMS, "output"),
    Operator("×", _UPDATE, _LINE, "input"),
    Operator("1−", 400, _MEET, "input"),
    Operator("×", _CANDIDATE, _MEET, "candidate"),
    Operator("+", _CANDIDATE, _LINE),
)

_WIRES = (
    Wire(((60, _LINE), (60, _BUS), (_CANDIDATE, _BUS), (_CANDIDATE, _SUMS))),
    Wire(((60, 464), (60, _BUS))),
    *(Wire(((x, _BUS), (x, _SUMS))) for x in (_UPDATE, _RESET, _PRODUCT)),
    Wire(((_UPDATE, _SUMS), (_UPDATE, _GATES)), "input"),
    Wire(((_RESET, _SUMS), (_RESET, _GATES)), "output"),
    Wire(((_CANDIDATE, _SUMS), (_CANDIDATE, _GATES)), "candidate"),
    Wire(((_RESET, _GATES), (_PRODUCT, _GATES), (_PRODUCT, _SUMS)), "output", "r"),
    Wire(((_PRODUCT, _SUMS), (_CANDIDATE, _SUMS)), "output", "r"),
    Wire(((60, _LINE), (_UPDATE, _LINE)), "state"),
    Wire(((_UPDATE, _MEET), (400, _MEET)), "input"),
    Wire(((_UPDATE, _GATES), (_UPDATE, _LINE)), "input", "u"),
    Wire(((_UPDATE, _LINE), (_CANDIDATE, _LINE)), "input", "u"),
    Wire(((400, _MEET), (_CANDIDATE, _MEET)), "candidate", "u", complement=True),
    Wire(((_CANDIDATE, _GATES), (_CANDIDATE, _MEET)), "candidate"),
    Wire(((_CANDIDATE, _MEET), (_CANDIDATE, _LINE)), "candidate", "u", complement=True),
    Wire(((_CANDIDATE, _LINE), (880, _LINE)), "state", leaves=True),
)

GRU_DIAGRAM = Diagram(
    width=900,
    height=500,
    nodes=_NODES,
    operators=_OPERATORS,
    wires=_WIRES,
    bars=(
        Bar("kept", "Z_t ∘ H_{t-1}", "input"),
        Bar("written", "(1−Z_t) ∘ H̃_t", "candidate", start="kept"),
        Bar("h", "H_t", "state", ghost="h_prev"),
    ),
    bars_title="What makes H_t",
    bars_note="dashed: one step before",
    bars_box=(706, 288, 186, 204),
)
