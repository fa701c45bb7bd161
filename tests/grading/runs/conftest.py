"""Fixtures for the tests of `course grade`."""

import pytest

from tests.grading.course import Course
from tests.grading.runs.classes import without_kernel


@pytest.fixture
def quick(course: Course) -> Course:
    """A course whose notebooks run without a kernel."""
    return without_kernel(course)
