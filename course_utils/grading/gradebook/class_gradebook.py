"""nbgrader's gradebook for one writer: many submissions in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Column, inspect, select
from sqlalchemy.orm import Session, joinedload, scoped_session, sessionmaker


class _GroupSession(Session):
    """A session whose commits are left to the transaction that it is part of."""

    def commit(self) -> None:
        """Leave what was changed for the next flush; nbgrader's steps commit after every cell."""


class ClassGradebook(Gradebook):  # type: ignore[misc]
    """A gradebook whose commits wait for the end of `group()`.

    The steps write as they always do, and every commit of theirs becomes part of one transaction:
    a group of submissions is in the database as a whole or not at all. What is read of the
    submission at hand is read once.
    """

    db: Any
    _names: tuple[str, str] | None = None
    """Assignment and student of the submission that is at hand."""

    @contextmanager
    def group(self) -> Iterator[None]:
        """Commit at the end of the block everything that was written in it; on an error nothing."""
        own = self.db
        with self.engine.connect() as connection, connection.begin():
            self.db = scoped_session(
                sessionmaker(
                    class_=_GroupSession,
                    bind=connection,
                    join_transaction_mode="rollback_only",
                    expire_on_commit=False,
                )
            )
            try:
                yield
                self.db.flush()
            finally:
                self.db.remove()
                self.db, self._names = own, None

    def take_up(self, assignment: str, student: str, **fields: Any) -> None:
        """Make the submission if there is none yet, set its fields, and have its grades at hand."""
        with self.db.no_autoflush:  # a row is not sent before the rows that it belongs to
            self.update_or_create_student(student)
            self.db.flush()
            submission = self.update_or_create_submission(assignment, student, **fields)
            self.db.flush()
        self._names = (assignment, student)
        self._submission = submission
        self._notebooks = {notebook.name: notebook for notebook in submission.notebooks}
        self._grades = self._by_name(Grade)
        self._comments = self._by_name(Comment)

    def _by_name(self, kind: type[Any]) -> dict[tuple[str, str], Any]:
        """Return all grades, or all comments, of the submission by notebook and cell."""
        rows = select(kind).join(SubmittedNotebook).options(joinedload(kind.cell))
        rows = rows.where(SubmittedNotebook.assignment_id == self._submission.id)
        return {(row.notebook.name, row.name): row for row in self.db.scalars(rows)}

    def find_submission(self, assignment: str, student: str) -> SubmittedAssignment:
        """Return the submission; raises MissingEntry."""
        if self._names == (assignment, student):
            return self._fresh(self._submission)
        return super().find_submission(assignment, student)

    def find_submission_notebook(
        self, notebook: str, assignment: str, student: str
    ) -> SubmittedNotebook:
        """Return the submitted notebook; raises MissingEntry."""
        if self._names == (assignment, student) and notebook in self._notebooks:
            return self._fresh(self._notebooks[notebook])
        return super().find_submission_notebook(notebook, assignment, student)

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Grade:
        """Return the grade; raises MissingEntry."""
        if self._names == (assignment, student) and (notebook, grade_cell) in self._grades:
            return self._fresh(self._grades[notebook, grade_cell])
        return super().find_grade(grade_cell, notebook, assignment, student)

    def find_comment(
        self, solution_cell: str, notebook: str, assignment: str, student: str
    ) -> Comment:
        """Return the comment; raises MissingEntry."""
        if self._names == (assignment, student) and (notebook, solution_cell) in self._comments:
            return self._comments[notebook, solution_cell]
        return super().find_comment(solution_cell, notebook, assignment, student)

    def _fresh(self, row: Any) -> Any:
        """Return `row`; its sums are computed anew by the database when they are next asked for."""
        computed = [
            name
            for name, attribute in inspect(type(row)).column_attrs.items()
            if not isinstance(attribute.columns[0], Column)
        ]
        if inspect(row).persistent:
            self.db.expire(row, computed)
        return row

    def __exit__(self, *raised: object) -> None:
        """Stay open: a step closes what it has opened itself, and this is the run's."""
