"""One side of an equation: its tree, with the course's names in it, and what that gives."""

import re
from collections.abc import Mapping

import numpy as np

from course_utils.exercises.equations.dialect import Dialect
from course_utils.exercises.equations.names import Names
from course_utils.formulas import FormulaError
from course_utils.formulas.evaluating import Values
from course_utils.formulas.functions import Array
from course_utils.formulas.nodes import Node, symbols

_IN_WORDS = re.compile(r"[(\[]\s*([a-zA-Z]{3}[a-zA-Z\s*+()]*)[)\]]\s*$")
"""What says the whole side once more: "(output gate times tanh of cell state)"."""


class Side:
    """A side that was read."""

    def __init__(self, text: str, names: Names, defines: str = "") -> None:
        """Read `text`. Raises FormulaError."""
        self._in_words: Node | None = None
        said = _IN_WORDS.search(text)
        tree = _tree_of(text[: said.start()], names, defines) if said else None
        if said and tree and (words := _tree_of(said[1], names)) and len(symbols(words)) > 1:
            self.tree, self._in_words = tree, words
        else:
            self.tree = names.put_in(Dialect(text, defines).all())

    @property
    def symbols(self) -> frozenset[str]:
        """The names of the quantities in it."""
        return frozenset(symbols(self.tree))

    def value(self, given: Mapping[str, Array]) -> Array:
        """Return what the side gives. Raises FormulaError where a number is not finite."""
        values = Values(given)
        value = values.of(self.tree)
        if not all(np.isfinite(part).all() for part in values.worked_out):
            raise FormulaError("does not give finite numbers")
        if self._in_words and not agree(*np.broadcast_arrays(value, values.of(self._in_words))):
            raise FormulaError("says something else in words")
        return value


def _tree_of(text: str, names: Names, defines: str = "") -> Node | None:
    try:
        return names.put_in(Dialect(text, defines).all())
    except FormulaError:
        return None


def agree(a: Array, b: Array) -> bool:
    """Tell whether two values are the same."""
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-9))
