"""Which slips a class makes, how often, and where to go back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbexaminer.exercises import exercises
from nbexaminer.gradebook import QuestionId
from nbexaminer.notebook.marked_answers import MarkedAnswer
from nbexaminer.report.gathering import ClassRecord, Submission


@dataclass(frozen=True)
class SlipCount:
    """One slip over the whole class."""

    name: str
    students: tuple[str, ...]
    """Who made it, each once, by id."""
    share: float
    """The share of those who handed in."""
    exercises: tuple[str, ...]
    """Where it was made."""
    part: str
    """The part of the example."""
    example: Any
    """One answer with this slip: numbers as nested lists; None where it was a function."""
    explanation: str
    """What was done and why it is not right, or what was said to the student of the example."""
    lecture: str
    """Where it is explained; "" where no lecture is named."""


def count_slips(record: ClassRecord) -> list[SlipCount]:
    """Return every slip that was named, the most frequent first, then by name."""
    seen: dict[str, list[tuple[str, MarkedAnswer, str]]] = {}
    for submission in record.submissions:
        for answer in submission.answers:
            for part, verdict in answer.parts.items():
                for name in verdict.slips:
                    seen.setdefault(name, []).append((submission.student, answer, part))
    counts = [_count(name, places, len(record.submissions)) for name, places in seen.items()]
    return sorted(counts, key=lambda one: (-len(one.students), one.name))


def first_trouble(record: ClassRecord) -> dict[str, list[tuple[str, str]]]:
    """Return, by student, where each question begins to go wrong: (place, what was said).

    Of a check that is its first part with a slip or with marks lost: a part that costs nothing and
    has no slip, as an optional one that was left out, is no trouble. Where an exercise was checked
    more than once in a cell, the last check counts. Of other questions it is the reason that was
    given for the marks lost.
    """
    titles = {question.id: question.title for question in record.questions}
    return {
        one.student: _unread(one) or list(_troubles(one, titles).values())
        for one in record.submissions
    }


def _unread(submission: Submission) -> list[tuple[str, str]]:
    if not submission.unread:
        return []
    return [("the file", remark.text) for remark in submission.remarks if remark.cell is None]


def _troubles(
    submission: Submission, titles: Mapping[QuestionId, str]
) -> dict[Any, tuple[str, str]]:
    """Return trouble by check, and by cell where no check tells of any."""
    found: dict[Any, tuple[str, str]] = {}
    last = {(one.notebook, one.cell, one.exercise): one for one in submission.answers}
    for answer in last.values():
        for name, part in answer.parts.items():
            if part.score < 1 and (part.weight or part.slips):
                place = QuestionId(answer.notebook, answer.cell)
                found[place, answer.exercise] = (f"{answer.exercise}, {name}", part.message)
                break
    told = {place for place, _ in found}
    for one in submission.remarks:
        place = QuestionId(one.notebook, one.cell or "")
        if one.marks is not None and place in titles and place not in told:
            found[place] = (titles[place], one.text)
    return found


def _count(name: str, places: list[tuple[str, MarkedAnswer, str]], handed_in: int) -> SlipCount:
    students = tuple(sorted({student for student, _, _ in places}))
    _, answer, part = next((p for p in places if p[1].answers.get(p[2]) is not None), places[0])
    slip = exercises().slip(answer.exercise, name)
    return SlipCount(
        name,
        students,
        len(students) / handed_in,
        tuple(dict.fromkeys(answer.exercise for _, answer, _ in places)),
        part,
        answer.answers.get(part),
        slip.explanation if slip else answer.parts[part].message,
        slip.lecture if slip else "",
    )
