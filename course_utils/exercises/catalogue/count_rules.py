"""What the exercises on counting parameters share."""

from typing import Any

from course_utils.exercises.definition import Part
from course_utils.exercises.rules import Slip
from course_utils.exercises.tolerance import EXACT


def count_slip(name: str, use: Any, did: str, why: str) -> Slip:
    """Return a slip that the lecture on counting explains."""
    return Slip(name, use, did, why, "counts")


def count_part(name: str, latex: str) -> Part:
    """Return a part that is a whole number, right or wrong."""
    return Part(name, latex, tolerance=EXACT, method_marks=False)


def different(given: Any, value: Any) -> bool:
    """Tell whether all sizes differ, so that none can be taken for another."""
    sizes = [int(n) for n in vars(given).values()]
    return len(set(sizes)) == len(sizes)
