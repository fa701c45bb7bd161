"""What one gets who mistakes a formula in two ways at once.

Two changes make a hundred thousand formulas. They are not built as trees: a part that was changed
is a hole, and the values of all that may stand in it go through the rest of the formula at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.formulas.evaluating import Values, value_of
from course_utils.formulas.functions import Array
from course_utils.formulas.neighbours.apart import Shaped, numbers_apart
from course_utils.formulas.neighbours.changes import ALONE, Change
from course_utils.formulas.neighbours.found import around, neighbours
from course_utils.formulas.nodes import (
    FormulaError,
    Node,
    Path,
    Symbol,
    at,
    put,
    replaced,
    symbols,
    walk,
)
from course_utils.formulas.together import Together

_LEAST = 0.25 - 1e-9
"""Two changes whose plausibilities multiply to less are not looked at."""
_TWO = 0.5
"""How plausible two mistakes are beside one."""
_HOLE, _OTHER = "hole", "other_hole"

Places = npt.NDArray[np.intp]


class _Beside(NamedTuple):
    """Two places of a formula, neither within the other."""

    tree: Node
    first: Path
    second: Path


class _Within(NamedTuple):
    """A place of a formula, changes to what stands there, and a place that they leave as it was.

    That place lies within the first, or is the same where what stood there is a part of the change.
    """

    outer: Path
    changes: tuple[Change, ...]
    inner: Path
    holed: Together
    """What the changes put in, with a hole at the inner place."""


class Twice:
    """The formulas that differ from one by two changes, by number."""

    def __init__(self, tree: Node, shapes: Shaped, more: Shaped) -> None:
        known = numbers_apart(shapes)
        self._tree = tree
        self._size = int(value_of(tree, known).shape[-1])
        self._here: dict[Path, list[Change]] = {}
        for one in _all_changes(tree, shapes, more):
            if one.family not in ALONE and value_of(at(tree, one.path), known).ndim == 1:
                self._here.setdefault(one.path, []).append(one)
        self._sizes = {path: value_of(at(tree, path), known).size for path in self._here}
        self._parts = {
            path: Together([_part(one) for one in here], shapes)
            for path, here in self._here.items()
        }
        self._around = {path: put(tree, path, Symbol(_HOLE)) for path in self._here}
        self._plausible = {
            path: np.array([one.plausibility for one in here]) for path, here in self._here.items()
        }
        self._beside = [
            _Beside(put(put(tree, p, Symbol(_HOLE)), q, Symbol(_OTHER)), p, q)
            for p, q in combinations(self._here, 2)
            if p != q[: len(p)] and q != p[: len(q)]
        ]
        self._within = list(self._nested(shapes))
        products = [self._product(*self._ways(piece)) for piece in self._pieces]
        self._chosen = [np.flatnonzero(product.ravel() >= _LEAST) for product in products]
        self._starts = np.cumsum([0, *map(len, self._chosen)])
        chosen = [p.ravel()[k] for p, k in zip(products, self._chosen, strict=True)]
        self.plausibility: Array = _TWO * np.concatenate([*chosen, np.zeros(0)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    @property
    def _pieces(self) -> list[_Beside | _Within]:
        return [*self._beside, *self._within]

    def _nested(self, shapes: Shaped) -> list[_Within]:
        """Return the changes at each place that leave another place within it as it was."""
        found = []
        for outer, changes in self._here.items():
            inside = {one: {node for _, node in walk(_part(one))} for one in changes}
            for inner, plausible in self._plausible.items():
                if inner[: len(outer)] != outer:
                    continue
                part, hole = at(self._tree, inner), Symbol(_HOLE)
                kept = tuple(
                    one
                    for one in changes
                    if part in inside[one] and one.plausibility * plausible[0] >= _LEAST
                )
                if kept:
                    trees = [replaced(_part(one), {part: hole}) for one in kept]
                    here = (*shapes, (_HOLE, (self._sizes[inner],)))
                    found.append(_Within(outer, kept, inner, Together(trees, here)))
        return found

    def _ways(self, piece: _Beside | _Within) -> tuple[tuple[Change, ...], list[Change]]:
        """Return the changes that one of a piece's two may be, and those that the other may be."""
        if isinstance(piece, _Beside):
            return tuple(self._here[piece.first]), self._here[piece.second]
        return piece.changes, self._here[piece.inner]

    def _product(self, ones: tuple[Change, ...], others: list[Change]) -> Array:
        plausible = [np.array([one.plausibility for one in some]) for some in (ones, others)]
        product: Array = np.multiply.outer(*plausible)
        return product

    def values(self, given: Mapping[str, Array]) -> Array:
        """Return what each formula gives, one a row; NaN where it gives no such vector."""
        at_path = {path: self._stacked(path, given) for path in self._here}
        found = np.full((len(self), self._size), np.nan)
        rows = (found[a:b] for a, b in zip(self._starts, self._starts[1:], strict=False))
        for piece, chosen, row in zip(self._pieces, self._chosen, rows, strict=True):
            if isinstance(piece, _Beside):
                first, second = at_path[piece.first][:, None, :], at_path[piece.second][None]
                holed = {_HOLE: first, _OTHER: second}
                tree, batch = piece.tree, (len(first), second.shape[1])
                row[:] = self._through(tree, {**given, **holed}, batch)[chosen]
                continue
            inside = at_path[piece.inner]
            size = self._sizes[piece.outer]
            whole = piece.holed.values({**given, _HOLE: inside}, size, inside.shape[:1])
            whole = whole.reshape(-1, size)[chosen]
            if piece.outer:
                tree = self._around[piece.outer]
                whole = self._through(tree, {**given, _HOLE: whole}, whole.shape[:1])
            row[:] = whole
        return found

    def _through(self, tree: Node, given: Mapping[str, Array], batch: tuple[int, ...]) -> Array:
        """Return what a tree with holes gives, one a row."""
        try:
            value = np.broadcast_to(Values(given).of(tree), (*batch, self._size))
        except (FormulaError, ValueError):
            return np.full((int(np.prod(batch)), self._size), np.nan)
        return value.reshape(-1, self._size)

    def _stacked(self, path: Path, given: Mapping[str, Array]) -> Array:
        """Return the values of all that may stand at a path, one a row; NaN for one number."""
        return self._parts[path].values(given, self._sizes[path], spread=False)

    def formula(self, number: int) -> tuple[Node, tuple[Change, Change]]:
        """Return one of the formulas, and the two changes."""
        k = int(np.searchsorted(self._starts, number, side="right")) - 1
        piece, within = self._pieces[k], int(self._chosen[k][number - int(self._starts[k])])
        ones, others = self._ways(piece)
        one, other = ones[within // len(others)], others[within % len(others)]
        if isinstance(piece, _Beside):
            tree = put(put(self._tree, piece.first, _part(one)), piece.second, _part(other))
            return tree, (one, other)
        kept = at(self._tree, piece.inner)
        part = replaced(_part(one), {kept: _part(other)})
        return put(self._tree, piece.outer, part), (one, other)


def _all_changes(tree: Node, shapes: Shaped, more: Shaped) -> list[Change]:
    """Return the neighbours, and what gives the same but is another change of what is changed."""
    names = dict(shapes).keys()
    found = (*neighbours(tree, more), *around(tree, more))
    here = (one for one in found if names >= set(symbols(one.tree)))
    return sorted(here, key=lambda one: -one.plausibility)


def _part(one: Change) -> Node:
    return one.tree if one.part is None else one.part


@lru_cache(maxsize=256)
def twice(tree: Node, shapes: Shaped, more: Shaped) -> Twice:
    """Return the formulas that differ by two changes; kept, since the same are asked for again.

    They read quantities of `shapes` alone. Of neighbours that read `more` as well, which are known
    where one change was looked for, the others are left out.
    """
    return Twice(tree, shapes, more)
