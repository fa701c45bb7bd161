"""Fixtures for the tests of regrading."""

import pytest

from tests.grading.course import Course
from tests.grading.regrade.desk import Desk
from tests.grading.runs.classes import without_kernel


@pytest.fixture
def desk(course: Course) -> Desk:
    """Ana has all right, Ben's sum is wrong, Cleo's function is; all three wrote words."""
    return small_class(without_kernel(course))


def small_class(course: Course) -> Desk:
    """Return the desk over a course that three have handed in to, and are graded."""
    desk = Desk(course)
    desk.hand_in("ana")
    desk.hand_in("ben", total="total = 4")
    desk.hand_in("cleo", add="def add(a, b):\n    return a - b")
    desk.grade()
    return desk
