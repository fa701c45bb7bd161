"""How near is right, and how many digits a person wrote."""

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array


class Tolerance(NamedTuple):
    """|answer - expected| may be absolute + relative · |expected|, and `most` at the most."""

    absolute: float
    relative: float
    most: float | Array = float("inf")

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


_SLACK = 0.01
"""What the roundings on the way to a number of two digits may add to its own."""


class Places(NamedTuple):
    """The digits that each entry of an answer was written with.

    A zero at the end is lost once a number is typed: 0.8 may be 0.80. An entry is taken to have two
    decimals where it has no more than two; and two digits where it has no more, and it or another
    entry shows that many.
    """

    two: Array
    """The last place of an entry written to two decimals or two digits; 0 where it has more."""
    fewer: Array
    """The last place of an entry that shows fewer than two of either; 0 where it shows them."""

    def rounded(self) -> Array:
        """Return how far each entry's own rounding may take it: half its last place."""
        half: Array = 0.5 * self.two
        return half

    def rounded_on_the_way(self) -> Array:
        """Return the same where every step before was rounded alike.

        Where no entry shows two digits, that zeros were lost has to explain them all, exactly.
        """
        if self.fewer.all():
            return self.rounded()
        both: Array = self.rounded() + np.minimum(self.rounded(), _SLACK)
        return both


def places_written(answer: Array) -> Places:
    """Return the places that the entries of `answer` were written to."""
    written = [Decimal(f"{abs(value):.6g}").normalize().as_tuple() for value in answer.ravel()]
    shown = max((len(one.digits) for one in written), default=0)
    two, fewer = np.zeros(len(written)), np.zeros(len(written))
    for k, one in enumerate(written):
        last, digits = int(one.exponent), len(one.digits)
        if last >= -2:
            two[k] = 0.01
        digits += last >= 1 and digits == 1  # 10 and 20 show two
        if digits == 2 or (digits == 1 and shown >= 2 and any(one.digits)):
            two[k] = max(two[k], 10.0 ** (last + len(one.digits) - 2))
        if last > -2 and digits < 2:
            fewer[k] = 10.0**last
    return Places(two.reshape(answer.shape), fewer.reshape(answer.shape))


def digits_written(answer: Array) -> npt.NDArray[np.intp]:
    """Return how many digits each entry shows, zeros at its two ends not counted."""
    written = [
        len(Decimal(f"{abs(value):.6g}").normalize().as_tuple().digits) for value in answer.flat
    ]
    return np.array(written, dtype=np.intp).reshape(answer.shape)


def last_digits(answer: Array) -> Array:
    """Return half the last place of each entry.

    It is taken to be written to three digits or more; to three decimals where they show that many.
    """
    written = np.reshape([step_written(value) for value in answer.ravel()], answer.shape)
    third = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(answer), 1e-3))) - 2)
    if step_written(answer) == 1e-3:
        third = np.maximum(third, 1e-3)
    half: Array = 0.5 * np.minimum(written, third) * (1 + 1e-6)
    return half


def two_decimals(values: Array) -> Array:
    """Return every entry rounded to two decimals."""
    return np.round(values, 2)


def two_digits(values: Array) -> Array:
    """Return every entry rounded to two digits, leading zeros not counted."""
    rounded = [float(f"{value:.2g}") for value in np.ravel(values)]
    return np.array(rounded, dtype=np.float64).reshape(np.shape(values))


def step_written(answer: npt.ArrayLike) -> float:
    """Return the place of the last digit a person wrote: 0.001 for 0.125 and 0.5 together.

    Of zeros before the point those behind three digits need not be digits: 10000 for 1530000.
    """
    array = np.abs(np.asarray(answer, dtype=np.float64))
    least = float(np.min(array[array > 0], initial=np.inf))
    hundreds = int(np.floor(np.log10(least))) - 2 if np.isfinite(least) else 0
    for digits in range(-max(hundreds, 0), 9):
        scaled = array * 10.0**digits
        if np.all(np.abs(scaled - np.round(scaled)) < 1e-6):
            return float(10.0**-digits)
    return 1e-9
