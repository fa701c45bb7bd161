"""A weight copied wrongly from the question: known by its matrix, or by what it does to W v + b."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.rules import Slip

COPIED_ENTRY = Slip(
    "copied matrix entry",
    None,
    "A weight was not copied as it stands in the question.",
    "Compare your matrix with the question's, entry by entry, and mind the minus signs.",
    "exam 2",
)

_DIGITS_OFF = 0.015
"""Two decimals, as in the handwritten solution."""


def copied_entries(
    matrix: str, pre_activation: str, inputs: Callable[[Any], Array]
) -> Callable[[Any, str, Array, Array], Slip | None]:
    """Return a detector for `matrix` copied wrongly, in the copy or in the pre-activation.

    In the copy every changed entry counts. In the pre-activation W v + b it is known where two
    units or more are off, each by a whole number times the same input: one wrong digit, or lost
    minus, in each row of one column. One unit that is off might as well be bad arithmetic, and is
    left unnamed. `inputs` gives v.
    """

    def detect(given: Any, part: str, answer: Array, right: Array) -> Slip | None:
        if part == matrix:
            changed = int(np.sum(np.abs(answer - right) > 1e-9))
            return COPIED_ENTRY if 0 < changed <= answer.size / 2 else None
        if part != pre_activation:
            return None
        return (
            COPIED_ENTRY
            if _one_column(getattr(given, matrix), inputs(given), answer - right)
            else None
        )

    return detect


def _one_column(W: Array, v: Array, off: Array) -> bool:
    rows = np.flatnonzero(np.abs(off) > _DIGITS_OFF)
    if len(rows) < 2:
        return False
    for column in np.flatnonzero(v):
        digits = np.round(off[rows] / v[column])
        explained = np.abs(digits * v[column] - off[rows]) <= _DIGITS_OFF
        if np.all(explained & (digits != 0) & (np.abs(W[rows, column] + digits) <= 9)):
            return True
    return False
