"""The one writer of nbgrader's gradebook: its rows become what the model says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import BaseCell, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.api import Comment as CommentRow
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, scoped_session, sessionmaker

from nbexaminer.gradebook.model import Comment, HandRecord, Mark, NotebookRecord
from nbexaminer.gradebook.reading import mark_of
from nbexaminer.gradebook.tables import hand_records, store_hand_records


class _WaitingSession(Session):
    """A session whose commits are left to the transaction that it is part of."""

    def commit(self) -> None:
        """Leave what was changed for the next flush; nbgrader's API commits whatever it writes."""


@contextmanager
def transaction(gradebook: Gradebook) -> Iterator[None]:
    """Commit at the end of the block everything that was written in it; on an error nothing.

    So a group of submissions is in the database as a whole or not at all, whatever nbgrader's API
    commits on the way.
    """
    own = gradebook.db
    with gradebook.engine.connect() as connection, connection.begin():
        gradebook.db = scoped_session(
            sessionmaker(
                class_=_WaitingSession,
                bind=connection,
                join_transaction_mode="rollback_only",
                expire_on_commit=False,
            )
        )
        try:
            yield
            gradebook.db.flush()
        finally:
            gradebook.db.remove()
            gradebook.db = own


class SubmissionRows:
    """The rows of one submission, read once: records are made of them, and stored into them."""

    def __init__(self, gradebook: Gradebook, assignment: str, student: str) -> None:
        """Read them; raises MissingEntry where there is no such submission."""
        self._gradebook = gradebook
        self._assignment = assignment
        self._submission: SubmittedAssignment = gradebook.find_submission(assignment, student)
        self._notebooks = {one.name: one for one in self._submission.notebooks}
        self._grades: dict[tuple[str, str], Grade] = self._by_name(Grade)
        self._comments: dict[tuple[str, str], CommentRow] = self._by_name(CommentRow)
        self._by_hand = hand_records(gradebook, [row.id for row in self._grades.values()])

    @classmethod
    def taken_up(
        cls, gradebook: Gradebook, assignment: str, student: str, **fields: Any
    ) -> "SubmissionRows":
        """Make the submission if there is none yet, set its fields, and read its rows."""
        with gradebook.db.no_autoflush:  # a row is not sent before the rows that it belongs to
            gradebook.update_or_create_student(student)
            gradebook.db.flush()
            gradebook.update_or_create_submission(assignment, student, **fields)
            gradebook.db.flush()
        return cls(gradebook, assignment, student)

    def _by_name(self, kind: type[Any]) -> dict[tuple[str, str], Any]:
        """Return all grades, or all comments, by notebook and cell."""
        rows = select(kind).join(SubmittedNotebook).options(joinedload(kind.cell))
        rows = rows.where(SubmittedNotebook.assignment_id == self._submission.id)
        return {(row.notebook.name, row.name): row for row in self._gradebook.db.scalars(rows)}

    def record(self, notebook: str) -> NotebookRecord:
        """Return what the gradebook has for a notebook of the submission."""
        grades = {name: row for (place, name), row in self._grades.items() if place == notebook}
        return NotebookRecord(
            {name: mark_of(row, float(row.cell.max_score)) for name, row in grades.items()},
            {
                name: Comment(row.auto_comment, row.manual_comment)
                for (place, name), row in self._comments.items()
                if place == notebook
            },
            {
                name: self._by_hand[row.id]
                for name, row in grades.items()
                if row.id in self._by_hand
            },
            float(self._submission.total_seconds_late),
            self._notebooks[notebook].late_submission_penalty,
        )

    def store(self, notebook: str, record: NotebookRecord) -> None:
        """Set the rows of a notebook to what the record says; whoever asks for it commits."""
        for name, mark in record.marks.items():
            store_mark(self._grades[notebook, name], mark)
        for name, comment in record.comments.items():
            self._comments[notebook, name].auto_comment = comment.auto
        for name, checksum in record.out_of_total.items():
            self._take_from_total(notebook, name, checksum)
        self._notebooks[notebook].late_submission_penalty = record.penalty
        found = {self._grades[notebook, name].id: one for name, one in record.by_hand.items()}
        changed = {id: one for id, one in found.items() if one != self._by_hand.get(id)}
        store_hand_records(self._gradebook, changed)

    def _take_from_total(self, notebook: str, name: str, checksum: str | None) -> None:
        self._grades[notebook, name].cell.max_score = 0.0
        if checksum is not None:
            source = self._gradebook.find_source_cell(name, notebook, self._assignment)
            source.checksum = checksum


def write_by_hand(
    gradebook: Gradebook, grade: str, points: float | None, comment: str, record: HandRecord
) -> None:
    """Write a mark that a person gives, by the id of nbgrader's grade; None takes one back.

    Whoever asks for it commits.
    """
    row: Grade = gradebook.find_grade_by_id(grade)
    row.manual_score = points
    row.needs_manual_grade = points is None and row.auto_score is None
    store_hand_records(gradebook, {grade: record})
    said = select(CommentRow).join(CommentRow.cell)
    said = said.where(CommentRow.notebook_id == row.notebook_id, BaseCell.name == row.name)
    for one in gradebook.db.scalars(said):  # a cell may have none
        one.manual_comment = comment or None


def store_mark(row: Grade, mark: Mark) -> None:
    """Set a row of nbgrader's grades to what the model has; whoever asks for it commits."""
    row.auto_score, row.manual_score = mark.auto, mark.manual
    row.extra_credit, row.needs_manual_grade = mark.extra, mark.open
