"""What a cell computes in one step, as a program for the browser: the textbook's lines, by the
names of the explorer, under a convention.
"""

from collections.abc import Mapping
from typing import Any

from course_utils.formulas import Formulas
from course_utils.formulas.nodes import Apply, Joined, Matmul, Negative, Node, Number, Sum, Symbol
from course_utils.formulas.textbook import (
    COUPLED_LSTM,
    GRU,
    GRU_RESET_AFTER,
    LSTM,
    PEEPHOLE_LSTM,
    RNN,
)
from course_utils.widgets.families.base import Choice

Program = list[list[Any]]
"""Steps in order of working, each [name, operation, argument, ...]; an argument is a name or a
number. ``columns`` takes a matrix, the vector that its first columns read (or nothing), and the
vector that the wanted columns read. The other operations are those of `formulas.program`."""

_H, _X = Symbol("h_prev"), Symbol("x")
_READS = Joined((_H, _X)), Joined((_X, _H))
_Z = Symbol("z_t")
_NOT_Z = Sum((Number(1.0), Negative(_Z)))


def rnn_program(choice: Choice) -> Program:
    """Return one step of the RNN, without the output layer."""
    lines = RNN.taking("z_t", "h_t").naming(from_h="W_h h_{t-1}", from_x="W_x x_t")
    names = {"z_t": "z", "h_t": "h"}
    return _steps(lines.replacing(_second_biases(choice, "b")), names)


def lstm_program(choice: Choice, letters: Mapping[str, str]) -> Program:
    """Return one step of the LSTM; `letters` are the textbook's for each gate."""
    lines = _LSTMS[choice["variant"]].naming(written="i_t ∘ C~_t", tanh_c="tanh(C_t)")
    lines = lines.naming(kept="f_t ∘ C_{t-1}")
    names = {"C_t": "c", **{f"{name}_t": name for name in "fioh"}}
    biases = [f"b_{letter}" for letter in letters.values()]
    return _steps(_gates(lines, choice, biases), names | _keys(letters))


def _with_sums(lines: Formulas) -> Formulas:
    """A name for what each function squashes: z_f, …; C~ is the candidate's."""
    gates = [
        name for name in ("f_t", "i_t", "c_tilde", "o_t") if isinstance(lines[name].tree, Apply)
    ]
    return lines.naming(**{f"z_{name[0]}": lines[name].tree.children[0] for name in gates})


_LSTMS = {
    "own": LSTM,
    "peepholes": _with_sums(PEEPHOLE_LSTM),
    "coupled": _with_sums(COUPLED_LSTM.naming(f_t="1 - i_t")),
}


def gru_program(choice: Choice, letters: Mapping[str, str]) -> Program:
    """Return one step of the GRU; `letters` are the textbook's for each gate."""
    after = choice["reset"] == "after"
    past = "r_t ∘ (W_hh h_{t-1} + b_hn)" if after else "W_hh (r_t ∘ h_{t-1})"
    lines = GRU_RESET_AFTER if after else _in_blocks(GRU)
    (total,) = lines["h_tilde"].tree.children
    z_r, z_u = lines["r_t"].tree.children[0], lines["z_t"].tree.children[0]
    lines = lines.naming(z_r=z_r, z_u=z_u, z_h=total, from_h=past)
    lines = lines.naming(kept="z_t ∘ h_{t-1}", written="(1 - z_t) ∘ h~_t")
    if choice["mix"] == "writes":
        lines = lines.replacing({_Z: _NOT_Z, _NOT_Z: _Z})
    two = choice["biases"] == "two"
    inner = Symbol("b_h_h") if two else Number(0.0)
    lines = lines.replacing({Symbol("b_hn"): inner})
    biases = ["b_r", "b_z", *([] if after else ["b_h"])]
    names = {"r_t": "r", "z_t": "u", "h_t": "h"}
    steps = _steps(_gates(lines, choice, biases), names | _keys(letters))
    first, then = ("h_prev", "x") if choice["order"] == "hx" else ("x", "h_prev")
    block = {"h_prev": "W_hh", "x": "W_hx"}
    return [
        [block[first], "columns", "candidate.W", "", first],
        [block[then], "columns", "candidate.W", first, then],
        *steps,
    ]


def _in_blocks(lines: Formulas) -> Formulas:
    """W_h [a, b] as W_hh a + W_hx b: the candidate's weights in two blocks."""
    product = next(n for n in lines["h_tilde"].tree.children[0].children if isinstance(n, Matmul))
    past, now = product.second.children
    blocks = Sum((Matmul(Symbol("W_hh"), past), Matmul(Symbol("W_hx"), now)))
    return lines.replacing({product: blocks})


def _gates(lines: Formulas, choice: Choice, biases: list[str]) -> Formulas:
    """Let the gates read in the order of the convention, with as many biases."""
    if choice["order"] == "xh":
        lines = lines.replacing(dict([_READS]))
    return lines.replacing(_second_biases(choice, *biases))


def _second_biases(choice: Choice, *biases: str) -> dict[Node, Node]:
    if choice["biases"] == "one":
        return {}
    return {Symbol(b): Sum((Symbol(b), Symbol(f"{b}_h"))) for b in biases}


def _keys(letters: Mapping[str, str]) -> dict[str, str]:
    """The explorer's key of each weight and bias, by the textbook's name."""
    keys: dict[str, str] = {}
    for gate, letter in letters.items():
        keys |= {f"W_{letter}": f"{gate}.W", f"b_{letter}": f"{gate}.b"}
        keys |= {f"b_{letter}_h": f"{gate}.b_h", f"p_{letter}": f"{gate}.p"}
    return keys


def _steps(lines: Formulas, names: Mapping[str, str]) -> Program:
    return [
        [names.get(part, part) for part in (step["name"], step["op"], *step["args"])]
        for step in lines.program()["steps"]
    ]
