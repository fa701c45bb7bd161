"""How many plain mistakes in an exercise's formulas some numbers do not tell apart.

Version 3 of the rules of drawing rests on this. Which mistakes are looked at is part of that
version: the neighbours that explain answers may grow, these may not, or what was given out changes.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.problem import Problem
from course_utils.exercises.tolerance import HAND
from course_utils.formulas import Formulas
from course_utils.formulas.neighbours import distinct
from course_utils.formulas.nodes import (
    Apply,
    Joined,
    Negative,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    is_matrix,
    is_parameter,
    put,
    substitute,
    walk,
)
from course_utils.formulas.together import Together

_FUNCTIONS = ("sigmoid", "tanh", "softmax", "relu", "exp")
_FEWEST = 2
"""Where fewer entries are off, an arithmetic slip is as likely."""
_NEAR = 0.5
"""What is nearer to another than this share of what hand work may be off is not told apart."""

Shapes = tuple[tuple[str, tuple[int, ...]], ...]


def mixed_up(exercise: Problem, data: Mapping[str, Array], right: Mapping[str, Array]) -> int:
    """Return how many plain mistakes in the lines these data hide or mix up.

    Hidden is one that gives the right value but for one entry, mixed up one that gives what
    another gives. Each line is looked at by itself, what it reads being right.
    """
    if exercise.formulas is None:
        return 0
    known, found = dict(data), 0
    shapes = tuple((name, np.shape(value)) for name, value in known.items())
    for name, line in exercise.formulas.items():
        if name in right:
            size = right[name].size
            rows = _mistakes(exercise.formulas, name, shapes, size).values(known, size)
            found += _among(rows[np.isfinite(rows).all(axis=1)], right[name].ravel())
        known[name] = right[name] if name in right else line.evaluate(known)
        shapes = (*shapes, (name, np.shape(known[name])))
    return found


@lru_cache(maxsize=512)
def _mistakes(formulas: Formulas, name: str, shapes: Shapes, size: int) -> Together:
    """Return the plain mistakes in a line, no two of which always give the same."""
    trees = list(dict.fromkeys((formulas[name].tree, *_plain(formulas[name].tree, dict(shapes)))))
    kept = distinct(trees, tuple(sorted(shapes)), size)
    return Together([trees[k] for k in kept if k], shapes)


def _plain(tree: Node, shapes: Mapping[str, tuple[int, ...]]) -> Iterator[Node]:
    """Yield a tree with a quantity taken for another, a thing left out, a sign, a function."""
    for path, node in walk(tree):
        match node:
            case Symbol(name):
                vector = not is_matrix(node) and not is_parameter(name)
                for other in _alike(name, shapes):
                    yield put(tree, path, Symbol(other))
                    yield substitute(tree, {name: Symbol(other), other: node})
                if vector:
                    yield put(tree, path, Sum((Number(1), Negative(node))))
            case Sum(parts) | Product(parts):
                several = Sum if isinstance(node, Sum) else Product
                for k, part in enumerate(parts):
                    rest = (*parts[:k], *parts[k + 1 :])
                    yield put(tree, path, rest[0] if len(rest) == 1 else several(rest))
                    if several is Sum:
                        turned = part.of if isinstance(part, Negative) else Negative(part)
                        yield put(tree, path, Sum((*parts[:k], turned, *parts[k + 1 :])))
                yield put(tree, path, (Product if several is Sum else Sum)(parts))
            case Apply(function, of):
                yield put(tree, path, of)
                for other in _FUNCTIONS:
                    yield put(tree, path, Apply(other, of))
                if isinstance(of, Sum):
                    for k, part in enumerate(of.parts):
                        rest = (*of.parts[:k], *of.parts[k + 1 :])
                        inside = rest[0] if len(rest) == 1 else Sum(rest)
                        yield put(tree, path, Sum((Apply(function, inside), part)))
            case Joined(parts):
                yield put(tree, path, Joined(parts[::-1]))
    for function in ("sigmoid", "tanh"):
        yield Apply(function, tree)


def _alike(name: str, shapes: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return the other quantities of the shape and kind of one."""
    kind = is_matrix(Symbol(name)), is_parameter(name)
    return [
        other
        for other, shape in shapes.items()
        if other != name
        and shape == shapes.get(name)
        and (is_matrix(Symbol(other)), is_parameter(other)) == kind
    ]


def _among(rows: Array, right: Array) -> int:
    allowed = HAND.allowed(rows)
    hidden = (np.abs(rows - right) > HAND.allowed(right)).sum(axis=1) < _FEWEST
    alike = np.ones((len(rows), len(rows)), dtype=np.bool_)
    for k in range(rows.shape[1]):
        alike &= np.abs(rows[:, None, k] - rows[None, :, k]) <= _NEAR * allowed[:, k]
    np.fill_diagonal(alike, False)
    return int((hidden | alike.any(axis=0) | alike.any(axis=1)).sum())
