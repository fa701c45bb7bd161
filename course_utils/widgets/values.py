"""The numbers of a cell that a person may set, by name, and the axis that holds them."""

import math
from collections.abc import Mapping

from course_utils.cells.checks import Array

Values = Mapping[str, Array]
"""Every number of a cell that can be set, by name: weights and biases, ``x`` and the old state."""


def nice_above(size: float) -> float:
    """Return the smallest of 1, 1.5, 2, 3, 5, 7.5 and their tenfolds that is not below `size`."""
    if size <= 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(size))
    return next(m * ten for m in (1, 1.5, 2, 3, 5, 7.5, 10, 15) if m * ten >= size)
