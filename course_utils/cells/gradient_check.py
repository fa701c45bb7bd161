"""One gradient checker: every field, every element, against central differences in float64."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from course_utils.cells.checks import Array
from course_utils.cells.tree import leaves, map_leaves

Tree = TypeVar("Tree")

STEP = 1e-5
"""h of (f(x + h) - f(x - h)) / 2h, relative to max(1, |x|): its error, about h², and the rounding,
about 1e-16/h, are both near 1e-10."""


class GradientError(AssertionError):
    """A gradient is not the derivative. The message names field, index, expected and received."""


class Checked(NamedTuple):
    """What a passed check looked at."""

    elements: int
    worst: float
    """The largest relative error."""
    where: str
    """The field and index of the largest relative error."""


def central_difference(loss: Callable[[Tree], float], point: Tree) -> Tree:
    """Return dL/d(every element) of `point`, a tree of arrays, by two evaluations an element.

    The derivative has the type and the shapes of `point`, in float64.
    """
    point = map_leaves(lambda leaf: np.array(leaf, dtype=np.float64), point)

    def difference(leaf: Array) -> Array:
        slope = np.empty_like(leaf)
        for index in np.ndindex(leaf.shape):
            held = leaf[index]
            step = STEP * max(1.0, abs(float(held)))
            leaf[index] = held + step
            above = loss(point)
            leaf[index] = held - step
            below = loss(point)
            leaf[index] = held
            slope[index] = (above - below) / (2 * step)
        return slope

    return map_leaves(difference, point)


def check_gradients(
    loss: Callable[[Any], float], point: Any, gradients: Any, *, tolerance: float = 1e-6
) -> Checked:
    """Hold `gradients`, the claimed dL/d(point), against central differences, element by element.

    loss takes a tree like `point` and gives a number; `gradients` has the same type and shapes. The
    error of an element is relative to the larger of the two values, but to no less than a
    thousandth of the largest derivative: an element that is zero has no relative error of its own.
    What rounding alone makes of a difference, a few units in the last place of the loss over the
    step, is no error.

    Raises GradientError at the first field that is wrong, with its worst element.
    """
    expected = dict(leaves(central_difference(loss, point)))
    received = dict(leaves(gradients))
    if expected.keys() != received.keys():
        missing, extra = expected.keys() - received.keys(), received.keys() - expected.keys()
        raise GradientError(
            f"the gradient's fields differ: missing {sorted(missing)}, unexpected {sorted(extra)}"
        )
    scale = max((float(np.abs(e).max(initial=0.0)) for e in expected.values()), default=0.0)
    rounding = 4 * np.finfo(np.float64).eps * abs(float(loss(point))) / STEP
    checked = Checked(0, 0.0, "")
    for field, slope in expected.items():
        error, index = _worst(field, slope, received[field], scale, rounding)
        if not error <= tolerance:  # so that NaN fails too
            raise GradientError(
                f"{field}{list(index)}: expected {slope[index]:.10g}, received "
                f"{received[field][index]:.10g} (relative error {error:.1e}, allowed {tolerance:g})"
            )
        worse = error > checked.worst
        checked = Checked(
            checked.elements + slope.size,
            max(checked.worst, error),
            f"{field}{list(index)}" if worse else checked.where,
        )
    return checked


def _worst(
    field: str, expected: Array, received: Array, scale: float, rounding: float
) -> tuple[float, tuple[int, ...]]:
    """Return the largest relative error of a field and its index."""
    if received.shape != expected.shape:
        raise GradientError(
            f"{field} has a gradient of shape {received.shape}, expected {expected.shape}"
        )
    if expected.size == 0:
        return 0.0, ()
    size = np.maximum(np.maximum(np.abs(expected), np.abs(received)), 1e-3 * scale)
    beyond = np.maximum(np.abs(expected - received) - rounding, 0.0)
    error = beyond / np.maximum(size, np.finfo(np.float64).tiny)
    error = np.where(np.isnan(error), np.inf, error)
    index = np.unravel_index(int(np.argmax(error)), error.shape)
    return float(error[index]), tuple(int(i) for i in index)
