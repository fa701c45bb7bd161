"""Where everything stands in the GRU's diagram: the hidden state runs along the top."""

from typing import NamedTuple

from course_utils.widgets.diagram import Bar, Diagram, Equation, Node, Operator, Term, Wire
from course_utils.widgets.families.base import Choice
from course_utils.widgets.families.gates import biases_of, gate_sum

_LINE, _WRITE, _MEET, _GATES, _SQUASH, _SUMS, _BUS = 62.0, 130.0, 190.0, 242.0, 303.0, 364.0, 420.0
_UPDATE, _RESET, _PRODUCT, _CANDIDATE, _H = 165.0, 330.0, 430.0, 650.0, 785.0


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


def _nodes(choice: Choice) -> tuple[Node, ...]:
    words = _KEEPS if choice["mix"] == "keeps" else _WRITES
    from_h, from_h_equation = _from_h(choice)
    mixed = f"{words.kept_whole} + {words.written.replace('1−', '1 − ')}"
    return (
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
            gate_sum("update", "Z", "H", choice),
        ),
        Node(
            "u",
            "Z_t",
            words.update,
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
            gate_sum("reset", "R", "H", choice),
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
            from_h,
            "what the candidate reads of the past",
            "sum",
            "output",
            527,
            _SUMS,
            from_h_equation,
        ),
        Node(
            "z_h",
            "z_H",
            "sum that goes into the candidate",
            "sum",
            "candidate",
            _CANDIDATE,
            _SUMS,
            _candidate(choice),
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
            words.kept,
            "what is kept of the old state",
            "value",
            "input",
            290,
            _LINE,
            Equation(words.kept_whole, words.kept_filled),
        ),
        Node(
            "written",
            words.written,
            "what is written into the state",
            "value",
            "candidate",
            _CANDIDATE,
            _WRITE,
            Equation(words.written, words.written_filled),
        ),
        Node(
            "h",
            "H_t",
            "new hidden state",
            "state",
            "state",
            _H,
            _LINE,
            Equation(f"H_t = {mixed}", f"{words.kept_filled} + {words.written_filled}"),
            ghost="h_prev",
        ),
    )


def _operators(choice: Choice) -> tuple[Operator, ...]:
    weights = (Operator("W", _PRODUCT, 395, "output"),) if choice["reset"] == "after" else ()
    one_minus = (400.0, _MEET) if choice["mix"] == "keeps" else (_UPDATE, 130.0)
    return (*_OPERATORS, *weights, Operator("1−", *one_minus, "input"))


def _wires(choice: Choice) -> tuple[Wire, ...]:
    """Under the other mix the lines of u and 1 − u change places."""
    if choice["mix"] == "keeps":
        return _WIRES
    swapped = [w._replace(complement=not w.complement) if w.width == "u" else w for w in _WIRES]
    swapped[_WIRES.index(_TO_WRITE)] = _TO_WRITE._replace(width="u")
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
    Wire(((60, _LINE), (60, _BUS), (_CANDIDATE, _BUS), (_CANDIDATE, _SUMS))),
    Wire(((60, 464), (60, _BUS))),
    *(Wire(((x, _BUS), (x, _SUMS))) for x in (_UPDATE, _RESET, _PRODUCT)),
    Wire(((_UPDATE, _SUMS), (_UPDATE, _GATES)), "input"),
    Wire(((_RESET, _SUMS), (_RESET, _GATES)), "output"),
    Wire(((_CANDIDATE, _SUMS), (_CANDIDATE, _GATES)), "candidate"),
    Wire(((_RESET, _GATES), (_PRODUCT, _GATES), (_PRODUCT, _SUMS)), "output", "r"),
    Wire(((_PRODUCT, _SUMS), (_CANDIDATE, _SUMS)), "output", "r"),
    Wire(((60, _LINE), (_UPDATE, _LINE)), "state"),
    _TO_WRITE,
    _TO_KEEP,
    Wire(((_UPDATE, _LINE), (_CANDIDATE, _LINE)), "input", "u"),
    Wire(((400, _MEET), (_CANDIDATE, _MEET)), "candidate", "u", complement=True),
    Wire(((_CANDIDATE, _GATES), (_CANDIDATE, _MEET)), "candidate"),
    Wire(((_CANDIDATE, _MEET), (_CANDIDATE, _LINE)), "candidate", "u", complement=True),
    Wire(((_CANDIDATE, _LINE), (880, _LINE)), "state", leaves=True),
)


def gru_diagram(choice: Choice) -> Diagram:
    """Return the GRU's diagram under a convention."""
    words = _KEEPS if choice["mix"] == "keeps" else _WRITES
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
