"""Numbers drawn by student and attempt: the same on every machine and in every run."""

import hashlib
import random
from math import prod

import numpy as np

from course_utils.cells.checks import Array

LATEST = 3
"""The latest version of the rules of drawing.

What an assignment has given out keeps its numbers: an exercise is drawn by version 1, unless the
assignment names it with another, as in "gru_step@2". Version 2 tells apart the slips of all rules;
version 3 also prefers numbers that tell apart the neighbours of the exercise's formulas.
"""


class Draws:
    """A stream of small numbers, seeded by words.

    It leans on nothing but SHA-256 and the Mersenne Twister's `random()`, whose sequence Python
    guarantees; NumPy does not promise that its distributions stay the same between versions.
    """

    def __init__(self, *words: object) -> None:
        key = "|".join(str(word) for word in words)
        self._random = random.Random(int.from_bytes(hashlib.sha256(key.encode()).digest(), "big"))

    def integer(self, low: int, high: int) -> int:
        """Return one of low..high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def grid(self, low: float, high: float, step: float, shape: int | tuple[int, ...]) -> Array:
        """Return multiples of `step` between low and high, both included."""
        size = (shape,) if isinstance(shape, int) else shape
        first, last = round(low / step), round(high / step)
        count, draw = last - first + 1, self._random.random
        values = [(first + int(draw() * count)) * step for _ in range(prod(size))]
        rounded: Array = np.array(values, dtype=np.float64).round(6).reshape(size) + 0.0
        return rounded

    def distinct(self, low: float, high: float, step: float, size: int) -> Array:
        """Return `size` different multiples of `step` between low and high."""
        first, last = round(low / step), round(high / step)
        pool = list(range(first, last + 1))
        picked = [pool.pop(self.integer(0, len(pool) - 1)) for _ in range(size)]
        return np.round(np.array(picked, dtype=np.float64) * step, 6) + 0.0
