"""How the numbers of a form are drawn: ``"-2 to 2 by 0.5, all different"``."""

import re
from typing import NamedTuple

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.drawing import Draws

EXAMPLE = '"-2 to 2 by 0.5"'
MOST_NUMBERS = 10_000
"""Multiples between the ends of a range."""

_NUMBER = r"[+-]?\d{1,9}(?:\.\d{1,6})?"
_RANGE = re.compile(
    rf"({_NUMBER})\s+to\s+({_NUMBER})\s+by\s+({_NUMBER})((?:\s*,\s*(?:all different|no 0))*)"
)


class Range(NamedTuple):
    """Multiples of a step between two ends, both included."""

    multiples: tuple[int, ...]
    step: float
    different: bool

    def draw(self, draws: Draws, shape: tuple[int, ...]) -> Array:
        """Return numbers of that shape; of all-different ones a shape has no more than there are.

        They are those that `Draws.grid` and `Draws.distinct` give, where no number is left out.
        """
        pool = list(self.multiples)
        size = int(np.prod(shape, dtype=int))
        picked = [self._one(draws, pool) for _ in range(size)]
        drawn: Array = (np.array(picked, dtype=np.float64) * self.step).round(6).reshape(shape)
        return drawn + 0.0

    def _one(self, draws: Draws, pool: list[int]) -> int:
        place = draws.integer(0, len(pool) - 1)
        return pool.pop(place) if self.different else pool[place]


def read_range(text: object) -> Range:
    """Read a range. Raises ValueError with what is wrong, to go on from a name."""
    found = _RANGE.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError(
            f"reads {_short(text)}, expected such as {EXAMPLE}, and behind it "
            '", all different" or ", no 0" where they are to be so'
        )
    low, high, step = (float(found[k]) for k in (1, 2, 3))
    if step <= 0 or low > high:
        raise ValueError(f"goes from {low:g} to {high:g} by {step:g}, expected the smaller first")
    first, last = round(low / step), round(high / step)
    if last - first >= MOST_NUMBERS:
        raise ValueError(f"has more than {MOST_NUMBERS} numbers, expected a larger step")
    for end, multiple in ((low, first), (high, last)):
        if abs(multiple * step - end) > 1e-9:
            raise ValueError(f"ends at {end:g}, which is no multiple of {step:g}")
    multiples = tuple(k for k in range(first, last + 1) if k or "no 0" not in found[4])
    if not multiples:
        raise ValueError("has no number in it")
    return Range(multiples, step, "all different" in found[4])


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
