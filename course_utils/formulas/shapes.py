"""The shapes of quantities, found from how formulas use them: W_f [h_{t-1}, x_t] is H by H+D."""

from collections.abc import Iterable

from course_utils.formulas.functions import WHOLE
from course_utils.formulas.naming import text_of
from course_utils.formulas.nodes import (
    Apply,
    Columns,
    Diagonal,
    Dot,
    FormulaError,
    Joined,
    Matmul,
    Node,
    Number,
    Symbol,
    Transposed,
    is_matrix,
)
from course_utils.formulas.printing import text

Length = tuple[str, ...]
"""The length of a vector: unknowns that are added; () is one number."""

Shape = tuple[str, ...]
"""Lengths in letters: ("H", "H+D"); () is one number."""

_STATES = ("h_prev", "h_t", "c_prev", "C_t", "c_tilde", "h_tilde")


class Shapes:
    """The shapes of all quantities of some lines.

    Raises FormulaError where no numbers could fit, or a matrix stands where a vector belongs.
    """

    def __init__(self, lines: Iterable[tuple[str, Node]]) -> None:
        self._bound: dict[str, Length] = {}
        self._names: dict[str, str] = {}
        self._seen: dict[str, bool] = {}
        for name, tree in lines:
            try:
                length = self._length(tree)
                left = self._length(Symbol(name))
                if length:
                    self._equate(left, length)
                else:
                    self._bound[left[0]] = ()
            except FormulaError as error:
                raise FormulaError(f"in the line of {text_of(name)}, {error}") from None

    def of(self, node: Node) -> Shape:
        """Return the shape of a tree of these lines."""
        if is_matrix(node):
            rows, columns = (self._written((n,)) for n in self._sides(node))
            return rows, columns
        length = self._resolved(self._length(node))
        return (self._written(length),) if length else ()

    @property
    def quantities(self) -> tuple[str, ...]:
        """The names of all quantities, as they come."""
        return tuple(self._seen)

    def _length(self, node: Node) -> Length:
        if is_matrix(node):
            raise FormulaError(f"{text(node)} stands alone, expected a vector that it multiplies")
        if isinstance(node, Symbol):
            self._seen[node.name] = True
            return (node.name,)
        if isinstance(node, Number):
            return ()
        if isinstance(node, Matmul):
            rows, columns = self._sides(node.first)
            vector = self._length(node.second)
            if not vector:
                raise FormulaError(f"{text(node)} multiplies a matrix with one number")
            self._equate((columns,), vector)
            return (rows,)
        if isinstance(node, Diagonal):
            rows, columns = self._sides(node.of)
            self._equate((rows,), (columns,))
            return (rows,)
        lengths = [self._resolved(self._length(child)) for child in node.children]
        if isinstance(node, Joined):
            return tuple(part for length in lengths for part in length)
        result: Length = ()
        for length in lengths:
            if length and result:
                self._equate(result, length)
            result = result or length
        one = isinstance(node, Dot) or (isinstance(node, Apply) and node.function in WHOLE)
        return () if one else result

    def _sides(self, matrix: Node) -> tuple[str, str]:
        if isinstance(matrix, Transposed):
            rows, columns = self._sides(matrix.of)
            return columns, rows
        if isinstance(matrix, Apply) and is_matrix(matrix):
            return self._sides(matrix.of)
        if isinstance(matrix, Columns):
            rows, _ = self._sides(matrix.of)
            return rows, f"{text(matrix)} columns"
        if not (isinstance(matrix, Symbol) and is_matrix(matrix)):
            raise FormulaError(f"{text(matrix)} is no matrix, and multiplies as one")
        self._seen[matrix.name] = True
        return f"{matrix.name} rows", f"{matrix.name} columns"

    def _resolved(self, length: Length) -> Length:
        found: list[str] = []
        for one in length:
            found += self._resolved(self._bound[one]) if one in self._bound else [one]
        return tuple(found)

    def _equate(self, one: Length, other: Length) -> None:
        one, other = self._resolved(one), self._resolved(other)
        if not one or not other or one == other:
            return
        if len(other) == 1:
            one, other = other, one
        if len(one) == 1:
            if one[0] in other:
                raise FormulaError("a vector would have to be longer than itself")
            self._bound[one[0]] = other
        elif len(one) == len(other):
            for a, b in zip(one, other, strict=True):
                self._equate((a,), (b,))
        else:
            raise FormulaError("vectors of different lengths meet")

    def _written(self, length: Length) -> str:
        return "+".join(self._letter(one) for one in self._resolved(length)) or "1"

    def _letter(self, one: str) -> str:
        if not self._names:
            for letter, names in (("H", _STATES), ("D", ("x",))):
                for name in names:
                    roots = self._resolved((name,)) if name in self._seen else ()
                    if len(roots) == 1:
                        self._names.setdefault(roots[0], letter)
        used = set(self._names.values())
        return self._names.setdefault(one, next(c for c in "KMNPQRSTUVABEFGIJL" if c not in used))
