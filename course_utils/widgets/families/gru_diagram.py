"""Where everything stands in the GRU's diagram: the hidden state runs along the top."""

from typing import NamedTuple

from course_utils.widgets.diagram import Bar, Diagram, Equation, Node, Operator, Term, Wire
from course_utils.widgets.families.base import Choice
from course_utils.widgets.families.gates import biases_of, gate_sum

_LINE, _WRITE, _MEET, _GATES, _SQUASH, _SUMS = 62.0, 130.0, 190.0, 242.0, 303.0, 364.0
_H_BUS, _X_BUS = 424.0, 464.0
"""H and x go to the gates on lines of their own: R multiplies H, and never x."""
_UPDATE, _RESET, _PRODUCT, _CANDIDATE, _H = 165.0, 330.0, 430.0, 650.0, 785.0
_APART = 18.0
"""H enters a gate's box this far left of its middle, x this far right"""


class _Words(NamedTuple):
    """What the two conventions of the GRU call and compute differently."""

    kept: str
    kept_whole: str
    kept_filled: str
    written: str
    written_filled: str
    update: str


_KEEPS = _Words(
    "Z_t ∘ H_{t-1}", "Z_t ∘ H_{t-1}", "{u} · {h_prev}",
    "(1−Z_t) ∘ H̃_t", "(1 − {u}) · {h_tilde}",
    "update gate: how much of the old state to keep",
)  # fmt: skip
_WRITES = _Words(
    "(1−Z)∘H", "(1 − Z_t) ∘ H_{t-1}", "(1 − {u}) · {h_prev}",
    "Z_t ∘ H̃_t", "{u} · {h_tilde}",
    "update gate: how much of the candidate to write",
)  # fmt: skip


def _words(choice: Choice) -> _Words:
    return _KEEPS if choice["mix"] == "keeps" else _WRITES


def _from_h(choice: Choice) -> tuple[str, Equation]:
    """What the candidate reads of the past: its symbol and its equation."""
    offset = "" if choice["order"] == "hx" else "x"
    if choice["reset"] == "before":
        terms = (Term("candidate.W", offset, ("r", "h_prev")),)
        return "W_{hh}(R∘H)", Equation("W_{hh} (R_t ∘ H_{t-1})", terms=terms)
    terms = (Term("candidate.W", offset, ("h_prev",)),)
    inner = ("candidate.b_h",) if choice["biases"] == "two" else ()
    bias = " + b_{hH}" if inner else ""
    formula = f"R_t ∘ (W_{{hh}} H_{{t-1}}{bias})"
    return "R∘(W_{hh}H)", Equation(formula, terms=terms, plus=inner, times="r")


def _candidate(choice: Choice) -> Equation:
    """The sum that goes into the candidate."""
    past, bias = _from_h(choice)[1].formula, "b_H"
    biases: tuple[str, ...] = ("candidate.b",)
    if choice["biases"] == "two":
        bias = "b_{xH}"
        if choice["reset"] == "before":
            biases, bias = biases_of("candidate", choice), "b_{xH} + b_{hH}"
    terms = (Term("candidate.W", "h_prev" if choice["order"] == "hx" else "", ("x",)),)
    return Equation(f"z_H = W_{{hx}} x_t + {past} + {bias}", terms=terms, plus=("from_h", *biases))


_UPDATE_SUM, _RESET_SUM = "sum that goes into the update gate", "sum that goes into the reset gate"
_RESET_TITLE = "reset gate: how much of the old state the candidate reads"
_CANDIDATE_TITLE = "candidate: what could take the place of the old state"
_GIVEN = "H_{t-1}, given: the step before handed it on"


def _nodes(choice: Choice) -> tuple[Node, ...]:
    return (*_given(), *_gates(choice), *_candidate_nodes(choice), *_mix(choice))


def _given() -> tuple[Node, ...]:
    title = "hidden state of the step before"
    return (
        Node(
            "x", "x_t", "input of this step", "vector", "plain", 60, _X_BUS, Equation("x_t, given")
        ),
        Node("h_prev", "H_{t-1}", title, "state", "state", 60, _LINE, Equation(_GIVEN)),
    )


def _gates(choice: Choice) -> tuple[Node, ...]:
    """The two gates: each a sum and, above it, its sigmoid."""
    update, reset = gate_sum("update", "Z", "H", choice), gate_sum("reset", "R", "H", choice)
    u, r = Equation("Z_t = σ(z_Z)", "σ({z_u})"), Equation("R_t = σ(z_R)", "σ({z_r})")
    opens = _words(choice).update
    return (
        Node("z_u", "z_Z", _UPDATE_SUM, "sum", "input", _UPDATE, _SUMS, update),
        Node("u", "Z_t", opens, "sigmoid", "input", _UPDATE, _GATES, u, label="update"),
        Node("z_r", "z_R", _RESET_SUM, "sum", "output", _RESET, _SUMS, reset),
        Node("r", "R_t", _RESET_TITLE, "sigmoid", "output", _RESET, _GATES, r, label="reset"),
    )


def _candidate_nodes(choice: Choice) -> tuple[Node, ...]:
    symbol, read = _from_h(choice)
    reads, total = "what the candidate reads of the past", "sum that goes into the candidate"
    tanh = Equation("H̃_t = tanh(z_H)", "tanh({z_h})")
    return (
        Node("from_h", symbol, reads, "sum", "output", 527, _SUMS, read),
        Node("z_h", "z_H", total, "sum", "candidate", _CANDIDATE, _SUMS, _candidate(choice)),
        Node(
            "h_tilde",
            "H̃_t",
            _CANDIDATE_TITLE,
            "tanh",
            "candidate",
            _CANDIDATE,
            _GATES,
            tanh,
            label="candidate",
        ),
    )


def _mix(choice: Choice) -> tuple[Node, ...]:
    """What is kept of the old state, what is written, and their sum."""
    words = _words(choice)
    kept, written = words.kept, words.written
    keeps = Equation(words.kept_whole, words.kept_filled)
    writes = Equation(written, words.written_filled)
    mixed = Equation(
        f"H_t = {words.kept_whole} + {written.replace('1−', '1 − ')}",
        f"{words.kept_filled} + {words.written_filled}",
    )
    title, into = "what is kept of the old state", "what is written into the state"
    return (
        Node("kept", kept, title, "value", "input", 290, _LINE, keeps),
        Node("written", written, into, "value", "candidate", _CANDIDATE, _WRITE, writes),
        Node("h", "H_t", "new hidden state", "state", "state", _H, _LINE, mixed, ghost="h_prev"),
    )


def _operators(choice: Choice) -> tuple[Operator, ...]:
    weights = (Operator("W", _PRODUCT, 395, "output"),) if choice["reset"] == "after" else ()
    one_minus = (400.0, _MEET) if choice["mix"] == "keeps" else (_UPDATE, 130.0)
    return (*_OPERATORS, *weights, Operator("1−", *one_minus, "input"))


def _wires(choice: Choice) -> tuple[Wire, ...]:
    """Under the other mix the lines of u and 1 − u change places."""
    if choice["mix"] == "keeps":
        return _WIRES
    swapped = [w._replace(complement=w.carries == "u" and not w.complement) for w in _WIRES]
    swapped[_WIRES.index(_TO_WRITE)] = _TO_WRITE._replace(carries="u")
    swapped[_WIRES.index(_TO_KEEP)] = Wire(((_UPDATE, _GATES), (_UPDATE, _MEET)), "input", "u")
    up = Wire(((_UPDATE, _MEET), (_UPDATE, _LINE)), "input", "u", complement=True)
    return (*swapped, up)


_OPERATORS = (
    Operator("σ", _UPDATE, _SQUASH, "input"),
    Operator("σ", _RESET, _SQUASH, "output"),
    Operator("tanh", _CANDIDATE, _SQUASH, "candidate"),
    Operator("×", _PRODUCT, _SUMS, "output"),
    Operator("×", _UPDATE, _LINE, "input"),
    Operator("×", _CANDIDATE, _MEET, "candidate"),
    Operator("+", _CANDIDATE, _LINE),
)

_TO_WRITE = Wire(((_UPDATE, _MEET), (400, _MEET)), "input")
_TO_KEEP = Wire(((_UPDATE, _GATES), (_UPDATE, _LINE)), "input", "u")
_WIRES = (
    Wire(((60, _X_BUS), (_CANDIDATE, _X_BUS), (_CANDIDATE, _SUMS))),
    *(Wire(((gate + _APART, _X_BUS), (gate + _APART, _SUMS))) for gate in (_UPDATE, _RESET)),
    Wire(
        ((60, _LINE), (60, _H_BUS), (_PRODUCT, _H_BUS), (_PRODUCT, _SUMS)),
        "state",
        "h_prev",
        bus=True,
    ),
    *(
        Wire(((gate - _APART, _H_BUS), (gate - _APART, _SUMS)), "state", "h_prev", bus=True)
        for gate in (_UPDATE, _RESET)
    ),
    Wire(((_UPDATE, _SUMS), (_UPDATE, _GATES)), "input"),
    Wire(((_RESET, _SUMS), (_RESET, _GATES)), "output"),
    Wire(((_CANDIDATE, _SUMS), (_CANDIDATE, _GATES)), "candidate"),
    Wire(((_RESET, _GATES), (_PRODUCT, _GATES), (_PRODUCT, _SUMS)), "output", "r"),
    Wire(((_PRODUCT, _SUMS), (_CANDIDATE, _SUMS)), "state", "from_h"),
    Wire(((60, _LINE), (_UPDATE, _LINE)), "state", "h_prev"),
    _TO_WRITE,
    _TO_KEEP,
    Wire(((_UPDATE, _LINE), (_CANDIDATE, _LINE)), "state", "kept"),
    Wire(((400, _MEET), (_CANDIDATE, _MEET)), "input", "u", complement=True),
    Wire(((_CANDIDATE, _GATES), (_CANDIDATE, _MEET)), "candidate", "h_tilde"),
    Wire(((_CANDIDATE, _MEET), (_CANDIDATE, _LINE)), "state", "written"),
    Wire(((_CANDIDATE, _LINE), (880, _LINE)), "state", "h", leaves=True),
)


def gru_diagram(choice: Choice) -> Diagram:
    """Return the GRU's diagram under a convention."""
    words = _words(choice)
    return Diagram(
        width=900,
        height=500,
        nodes=_nodes(choice),
        operators=_operators(choice),
        wires=_wires(choice),
        bars=(
            Bar("kept", words.kept, "input"),
            Bar("written", words.written, "candidate", start="kept"),
            Bar("h", "H_t", "state", ghost="h_prev"),
        ),
        bars_title="What makes H_t",
        bars_note="dashed: one step before",
        bars_box=(706, 288, 186, 204),
    )
