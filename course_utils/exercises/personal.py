"""Whose numbers an assignment shows: the class's, or each student's own.

Where the course asks for personal data, an assignment begins with ``sign_in("your id")``. The
grader names the student itself, through the environment, and what the notebook says then counts
for nothing.
"""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from IPython import get_ipython

from course_utils.exercises.definition import Data
from course_utils.exercises.registry import marked

CLASS = "class"
"""Whose data everybody works on where they are not personal."""

GRADED_STUDENT = "COURSE_GRADED_STUDENT"
"""Set by the grader: whose submission it is."""

ANSWERS = "application/vnd.course-utils.answers+json"
"""What a check leaves beside its verdict while grading, for the steps after it."""

PLACEHOLDER = "YOUR STUDENT ID"

_MOST_NUMBERS = 1000

_signed_in = CLASS


def sign_in(student: str) -> None:
    """Work on the numbers of `student` from here on. While grading, those of whose work it is.

    Raises ValueError when the id is missing or still the placeholder.
    """
    global _signed_in
    if not isinstance(student, str) or student.strip() in ("", PLACEHOLDER):
        raise ValueError(
            f"sign_in got {student!r}, expected your student id, as the course lists it"
        )
    _signed_in = student.strip()
    graded = os.environ.get(GRADED_STUDENT)
    if graded not in (None, _signed_in):
        print(f"Worked as {_signed_in!r}, graded with the numbers of {graded!r}.")


def own_student() -> str:
    """Return whose numbers are shown and marked in this notebook."""
    return os.environ.get(GRADED_STUDENT) or _signed_in


def own_data(id: str, attempt: int = 0) -> Data:
    """Return the numbers of exercise `id` for whoever works here; the class's, unless signed in.

    Raises KeyError, listing the names, where there is no such exercise.
    """
    return marked(id).draw(own_student(), attempt)


def leave_for_grader(id: str, attempt: int, answers: Any) -> None:
    """While grading, publish `answers` as plain numbers beside the verdict."""
    shell = get_ipython()
    if GRADED_STUDENT not in os.environ or shell is None or not isinstance(answers, Mapping):
        return
    plain = {str(name): _plain(value) for name, value in answers.items()}
    left = {"exercise": id, "attempt": attempt, "answers": plain}
    shell.display_pub.publish({ANSWERS: left})


def _plain(value: Any) -> Any:
    """Nested lists of floats, or a short text; None for anything else."""
    if isinstance(value, str):
        return value[:_MOST_NUMBERS]
    try:
        array = np.asarray(value, dtype=np.float64)
    except Exception:  # whatever a student's object does when it is looked at
        return None
    return array.tolist() if array.size <= _MOST_NUMBERS and np.isfinite(array).all() else None
