"""Fixtures for the tests of regrading."""

import pytest

from tests.grading.course import Course
from tests.grading.regrade.desk import Desk
from tests.grading.runner.classes import without_kernel

STEPS = """
def _behind(steps, there, step):
    if step not in steps:
        steps.insert(steps.index(there) + 1, step)

_counting = "course_utils.grading.regrade.counting"
_behind(
    c.Autograde.sanitize_preprocessors,
    "nbgrader.preprocessors.OverwriteCells",
    f"{_counting}.AskTheirPoints",
)
_behind(
    c.Autograde.autograde_preprocessors,
    "course_utils.grading.steps.SaveGradesAndRemarks",
    f"{_counting}.CountQuestions",
)
"""


def with_counting(course: Course) -> Course:
    """Let questions count otherwise, where the course's configuration does not yet."""
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text(encoding="utf-8") + STEPS, encoding="utf-8")
    return course


@pytest.fixture
def desk(course: Course) -> Desk:
    """Ana has all right, Ben's sum is wrong, Cleo's function is; all three wrote words."""
    found = Desk(with_counting(without_kernel(course)))
    found.hand_in("ana")
    found.hand_in("ben", total="total = 4")
    found.hand_in("cleo", add="def add(a, b):\n    return a - b")
    found.grade()
    return found
