"""One unit over three steps, by hand: the state of each step is the memory of the next.

An RNN from its two weights, an LSTM and a GRU from gates that are given. Each step's state is a
part of its own, so that an error in the first is followed through to the last.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.catalogue.gru_step import MIX
from course_utils.exercises.catalogue.rnn_step import RULES as RNN_RULES
from course_utils.exercises.catalogue.state_rules import (
    GATES,
    JOINED,
    KEPT,
    SHOWN,
    WRITTEN,
    drawn_gate,
)
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, factor, number, row
from course_utils.exercises.rules import Rule, Slip

_STEPS = 3


def _carried(symbol: str, topic: str) -> Rule:
    """The rule of what a step reads of the steps before it."""
    return Rule(
        "carried",
        lambda before, first: before,
        (
            Slip(
                "the first state at every step",
                lambda before, first: first,
                f"Every step began from {symbol}_0.",
                f"Step t reads the state of the step before, {symbol}_{{t-1}}: that is the memory.",
                topic,
            ),
        ),
    )


def _without(rule: Rule, *names: str) -> Rule:
    """The same rule without the slips that one unit, or given gates, cannot show."""
    return replace(rule, slips=tuple(slip for slip in rule.slips if slip.name not in names))


def _signed(draws: Draws, size: int) -> Array:
    """Gate-like values with one digit, of either sign."""
    return drawn_gate(draws, size) * (-1.0) ** draws.grid(0, 1, 1, size)


def _parts(symbol: str) -> tuple[Part, ...]:
    return tuple(Part(f"{symbol}_{t}", f"{symbol}_{t}") for t in range(1, _STEPS + 1))


# RNN ------------------------------------------------------------------------------------------

_BY_NAME = {rule.name: rule for rule in RNN_RULES}
_RNN_RULES = (
    _without(_BY_NAME["squashed"], "softmax for tanh"),
    _BY_NAME["terms"],
    _BY_NAME["bias"],
)


def _sample_rnn(draws: Draws, T: int) -> dict[str, npt.ArrayLike]:
    sign = (-1.0) ** draws.grid(0, 1, 1, 2)
    w, u = draws.grid(0.5, 1.5, 0.1, 2) * sign
    return {
        "w": w,
        "u": u,
        "b": draws.distinct(0.1, 0.5, 0.1, 1)[0] * (-1.0) ** draws.grid(0, 1, 1, ()),
        "h_0": _signed(draws, 1)[0],
        "x": draws.distinct(0.2, 1.6, 0.2, T) * (-1.0) ** draws.grid(0, 1, 1, T),
    }


def _reference_rnn(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    inside, outside = rule.bias
    keeps_h, keeps_x = rule.terms
    carried = getattr(rule, "carried", lambda before, first: before)  # one step carries nothing on
    h = g.h_0
    for t, x in enumerate(g.x, 1):
        a = keeps_h * g.w * carried(h, g.h_0) + keeps_x * g.u * x + inside * g.b
        h = yield f"h_{t}", rule.squashed(a) + outside * g.b


def _accept_rnn(given: Any, value: Any) -> bool:
    """No state so near to 1 that the tanh hides what went before."""
    states = np.array(list(vars(value).values()))
    return bool(np.abs(states).max() <= np.tanh(2.0))


def _given_rnn(given: Any) -> str:
    g = given
    names = ", ".join(f"x_{t}" for t in range(1, len(g.x) + 1))
    inputs = f"({names}) = {row(g.x)}" if len(g.x) > 1 else f"x_1 = {number(g.x[0])}"
    return display(*(f"{n} = {number(getattr(g, n))}" for n in ("w", "u", "b", "h_0")), inputs)


def _statement_rnn(given: Any) -> str:
    states = "the state `h_1`" if len(given.x) == 1 else "the states `h_1`, `h_2` and `h_3`"
    return (
        r"A recurrent cell of one unit: $h_t = \tanh(w h_{t-1} + u x_t + b)$. "
        f"Compute {states}.\n\n{_given_rnn(given)}"
    )


def _worked_rnn(given: Any, value: Any) -> list[str]:
    g, before, lines = given, float(given.h_0), []
    for t, x in enumerate(g.x, 1):
        h = float(getattr(value, f"h_{t}"))
        lines += [
            rf"h_{t} &= \tanh(w h_{t - 1} + u x_{t} + b)",
            rf"&= \tanh({number(g.w)} \cdot {factor(before)} + {factor(g.u)} \cdot {factor(x)} "
            rf"+ {factor(g.b)}) = {number(h)}",
        ]
        before = h
    return lines


def _rnn(id: str, title: str, steps: int) -> Exercise:
    return Exercise(
        id=id,
        title=title,
        parts=_parts("h")[:steps],
        rules=_RNN_RULES + ((_carried("h", "rnn"),) if steps > 1 else ()),
        reference=_reference_rnn,
        sample=_sample_rnn,
        sizes={"T": steps},
        accept=_accept_rnn,
        statement_text=_statement_rnn,
        worked=_worked_rnn,
    )


# LSTM, its gates given ------------------------------------------------------------------------


def _sample_lstm(draws: Draws, T: int) -> dict[str, npt.ArrayLike]:
    gates = {name: drawn_gate(draws, T) for name in ("f", "i", "o")}
    c_0 = draws.distinct(0.8, 2.0, 0.1, 1)[0] * (-1.0) ** draws.grid(0, 1, 1, ())
    return gates | {"c_tilde": _signed(draws, T), "c_0": c_0}


def _reference_lstm(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    g = given
    C = g.c_0
    for t, (f, i, c_tilde) in enumerate(zip(g.f, g.i, g.c_tilde, strict=True), 1):
        forget, enter = rule.gates(f, i)
        before = C
        kept = rule.kept(forget, rule.carried(before, g.c_0), None)
        C = yield f"C_{t}", rule.joined(kept, rule.written(enter, c_tilde, forget))
    yield f"h_{_STEPS}", rule.shown(g.o[-1], C, before, g.f[-1])


def _statement_lstm(given: Any) -> str:
    g = given
    symbols = {"f": "f", "i": "i", "o": "o", "c_tilde": r"\tilde{C}"}
    values = (
        f"({', '.join(f'{symbol}_{t}' for t in range(1, _STEPS + 1))}) = {row(getattr(g, name))}"
        for name, symbol in symbols.items()
    )
    return (
        "An LSTM of one unit over three steps; its gates and candidates are given. Compute the "
        "cell states `C_1`, `C_2` and `C_3`, and the last hidden state `h_3`.\n\n"
        + display(*values, f"C_0 = {number(g.c_0)}")
    )


def _worked_lstm(given: Any, value: Any) -> list[str]:
    g, before, lines = given, float(given.c_0), []
    for t, (f, i, c_tilde) in enumerate(zip(g.f, g.i, g.c_tilde, strict=True), 1):
        C = float(getattr(value, f"C_{t}"))
        lines += [
            rf"C_{t} &= f_{t} C_{t - 1} + i_{t} \tilde{{C}}_{t}",
            rf"&= {number(f)} \cdot {factor(before)} + {number(i)} \cdot {factor(c_tilde)} "
            rf"= {number(C)}",
        ]
        before = C
    last = rf"{number(g.o[-1])} \cdot \tanh({number(before)}) = {number(value.h_3)}"
    return [*lines, rf"h_3 &= o_3 \tanh(C_3) = {last}"]


# GRU, its gates given -------------------------------------------------------------------------


def _sample_gru(draws: Draws, T: int) -> dict[str, npt.ArrayLike]:
    return {
        "z": drawn_gate(draws, T),
        "h_tilde": _signed(draws, T),
        "h_0": _signed(draws, 1)[0],
    }


def _reference_gru(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    H = given.h_0
    for t, (z, h_tilde) in enumerate(zip(given.z, given.h_tilde, strict=True), 1):
        H = yield f"H_{t}", rule.mix(z, None, rule.carried(H, given.h_0), h_tilde)


def _statement_gru(given: Any) -> str:
    g = given
    return (
        "A GRU of one unit over three steps; its update gates and candidates are given, and Z says "
        "how much of the old state stays. Compute the states `H_1`, `H_2` and `H_3`.\n\n"
        + display(
            f"(Z_1, Z_2, Z_3) = {row(g.z)}",
            rf"(\tilde{{H}}_1, \tilde{{H}}_2, \tilde{{H}}_3) = {row(g.h_tilde)}",
            f"H_0 = {number(g.h_0)}",
        )
    )


def _worked_gru(given: Any, value: Any) -> list[str]:
    before, lines = float(given.h_0), []
    for t, (z, h_tilde) in enumerate(zip(given.z, given.h_tilde, strict=True), 1):
        H = float(getattr(value, f"H_{t}"))
        lines += [
            rf"H_{t} &= Z_{t} H_{t - 1} + (1 - Z_{t}) \tilde{{H}}_{t}",
            rf"&= {number(z)} \cdot {factor(before)} + {number(1 - z)} \cdot {factor(h_tilde)} "
            rf"= {number(H)}",
        ]
        before = H
    return lines


def _gated(id: str, title: str, **fields: Any) -> Exercise:
    return Exercise(id=id, title=title, sizes={"T": _STEPS}, **fields)


EXERCISES = (
    _rnn("rnn_one_unit", "One unit of an RNN, one step", 1),
    _rnn("rnn_sequence", "One unit of an RNN, three steps", _STEPS),
    _gated(
        "lstm_sequence",
        "One unit of an LSTM, three steps",
        parts=(*_parts("C"), Part("h_3", "h_3")),
        rules=(
            GATES,
            _without(KEPT, "h for C"),
            WRITTEN,
            JOINED,
            SHOWN,
            _carried("C", "gates"),
        ),
        reference=_reference_lstm,
        sample=_sample_lstm,
        statement_text=_statement_lstm,
        worked=_worked_lstm,
    ),
    _gated(
        "gru_sequence",
        "One unit of a GRU, three steps",
        parts=_parts("H"),
        rules=(_without(MIX, "r for z"), _carried("H", "gru")),
        reference=_reference_gru,
        sample=_sample_gru,
        statement_text=_statement_gru,
        worked=_worked_gru,
    ),
)
