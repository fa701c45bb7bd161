"""Which of a text's equations is the one that is asked for, and which of its sides says it."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from course_utils.exercises.equations.dialect import (
    begins_formula,
    function_at,
    is_formula,
    quoted,
    same,
    symbol_of,
)
from course_utils.exercises.equations.names import Names, is_defined, is_now, name_of
from course_utils.exercises.equations.sides import Side, agree
from course_utils.exercises.equations.symbols import Written
from course_utils.exercises.equations.words import is_another_name, symbol_behind_words
from course_utils.exercises.equations.written_out import function_of, is_of_another
from course_utils.formulas import FormulaError
from course_utils.formulas.dress import Equation
from course_utils.formulas.functions import Array

_MOST_SIDES = 20
_OWN_NAME = re.compile(r"[A-Za-z]{3,}")
_ANY_FUNCTION = re.compile(r"[\s{]*(?:\w+\.)*\\?(?:[A-Za-z]{3,}|σ)[\s}]*[({\[]")


def is_ours(name: str, equation: Equation) -> bool:
    """Tell whether the left side `name` is a quantity of the course, or a word used as one.

    "forget = f_t * C_prev" is a name of the student's own, "forget = σ(z_f)" is the gate.
    """
    symbol = symbol_of(equation.sides[0])
    if symbol is None or not _OWN_NAME.fullmatch(name) or name_of(symbol) in ("C_t", "h_t"):
        return symbol is not None
    return not is_formula(equation.sides[1])


def only(found: list[Equation], defines: str, values: Mapping[str, Array]) -> Equation:
    """Return the one equation for `defines`.

    Beside it may stand the other state's, and where a gate or the candidate comes from, which is
    not asked: ``C~ = tanh(W_c [h_{t-1}, x_t] + b_c)``. Raises FormulaError where that is not so.
    """
    names: list[str | None] = []
    for sides, joint in found:
        symbol = symbol_behind_words(sides[0]) if len(sides) > 1 else None
        name = name_of(symbol) if symbol and is_now(symbol) else None
        if symbol and all(same(symbol, symbol_of(side)) for side in sides[1:]):
            names.append("")
        elif symbol and name != defines and any(map(symbol_of, sides[1:])):
            names.append(None)  # C_t = C~: h_t is meant of another quantity
        elif name and name != defines and not _may_be(name, sides[1:], joint, values):
            raise FormulaError(f"says of {name} what it is not; write only the one for {defines}")
        elif name in ("C_t", "h_t"):
            names.append(name)
        elif name and function_of(name):
            names.append("")
        elif any(map(begins_formula, sides[1:] if name else sides[:1])):
            names.append(name)
        else:
            names.append("")
    if names.count(defines) != 1 or not set(names) <= {"C_t", "h_t", ""}:
        raise FormulaError(f"gives more than one equation; write only the one for {defines}")
    return found[names.index(defines)]


def _may_be(name: str, sides: Sequence[str], joint: str, values: Mapping[str, Array]) -> bool:
    """Tell whether another quantity may be what is said of it beside the equation.

    A gate is σ of something. What can be worked out has to agree, but for the other state's
    equation on a line of its own, which is marked where it is asked.
    """
    if name in ("C_t", "h_t") and (joint in ("", ";", ".", "and") or name not in values):
        return True
    for side in sides:
        try:
            given = Side(side, Names(values)).value(values)
        except FormulaError:
            is_called = _ANY_FUNCTION.match(side) and function_at(side) != function_of(name)
            if function_of(name) and (is_called or is_of_another(name, side)):
                return False
        else:
            if not agree(*np.broadcast_arrays(given, values[name])):
                return False
    return True


def right_sides(sides: list[str], defines: str) -> tuple[Written | None, list[str]]:
    """Return the symbol that is `defines`, and the sides that say what it is.

    Without a symbol they are one that stands alone, or two of an equation that is to be solved for
    it. Raises FormulaError where another quantity is defined.
    """
    sides = _said(sides)
    if len(sides) == 1:
        return None, sides
    for left, right in ((sides[0], sides[1:]), (sides[-1], sides[:-1])):
        symbol = symbol_behind_words(left)
        if is_defined(symbol, defines):
            others = [side for side in right if not is_defined(symbol_of(side), defines)]
            return symbol, others or right
    if "" in sides:
        raise FormulaError("has nothing on its right side")
    if len(sides) == 2 and not any(map(symbol_of, sides)) and all(map(is_formula, sides)):
        return None, sides
    raise FormulaError(f"has {quoted(sides[0][:30])} on its left side, not {defines}")


def _said(sides: list[str]) -> list[str]:
    """Return the sides that say more than a name: none of ``output = h_t``, "kept + written"."""
    if len(sides) > 1:
        sides = [*sides[:-1], *re.split(r"\s+is\s+", sides[-1])]
    if len(sides) > _MOST_SIDES:
        raise FormulaError(f"has more than {_MOST_SIDES} sides")
    said = [side for side in sides if not is_another_name(side)]
    return said if len(said) > 1 else sides
