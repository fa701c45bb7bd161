"""What a gradebook says, as plain values: questions, marks, people, and how marks add up.

Everything that shows, compares, exports or gives marks works with these. They know no database:
`reading` makes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple


class QuestionId(NamedTuple):
    """What a question is known by within its assignment."""

    notebook: str
    cell: str
    """The grade id of the cell that has the points."""

    def __str__(self) -> str:
        return f"{self.notebook}/{self.cell}"


@dataclass(frozen=True)
class Question:
    """One cell with points: a test, an answer that a person marks, or a task."""

    assignment: str
    notebook: str
    cell: str
    """Its grade id."""
    points: float
    """What it is worth in the gradebook: 0 where it is out of the total."""
    title: str = ""
    """The heading it stands under; see `questions.titles`."""
    by_hand: bool = False
    """Whether a person marks it."""

    @property
    def id(self) -> QuestionId:
        """What it is known by within the assignment."""
        return QuestionId(self.notebook, self.cell)


@dataclass(frozen=True)
class Mark:
    """How one student's answer to one question stands."""

    auto: float | None = None
    """Given by the machine; None where it has given nothing."""
    manual: float | None = None
    """Given by hand, in the place of the machine's; None where nobody has."""
    extra: float | None = None
    """Extra credit, on top of either."""
    open: bool = False
    """Whether a person is still asked for it."""
    points: float = 0.0
    """What the question is worth."""

    @property
    def score(self) -> float:
        """The points, as nbgrader's `Grade.score` adds them up."""
        base = self.manual if self.manual is not None else self.auto
        return 0.0 if base is None else base + (self.extra or 0.0)

    @property
    def known(self) -> bool:
        """Whether there is a mark at all."""
        return self.manual is not None or self.auto is not None


class Comment(NamedTuple):
    """What is said to the student of an answer."""

    auto: str | None
    manual: str | None
    """Written by hand."""

    @property
    def text(self) -> str | None:
        """What stands: a comment by hand stands in the place of the machine's."""
        return self.auto if self.manual is None else self.manual


class Criterion(NamedTuple):
    """One thing an answer has to say, and what it brings."""

    text: str
    """Markdown."""
    points: float


class Judged(NamedTuple):
    """A criterion, and whether an answer meets it."""

    criterion: Criterion
    met: bool


@dataclass(frozen=True)
class HandRecord:
    """What nbgrader does not keep of a mark given by hand: what for, and by what.

    Answers stand here by their digests, which tell one from another.
    """

    graded: str | None = None
    """The answer that was autograded last."""
    marked: str | None = None
    """The answer that the mark stands for."""
    judged: tuple[Judged, ...] = ()
    """The criteria that the points were given by."""

    def of(self, mark: Mark) -> "ByHand":
        """Return what holds of it as the mark stands now; nothing where nobody has given one."""
        if mark.manual is None:
            return ByHand()
        another = self.marked is not None and self.marked != self.graded
        return ByHand(self.judged, another and mark.open)


class ByHand(NamedTuple):
    """What is kept of a mark given by hand, beside its points."""

    judged: tuple[Judged, ...] = ()
    """The criteria that the points were given by."""
    changed: bool = False
    """Whether the answer is another than the one that was marked."""


@dataclass
class NotebookRecord:
    """What the gradebook has for one notebook of one student, by grade id.

    The steps that record set values in it. `writing` reads it before the first of them, and stores
    it after the last.
    """

    marks: dict[str, Mark] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    by_hand: dict[str, HandRecord] = field(default_factory=dict)
    """Of the marks of which something is kept."""
    seconds_late: float = 0.0
    penalty: float | None = None
    """What lateness costs."""
    out_of_total: dict[str, str | None] = field(default_factory=dict)
    """Questions that have no points from now on, and the new checksum of those that are locked."""

    @property
    def score(self) -> float:
        """The points of all questions, before lateness is counted."""
        return sum(mark.score for mark in self.marks.values())

    @property
    def worth(self) -> float:
        """What the notebook is worth."""
        return sum(mark.points for mark in self.marks.values())


@dataclass(frozen=True)
class StudentMarks:
    """What one student has for one assignment."""

    student: str
    marks: Mapping[QuestionId, Mark] = field(default_factory=dict)
    penalties: Mapping[str, float | None] = field(default_factory=dict)
    """What lateness costs, by notebook."""
    comments: Mapping[QuestionId, Comment] = field(default_factory=dict)
    handed_in: datetime | None = None
    extension: timedelta | None = None
    due: datetime | None = None
    """With the extension."""

    @property
    def earned(self) -> float:
        """The points of all questions, before lateness is counted."""
        return sum(mark.score for mark in self.marks.values())

    @property
    def penalty(self) -> float:
        """What lateness costs."""
        return sum(penalty or 0.0 for penalty in self.penalties.values())

    @property
    def total(self) -> float:
        """What is earned so far, less the penalty."""
        return less_penalty(self.earned, self.penalty)

    @property
    def open(self) -> bool:
        """Whether a person has still to mark some of it."""
        return any(mark.open for mark in self.marks.values())

    @cached_property
    def settled(self) -> Mapping[QuestionId, Mark]:
        """The marks without those that a person is still asked for."""
        return {question: mark for question, mark in self.marks.items() if not mark.open}

    def total_of(self, questions: Iterable[QuestionId]) -> float:
        """Return what these questions have brought, less the penalty."""
        return less_penalty(sum(self.marks[one].score for one in questions), self.penalty)


@dataclass(frozen=True)
class ClassMarks:
    """What a class has for one assignment."""

    assignment: str
    points: Mapping[QuestionId, float]
    """What every question is worth."""
    students: Mapping[str, StudentMarks]
    """By id, in order: those for whom there is a submission in the gradebook."""
    due: datetime | None = None

    @property
    def worth(self) -> float:
        """What the assignment is worth: nbgrader's `Assignment.max_score`."""
        return sum(self.points.values())


@dataclass(frozen=True)
class Person:
    """A student as the gradebook keeps them; None where nothing is known."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    lms_user_id: str | None = None
    """The learning platform's number."""

    @property
    def known(self) -> dict[str, str]:
        """The fields that say something, without the id."""
        values = {name: value for name, value in vars(self).items() if name != "id"}
        return {name: value for name, value in values.items() if value}

    @property
    def name(self) -> str:
        """Last and first name as a list has them, or the id where neither is known."""
        return ", ".join(one for one in (self.last_name, self.first_name) if one) or self.id


def less_penalty(points: float, penalty: float) -> float:
    """Return points less what lateness costs: a penalty takes no more than there is."""
    return max(0.0, points - penalty)
