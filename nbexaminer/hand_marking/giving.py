"""A mark by hand: into nbgrader's gradebook, for all who gave the same answer, or for none."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from nbexaminer.gradebook import HandRecord, Judged
from nbexaminer.gradebook.writing import write_by_hand
from nbexaminer.hand_marking.answers import Answer, answers_to
from nbexaminer.hand_marking.questions import HandMarkedQuestion


class Seen(NamedTuple):
    """An answer as the marker has it before them."""

    grade: str
    digest: str
    points: float | None
    comment: str


class Given(NamedTuple):
    """What the marker decides."""

    points: float | None
    """None takes a mark back."""
    judged: tuple[Judged, ...] = ()
    comment: str = ""


class UnfitMarkError(ValueError):
    """Points or criteria that the question does not have. The message says which."""


class ConflictError(RuntimeError):
    """Since the marker looked, somebody marked the answer, or another answer stands in its place.

    Nothing was written. `answers` says how they stand now.
    """

    def __init__(self, message: str, answers: Sequence[Answer]) -> None:
        """Keep how the answers stand now."""
        super().__init__(message)
        self.answers = tuple(answers)


def give(
    gradebook: Gradebook,
    coursedir: CourseDirectory,
    question: HandMarkedQuestion,
    seen: Sequence[Seen],
    given: Given,
) -> list[Answer]:
    """Write the mark for every answer of `seen`; returns how they stand then.

    All of them or none, in one transaction. Raises UnfitMarkError or ConflictError.
    """
    _check(question, given)
    asked = {one.grade for one in seen}
    now = {a.grade: a for a in answers_to(gradebook, coursedir, question, asked)}
    _check_nobody_was_faster(seen, now)
    try:
        for one in seen:
            digest = now[one.grade].digest
            taken_back = HandRecord(graded=digest)
            kept = HandRecord(digest, digest, given.judged)
            record = taken_back if given.points is None else kept
            write_by_hand(gradebook, one.grade, given.points, given.comment.strip(), record)
        gradebook.db.commit()
    except Exception:
        gradebook.db.rollback()
        raise
    return answers_to(gradebook, coursedir, question, asked)


def _check(question: HandMarkedQuestion, given: Given) -> None:
    points = given.points
    if points is not None and not (math.isfinite(points) and 0 <= points <= question.points):
        raise UnfitMarkError(f"{points:g} points; the question has 0 to {question.points:g}")
    if given.judged and tuple(one.criterion for one in given.judged) != question.rubric:
        raise UnfitMarkError("the rubric in source/ has changed; load the page again")


def _check_nobody_was_faster(seen: Sequence[Seen], now: dict[str, Answer]) -> None:
    if any(one.grade not in now or now[one.grade].digest != one.digest for one in seen):
        raise ConflictError(
            "The answer was handed in and graded anew since this page showed it. "
            "Nothing was saved.",
            list(now.values()),
        )
    for one in seen:
        answer = now[one.grade]
        if (answer.mark.manual, answer.comment) != (one.points, one.comment):
            raise ConflictError(
                "Somebody else has marked this answer since this page showed it. "
                "Nothing was saved.",
                list(now.values()),
            )
