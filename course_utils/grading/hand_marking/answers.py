"""What the class answered to a question that a person marks, and how far it is marked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import inspect, select

from course_utils.grading.hand_marking.questions import Question
from course_utils.grading.hand_marking.record import (
    HandMark,
    Judged,
    digest_of,
    is_for_another_answer,
    judged,
)
from course_utils.grading.released import graded_cells


@dataclass(frozen=True)
class Mark:
    """How an answer stands in the gradebook."""

    points: float | None
    """Given by hand; None where nobody has."""
    automatic: float | None
    comment: str
    """Written by hand."""
    judged: tuple[Judged, ...]
    """The criteria that the points were given by."""
    open: bool
    """Somebody has to look."""
    changed: bool
    """Because the answer is another than the one that was marked."""


@dataclass(frozen=True)
class Answer:
    """One student's answer, as it was graded last."""

    grade: str
    """The id of nbgrader's grade."""
    submission: str
    """The id of the submitted notebook, by which formgrader shows it."""
    student: str
    name: str
    """Last and first name, or the id where the gradebook has none."""
    cell: NotebookNode
    digest: str
    mark: Mark


def answers_to(
    gradebook: Gradebook,
    coursedir: CourseDirectory,
    question: Question,
    grades: Collection[str] | None = None,
) -> list[Answer]:
    """Return the class's answers, by student; without those whose notebook is not graded.

    `grades` are the ids of those that are wanted, where not all are.
    """
    comments = {
        submission: comment
        for comment, submission in gradebook.db.execute(
            _of(select(Comment, SubmittedNotebook.id).join(Comment.cell), Comment, question)
        )
    }
    rows = _of(select(Grade, SubmittedNotebook.id, Student).join(Grade.cell), Grade, question).join(
        Student, Student.id == SubmittedAssignment.student_id
    )
    if grades is not None:
        rows = rows.where(Grade.id.in_(grades))
    records = _records(gradebook)
    return [
        Answer(
            grade.id, submission, student.id, _name(student), cell, digest_of(cell),
            mark_of(grade, comments.get(submission), records.get(grade.id)),
        )
        for grade, submission, student in gradebook.db.execute(rows.order_by(Student.id))
        for cell in _graded_cell(coursedir, question, student.id)
    ]  # fmt: skip


def count_open(gradebook: Gradebook, question: Question) -> int:
    """Return how many answers to the question somebody has to look at."""
    rows = _of(select(Grade.needs_manual_grade).join(Grade.cell), Grade, question)
    return sum(map(bool, gradebook.db.scalars(rows)))


def mark_of(grade: Grade, comment: Comment | None, record: HandMark | None) -> Mark:
    """Return how a grade stands."""
    by_hand = grade.manual_score is not None
    return Mark(
        points=grade.manual_score,
        automatic=grade.auto_score,
        comment=(comment.manual_comment or "") if comment is not None else "",
        judged=judged(record) if by_hand else (),
        open=bool(grade.needs_manual_grade),
        changed=is_for_another_answer(record, grade),
    )


def _of(rows: Any, kind: type[Any], question: Question) -> Any:
    """Restrict `rows`, of grades or comments with their cells, to a question's."""
    return (
        rows.join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(
            Assignment.name == question.assignment,
            Notebook.name == question.notebook,
            BaseCell.name == question.name,
        )
    )


def _records(gradebook: Gradebook) -> dict[str, HandMark]:
    if not inspect(gradebook.db.connection()).has_table(HandMark.__tablename__):
        return {}
    return {record.grade: record for record in gradebook.db.scalars(select(HandMark))}


def _name(student: Student) -> str:
    names = [name for name in (student.last_name, student.first_name) if name]
    return ", ".join(names) or str(student.id)


def _graded_cell(
    coursedir: CourseDirectory, question: Question, student: str
) -> Iterator[NotebookNode]:
    """Yield the answer's cell, where there is a graded notebook that has it."""
    folder = coursedir.format_path(coursedir.autograded_directory, student, question.assignment)
    path = Path(folder) / f"{question.notebook}.ipynb"
    if path.is_file():
        nb = nbformat.v4.reads(path.read_text(encoding="utf-8"))  # written by us: not validated
        cell = graded_cells(nb).get(question.name)
        if cell is not None:
            yield cell
