"""An equation worked out on numbers: what is computed decides, so that any right way is right.

Nothing is evaluated by Python: a text is cut into the few signs that the states of an LSTM need,
and whatever else it holds is refused by name.
"""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from course_utils.exercises.equations.asked import is_ours, only, right_sides
from course_utils.exercises.equations.names import Names
from course_utils.exercises.equations.own_names import written_in
from course_utils.exercises.equations.sides import Side, agree
from course_utils.exercises.equations.words import explains
from course_utils.formulas import FormulaError
from course_utils.formulas.dress import LONGEST, equations
from course_utils.formulas.functions import Array
from course_utils.formulas.grammar import DEEPEST
from course_utils.formulas.nodes import Node, Symbol


class Reading(NamedTuple):
    """What an equation says: the value of the quantity that it defines, and how it was read."""

    value: Array
    symbols: frozenset[str]
    """The quantities that it is made of."""
    left: Node
    right: Node


def evaluate(text: str, defines: str, values: Mapping[str, Array]) -> Reading:
    """Work out the right side of the equation in `text` on `values`, by symbol.

    The left side may be left out; where it stands it has to be the symbol `defines`. Raises
    FormulaError with one sentence that names what cannot be read.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"is longer than {LONGEST} characters")
    if _depth_of_brackets(text) > DEEPEST:
        raise FormulaError("is nested too deeply")
    found = written_in(equations(text, partial(explains, defines)), defines, is_ours)
    equation = found[0] if len(found) == 1 else only(found, defines, values)
    left, texts = right_sides(equation.sides, defines)
    if not all(texts):
        raise FormulaError("has nothing on its right side")
    if left is None and len(texts) == 2:
        return _solved(texts, defines, values)
    names = Names(values, defines, left)
    sides = [Side(side, names, defines) for side in texts]
    value, *others = [side.value(values) for side in sides]
    if not all(agree(value, other) for other in others):
        raise FormulaError("has more than one equals sign, and what they equate is not equal")
    symbols = frozenset[str]().union(*(side.symbols for side in sides))
    return Reading(value, symbols, Symbol(defines), sides[0].tree)


def _depth_of_brackets(text: str) -> int:
    """Return how many more brackets open than close, or the other way round, at the worst place."""
    depth = deepest = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, abs(depth))
    return deepest


def _solved(texts: list[str], defines: str, values: Mapping[str, Array]) -> Reading:
    """Return what an equation with terms on both sides says of `defines`, which it is solved for.

    What is left over between the sides has to be a line in it: two points give where it is zero,
    and a third one tells that it is a line.
    """
    left, right = (Side(text, Names({*values, defines}, defines), defines) for text in texts)
    left_over = []
    for at in (0.0, 1.0, 2.0):
        tried = dict(values) | {defines: np.full_like(values["f_t"], at)}
        left_over.append(left.value(tried) - right.value(tried))
    zero, one, two = left_over
    slope = one - zero
    symbols = left.symbols | right.symbols
    if defines not in symbols or not np.allclose(two - one, slope) or not slope.all():
        raise FormulaError(f"cannot be solved for {defines}")
    return Reading(-zero / slope, symbols - {defines}, left.tree, right.tree)
