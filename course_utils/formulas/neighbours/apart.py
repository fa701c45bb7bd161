"""Telling formulas apart: numbers on which no two give the same by chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.formulas.functions import Array
from course_utils.formulas.nodes import Node
from course_utils.formulas.together import Together

Shaped = tuple[tuple[str, tuple[int, ...]], ...]
"""Quantities by name, each with its shape."""

_EXAMPLES = 4
"""So many of the vectors of positive numbers, and as many of both signs."""


def numbers_apart(shapes: Shaped, example: int = 0) -> dict[str, Array]:
    """Return numbers on which nothing agrees by chance, large ones and small ones.

    In every other example all are positive: a root has values there.
    """
    rng = np.random.default_rng((1, example))
    least = -2.0 if example % 2 else 0.1
    return {name: rng.uniform(least, 2, shape) for name, shape in sorted(shapes)}


def _several(shapes: Shaped, signs: int) -> dict[str, Array]:
    """Return examples in one, the vectors with an axis in front; matrices are the same in all."""
    examples = [numbers_apart(shapes, 2 * k + signs) for k in range(_EXAMPLES)]
    return {
        name: examples[0][name] if len(shape) == 2 else np.stack([one[name] for one in examples])
        for name, shape in shapes
    }


def _rounded(values: Array) -> Array:
    """Return values to seven digits; to seven decimals where they are below 1."""
    with np.errstate(all="ignore"):
        size = 10.0 ** np.ceil(np.log10(np.maximum(np.abs(values), 1.0)))
        rounded: Array = np.round(values / size, 7) * size + 0.0
    return rounded


def distinct(trees: Sequence[Node], shapes: Shaped, size: int) -> list[int]:
    """Return, in order, which trees give vectors of `size` that none before them gives."""
    if not trees:
        return []
    together = Together(trees, shapes)
    rows = [together.values(_several(shapes, signs), size, (_EXAMPLES,)) for signs in (0, 1)]
    table = _rounded(np.concatenate(rows, axis=1).reshape(len(trees), -1))
    comparable = np.where(np.isnan(table), np.inf, table)  # NaN is unlike itself
    _, first = np.unique(comparable, axis=0, return_index=True)
    finite = np.asarray(np.isfinite(table).any(axis=1))
    return [int(k) for k in np.sort(first) if finite[k]]
