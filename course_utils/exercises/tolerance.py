"""How near is right."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array


class Tolerance(NamedTuple):
    """|answer - expected| may be absolute + relative · |expected|, and `most` at the most."""

    absolute: float
    relative: float
    most: float = float("inf")

    def miss(self, answer: Array, expected: Array) -> float:
        """Return the largest difference in units of what is allowed: up to 1 is right."""
        if answer.shape != expected.shape or not np.isfinite(expected).all():
            return float("inf")
        return float(np.max(self.misses(answer, expected), initial=0.0))

    def misses(self, answer: Array, expected: Array) -> Array:
        """Return each element's difference in units of what is allowed."""
        ratio: Array = np.abs(answer - expected) / self.allowed(expected)
        return ratio

    def allowed(self, expected: Array) -> Array:
        """Return how far each element may be off."""
        return np.minimum(self.absolute + self.relative * np.abs(expected), self.most)


HAND = Tolerance(1e-3, 5e-3)
"""Hand work: three significant digits, rounded once or twice on the way."""

CODE = Tolerance(1e-6, 1e-6)
"""A function's results."""

EXACT = Tolerance(1e-6, 0.0)
"""Counts, and rows that are copied."""

NEAR = Tolerance(1e-2, 1e-2)
"""Wide enough to know a slip whose digits are off on top, as in the handwritten exam."""


def step_written(answer: npt.ArrayLike) -> float:
    """Return the place of the last digit a person wrote: 0.001 for 0.125 and 0.5 together."""
    array = np.abs(np.asarray(answer, dtype=np.float64))
    for digits in range(9):
        scaled = array * 10.0**digits
        if np.all(np.abs(scaled - np.round(scaled)) < 1e-6):
            return float(10.0**-digits)
    return 1e-9
