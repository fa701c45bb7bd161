"""Telling formulas apart: numbers on which no two give the same by chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.formulas.functions import Array
from course_utils.formulas.neighbours.changes import Change
from course_utils.formulas.nodes import Node
from course_utils.formulas.together import Together

Shaped = tuple[tuple[str, tuple[int, ...]], ...]
"""Quantities by name, each with its shape."""

_EXAMPLES = 4


def numbers_apart(shapes: Shaped, example: int = 0) -> dict[str, Array]:
    """Return numbers on which nothing agrees by chance, large ones and small ones."""
    rng = np.random.default_rng((1, example))
    return {name: rng.uniform(-2, 2, shape) for name, shape in shapes}


def distinct(
    found: Sequence[Change], others: Sequence[Node], shapes: Shaped, size: int
) -> list[Change]:
    """Return what gives vectors of `size` that nothing before it gives, and none of `others`."""
    trees = Together([*others, *(change.tree for change in found)], shapes)
    rows = [trees.values(numbers_apart(shapes, k), size) for k in range(_EXAMPLES)]
    table = np.round(np.concatenate(rows, axis=1) + 0.0, 9)
    _, first = np.unique(table, axis=0, return_index=True)
    finite = np.isfinite(table).any(axis=1)
    return [found[k - len(others)] for k in sorted(first) if k >= len(others) and finite[k]]
