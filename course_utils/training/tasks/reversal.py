"""Digits said backwards, as in tests of human memory: read 4 7 1 9, write 9 1 7 4."""

import numpy as np

from course_utils.cells import CellInputError
from course_utils.training.model import Batch

DIGITS = 10


def reversal(rng: np.random.Generator, count: int, length: int) -> Batch:
    """Draw `count` strings of `length` digits: inputs (T, B), and as targets the same from the end.

    Who guesses has one digit in ten right. Raises CellInputError for no digit.
    """
    if length < 1:
        raise CellInputError(f"length is {length}, expected at least 1")
    digits = rng.integers(DIGITS, size=(length, count))
    return Batch(digits, digits[::-1].copy())
