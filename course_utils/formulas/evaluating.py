"""What a formula gives on numbers: vectors with the feature axis last, batch axes in front."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

from course_utils.formulas.functions import FUNCTIONS, Array
from course_utils.formulas.naming import text_of
from course_utils.formulas.nodes import (
    Apply,
    Columns,
    Diagonal,
    Dot,
    FormulaError,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transposed,
)

Given = Mapping[str, npt.ArrayLike]
"""The values of quantities, by name."""


def value_of(node: Node, given: Given) -> Array:
    """Return what a tree gives. Raises FormulaError where a quantity is missing or does not fit."""
    return Values(given).of(node)


class Values:
    """The values of many trees on the same numbers; what they share is worked out once."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._known: dict[Node, Array] = {}

    def of(self, node: Node) -> Array:
        """Return what a tree gives. Raises FormulaError as `value_of` does."""
        try:
            with np.errstate(all="ignore"):
                return self._of(node)
        except FormulaError:
            raise
        except ValueError as error:
            raise FormulaError(f"the shapes do not fit: {error}") from None

    @property
    def worked_out(self) -> Iterable[Array]:
        """The value of every part so far."""
        return self._known.values()

    def _of(self, node: Node) -> Array:
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._worked(node)
        return known

    def _worked(self, node: Node) -> Array:
        if isinstance(node, Symbol):
            return self._quantity(node.name)
        if isinstance(node, Number):
            return np.array(node.value)
        if isinstance(node, Apply):
            argument = self._of(node.of)
            return FUNCTIONS[node.function].compute(argument if argument.ndim else argument[None])
        parts = [self._of(child) for child in node.children]
        if isinstance(node, Transposed):
            return np.swapaxes(parts[0], -1, -2)
        if isinstance(node, Columns):
            return parts[0][..., node.first : node.last]
        if isinstance(node, Diagonal):
            return np.diagonal(parts[0], axis1=-2, axis2=-1)
        if isinstance(node, Matmul):
            return np.asarray(parts[1] @ np.swapaxes(parts[0], -1, -2))
        return combined(node, parts)

    def _quantity(self, name: str) -> Array:
        if name not in self._given:
            raise FormulaError(f"{text_of(name)} is not given, expected its value as {name!r}")
        value = np.asarray(self._given[name])
        if value.dtype.kind not in "fiub":
            raise FormulaError(f"{name} has dtype {value.dtype}, expected real numbers")
        return value if value.dtype.kind == "f" else value.astype(np.float64)


def combined(node: Node, parts: Sequence[Array]) -> Array:
    """Return what a node without matrix or function gives, from the values of its parts."""
    match node:
        case Negative():
            return -parts[0]
        case Sum():
            return reduce(np.add, parts)
        case Product():
            return reduce(np.multiply, parts)
        case Quotient():
            return np.asarray(parts[0] / parts[1])
        case Power():
            return np.asarray(np.power(parts[0], parts[1]))
        case Dot():
            return np.asarray(np.sum(parts[0] * parts[1], axis=-1, keepdims=True))
        case Joined():
            batch = np.broadcast_shapes(*(part.shape[:-1] for part in parts))
            spread = [np.broadcast_to(part, batch + part.shape[-1:]) for part in parts]
            return np.concatenate(spread, axis=-1)
    raise TypeError(f"{type(node).__name__} is no part of a formula")
