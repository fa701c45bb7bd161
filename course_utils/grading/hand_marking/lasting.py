"""Marks by hand last through autograding; somebody looks again where their ground has changed.

nbgrader keeps the points of such a mark and asks for a second look every time. Here it is asked
for where the answer has changed since the mark was given, or the automatic score that it overrides.
A mark that is not open was given, or confirmed, for what was autograded last: so it does not matter
whether it came from the marking page, from formgrader or through nbgrader's API.
"""

from typing import NamedTuple

from nbgrader.api import Grade, Gradebook

from course_utils.grading.hand_marking.record import open_record

ANSWER_CHANGED = (
    "The answer has changed since it was marked by hand. The mark stands, and is to be looked at "
    "again."
)
SCORE_CHANGED = (
    "The automatic score has changed since it was put right by hand. The mark given by hand "
    "stands, and is to be looked at again."
)


class Before(NamedTuple):
    """A grade before it is autograded again."""

    automatic: float | None
    open: bool

    @classmethod
    def of(cls, grade: Grade) -> "Before":
        """Read it."""
        return cls(grade.auto_score, bool(grade.needs_manual_grade))


def settle_words(gradebook: Gradebook, grade: Grade, before: Before, digest: str) -> str | None:
    """Decide whether a person's question is open after autograding; returns why, if it is again.

    `digest` is that of the answer that was autograded now. A mark of which nothing is known, from
    before this was kept, is looked at once.
    """
    record = open_record(gradebook, grade)
    if grade.manual_score is None:
        record.marked, record.graded = None, digest
        return None
    if not before.open:
        record.marked = record.graded
    known, record.graded = record.marked is not None, digest
    grade.needs_manual_grade = record.marked != digest
    return ANSWER_CHANGED if known and grade.needs_manual_grade else None


def settle_test(grade: Grade, before: Before) -> str | None:
    """Decide whether an overridden test is open after autograding; returns why, if it is now."""
    if grade.manual_score is None:
        return None
    changed = before.automatic != grade.auto_score
    grade.needs_manual_grade = before.open or changed
    return SCORE_CHANGED if changed else None
