"""Two ways to keep a gradient from exploding (Pascanu 2013)."""

import math
from typing import TypeVar

import numpy as np

from course_utils.cells import CellInputError, leaves, map_leaves
from course_utils.cells.checks import Array

Tree = TypeVar("Tree")


def global_norm(gradients: object) -> float:
    """The length of all gradients as one vector: the root of the sum of all squares."""
    return math.sqrt(sum(float(np.vdot(g, g)) for _, g in leaves(gradients)))


def clip_by_norm(gradients: Tree, largest: float) -> tuple[Tree, float]:
    """Scale all gradients together so that their global norm is at most `largest`.

    Keeps the direction. Returns them and the norm they had before. Raises CellInputError when
    `largest` is not positive, or the norm is NaN or infinite: a gradient that has exploded already
    has no direction left to keep.
    """
    _check_positive("largest", largest)
    norm = global_norm(gradients)
    if not math.isfinite(norm):
        raise CellInputError(f"the gradient's norm is {norm}, expected a finite number")
    if norm <= largest:
        return gradients, norm
    return map_leaves(lambda g: g * (largest / norm), gradients), norm


def clip_by_value(gradients: Tree, largest: float) -> Tree:
    """Cut every element to [-largest, largest] on its own: this turns the direction.

    Raises CellInputError when `largest` is not positive.
    """
    _check_positive("largest", largest)

    def cut(g: Array) -> Array:
        return np.clip(g, -largest, largest)

    return map_leaves(cut, gradients)


def _check_positive(name: str, value: float) -> None:
    if not value > 0:
        raise CellInputError(f"{name} is {value}, expected a positive number")
