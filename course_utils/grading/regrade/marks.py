"""What a gradebook holds of one assignment, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select


class Question(NamedTuple):
    """A marked cell."""

    notebook: str
    cell: str


@dataclass(frozen=True)
class Mark:
    """What the gradebook says of one answer."""

    auto: float | None
    manual: float | None
    extra: float | None
    open: bool
    """Whether a person is still asked for it."""
    points: float

    @property
    def score(self) -> float:
        """The points, as nbgrader adds them up."""
        base = self.manual if self.manual is not None else self.auto
        return 0.0 if base is None else base + (self.extra or 0.0)

    @property
    def known(self) -> bool:
        """Whether there is a mark at all."""
        return self.manual is not None or self.auto is not None


@dataclass
class Standing:
    """One student's marks for the assignment."""

    marks: dict[Question, Mark] = field(default_factory=dict)
    penalties: dict[str, float | None] = field(default_factory=dict)
    """By notebook."""
    comments: dict[Question, tuple[str | None, str | None]] = field(default_factory=dict)
    """The automatic one and the one by hand."""
    handed_in: str = ""
    """When, and what extension there is."""

    @property
    def penalty(self) -> float:
        """What lateness costs."""
        return sum(penalty or 0.0 for penalty in self.penalties.values())

    @property
    def total(self) -> float:
        """Points less the penalty, never below 0."""
        return max(0.0, sum(mark.score for mark in self.marks.values()) - self.penalty)


def standings(gradebook: Gradebook, assignment: str) -> dict[str, Standing]:
    """Return what every student has for `assignment`, by student id."""
    points = _points(gradebook, assignment)
    found: dict[str, Standing] = {}
    rows = select(
        SubmittedAssignment.student_id,
        SubmittedAssignment.timestamp,
        SubmittedAssignment.extension,
    )
    rows = rows.join(Assignment).where(Assignment.name == assignment)
    for student, time, extension in gradebook.db.execute(rows):
        found[student] = Standing(handed_in=f"{time or ''} {extension or ''}".strip())
    for student, notebook, penalty in gradebook.db.execute(
        _of(assignment, SubmittedNotebook.late_submission_penalty)
    ):
        found[student].penalties[notebook] = penalty
    columns = (
        BaseCell.name, Grade.auto_score, Grade.manual_score, Grade.extra_credit,
        Grade.needs_manual_grade,
    )  # fmt: skip
    for student, notebook, cell, auto, manual, extra, is_open in gradebook.db.execute(
        _of(assignment, *columns, join=lambda rows: rows.join(Grade).join(Grade.cell))
    ):
        question = Question(notebook, cell)
        worth = points.get(question, 0.0)
        found[student].marks[question] = Mark(auto, manual, extra, is_open, worth)
    for student, notebook, cell, said, by_hand in gradebook.db.execute(
        _of(
            assignment, BaseCell.name, Comment.auto_comment, Comment.manual_comment,
            join=lambda rows: rows.join(Comment).join(Comment.cell),
        )
    ):  # fmt: skip
        found[student].comments[Question(notebook, cell)] = (said, by_hand)
    return found


def _of(assignment: str, *columns: Any, join: Callable[[Any], Any] = lambda rows: rows) -> Any:
    """Select student, notebook and `columns` of all submissions of the assignment."""
    rows = select(SubmittedAssignment.student_id, Notebook.name, *columns)
    rows = rows.select_from(SubmittedAssignment).join(SubmittedNotebook).join(Notebook)
    rows = rows.join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
    return join(rows).where(Assignment.name == assignment)


def _points(gradebook: Gradebook, assignment: str) -> dict[Question, float]:
    return {
        Question(notebook.name, cell.name): float(cell.max_score)
        for notebook in gradebook.find_assignment(assignment).notebooks
        for cell in (*notebook.grade_cells, *notebook.task_cells)
    }


def max_score(gradebook: Gradebook, assignment: str) -> float:
    """Return what the assignment is worth."""
    return float(gradebook.find_assignment(assignment).max_score)
