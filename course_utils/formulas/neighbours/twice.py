"""What one gets who mistakes a formula in two ways at once.

Two changes make tens of thousands of formulas. They are not built as trees: a part that was changed
is a hole, and the values of all that may stand in it go through the rest of the formula at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from course_utils.formulas.evaluating import Values, value_of
from course_utils.formulas.functions import Array
from course_utils.formulas.neighbours.apart import Shaped, numbers_apart
from course_utils.formulas.neighbours.changes import Change
from course_utils.formulas.neighbours.found import neighbours
from course_utils.formulas.nodes import FormulaError, Node, Path, Symbol, at, put, replaced, walk
from course_utils.formulas.together import Together

_LEAST = 0.3
"""Two changes whose plausibilities multiply to less are not looked at."""
_TWO = 0.5
"""How plausible two mistakes are beside one."""
_HOLE, _OTHER = "hole", "other_hole"


class _Outer(NamedTuple):
    """One change, with a hole for what else may be wrong in it."""

    change: Change
    tree: Node
    path: Path
    inner: int
    """So many of the changes at `path`, the most plausible first, are plausible with it."""


class _Beside(NamedTuple):
    """Two places of a formula, neither within the other."""

    tree: Node
    first: Path
    second: Path


class Twice:
    """The formulas that differ from one by two changes, by number."""

    def __init__(self, tree: Node, shapes: Shaped) -> None:
        known = numbers_apart(shapes)
        singles = neighbours(tree, shapes)
        self._tree = tree
        self._size = int(value_of(tree, known).shape[-1])
        self._here: dict[Path, list[Change]] = {}
        for one in singles:
            if one.path and one.part is not None and _is_vector(at(tree, one.path), known):
                self._here.setdefault(one.path, []).append(one)
        self._around_path: dict[Path, tuple[list[int], Together]] = {}
        self._plausible = {
            path: np.array([one.plausibility for one in here]) for path, here in self._here.items()
        }
        self._beside = [
            _Beside(put(put(tree, p, Symbol(_HOLE)), q, Symbol(_OTHER)), p, q)
            for p, q in combinations(self._here, 2)
            if p != q[: len(p)] and q != p[: len(q)]
        ]
        self._outer = [outer for one in singles for outer in self._around(one)]
        for path in self._here:
            places = [k for k, outer in enumerate(self._outer) if outer.path == path]
            here = (*shapes, (_HOLE, value_of(at(tree, path), known).shape))
            trees = Together([self._outer[k].tree for k in places], here)
            self._around_path[path] = places, trees
        counts = [len(self._here[b.first]) * len(self._here[b.second]) for b in self._beside] + [
            outer.inner for outer in self._outer
        ]
        self._starts = np.cumsum([0, *counts])
        self.plausibility = self._plausibilities()

    def __len__(self) -> int:
        return int(self._starts[-1])

    def _around(self, one: Change) -> list[_Outer]:
        """Return a change with a hole at each place below that it leaves as it was."""
        found = []
        parts = {node for _, node in walk(one.tree)}
        for path, plausible in self._plausible.items():
            apart = one.path and one.part is not None and path[: len(one.path)] != one.path
            part = at(self._tree, path)
            if apart or path == one.path or part not in parts:
                continue
            inner = int(np.sum(plausible * one.plausibility >= _LEAST))
            if inner:
                holed = replaced(one.tree, {part: Symbol(_HOLE)})
                found.append(_Outer(one, holed, path, inner))
        return found

    def _plausibilities(self) -> Array:
        at_path = self._plausible
        found = [
            np.where(product >= _LEAST, product, 0.0).ravel()
            for b in self._beside
            for product in (np.multiply.outer(at_path[b.first], at_path[b.second]),)
        ]
        found += [o.change.plausibility * at_path[o.path][: o.inner] for o in self._outer]
        plausible: Array = _TWO * np.concatenate([*found, np.zeros(0)])
        return plausible

    def values(self, given: Mapping[str, Array]) -> Array:
        """Return what each formula gives, one a row; NaN where it gives no such vector."""
        values = Values(given)
        at_path = {p: self._stacked(values, p) for p in self._here}
        found = np.full((len(self), self._size), np.nan)
        for start, one in zip(self._starts, self._beside, strict=False):
            first, second = at_path[one.first][:, None, :], at_path[one.second][None]
            holed = Values({**given, _HOLE: first, _OTHER: second})
            self._fill(found[start:], holed, one.tree, (len(first), second.shape[1]))
        starts = self._starts[len(self._beside) :]
        for path, (places, trees) in self._around_path.items():
            inside = at_path[path]
            given_there = {**given, _HOLE: inside}
            rows = trees.values(given_there, self._size, inside.shape[:1])
            for row, place in zip(rows, places, strict=True):
                inner = self._outer[place].inner
                found[starts[place] : starts[place] + inner] = row[:inner]
        return found

    def _fill(self, rows: Array, values: Values, tree: Node, batch: tuple[int, ...]) -> None:
        """Write what a tree with holes gives into the first of `rows`, as many as there are."""
        try:
            value = np.broadcast_to(values.of(tree), (*batch, self._size))
        except (FormulaError, ValueError):
            return
        value = value.reshape(-1, self._size)[: len(rows)]
        rows[: len(value)] = value

    def _stacked(self, values: Values, path: Path) -> Array:
        """Return the values of all that may stand at a path, one a row; NaN for one number."""
        size = values.of(at(self._tree, path)).shape
        rows = np.full((len(self._here[path]), *size), np.nan)
        for k, one in enumerate(self._here[path]):
            assert one.part is not None
            try:
                value = values.of(one.part)
            except FormulaError:
                continue
            if value.shape == size:
                rows[k] = value
        return rows

    def formula(self, number: int) -> tuple[Node, tuple[Change, Change]]:
        """Return one of the formulas, and the two changes."""
        piece = int(np.searchsorted(self._starts, number, side="right")) - 1
        within = number - int(self._starts[piece])
        if piece < len(self._beside):
            beside = self._beside[piece]
            others = self._here[beside.second]
            one, other = (
                self._here[beside.first][within // len(others)],
                others[within % len(others)],
            )
            tree = put(put(self._tree, beside.first, _part(one)), beside.second, _part(other))
            return tree, (one, other)
        outer = self._outer[piece - len(self._beside)]
        inner = self._here[outer.path][within]
        return replaced(outer.tree, {Symbol(_HOLE): _part(inner)}), (outer.change, inner)


def _part(one: Change) -> Node:
    assert one.part is not None
    return one.part


def _is_vector(node: Node, known: Mapping[str, Array]) -> bool:
    return value_of(node, known).ndim == 1


@lru_cache(maxsize=256)
def twice(tree: Node, shapes: Shaped) -> Twice:
    """Return the formulas that differ by two changes; kept, since the same are asked for again."""
    return Twice(tree, shapes)
