"""The late policy: marked as late; what it costs is a value in nbgrader_config.py."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbexaminer.late import LatePolicy, duration
from nbexaminer.notebook.remarks import remarks_of
from tests.grading.course import ASSIGNMENT, RIGHT, Course, filled

DAY = 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3_661, "1 hour 1 minute"),
        (2 * DAY + 3 * 3600 + 5, "2 days 3 hours"),
    ],
)
def test_a_duration_is_said_as_a_person_says_it(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "penalty"),
    [(1, None), (600, None), (601, 2.0), (DAY, 2.0), (DAY + 601, 4.0), (30 * DAY, 20.0)],
)
def test_a_share_is_taken_off_for_each_day_begun_after_the_grace(
    seconds: float, penalty: float | None
) -> None:
    policy = LatePolicy(percent_per_day=10, grace_minutes=10)
    assert policy.late_submission_penalty("s", 20.0, seconds) == penalty


@given(
    score=st.floats(0, 1e3),
    seconds=st.floats(0, 1e9),
    percent=st.floats(0, 100),
    grace=st.floats(0, 1e4),
)
def test_a_penalty_is_never_more_than_the_score(
    score: float, seconds: float, percent: float, grace: float
) -> None:
    policy = LatePolicy(percent_per_day=percent, grace_minutes=grace)
    assert 0 <= (policy.late_submission_penalty("s", score, seconds) or 0) <= score


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize(
    ("percent", "cost"), [(0, "no points taken off"), (10, "1 point taken off")]
)
def test_a_late_submission_is_called_late(
    make_course: Callable[..., Course], percent: float, cost: str
) -> None:
    course = make_course(LatePolicy={"percent_per_day": percent})
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=datetime(2026, 1, 1))
    course.submit("s", filled(course.released(), **RIGHT), timestamp="2026-01-02 06:00:00 UTC")
    (remark,) = remarks_of(course.grade("s"))
    assert remark.text == f"Handed in 1 day 6 hours late; {cost}."
