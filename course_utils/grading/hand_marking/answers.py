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

from course_utils.grading.gradebook import Mark, Question, mark_of, person_of
from course_utils.grading.hand_marking.record import ByHand, HandMark, by_hand, digest_of
from course_utils.grading.hand_marking.tasks import work_on
from course_utils.grading.released import graded_cells


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
    comment: str
    """Written by hand."""
    by_hand: ByHand
    work: tuple[NotebookNode, ...] = ()
    """The cells that answer a task; none for another question."""


def answers_to(
    gradebook: Gradebook,
    coursedir: CourseDirectory,
    question: Question,
    grades: Collection[str] | None = None,
) -> list[Answer]:
    """Return the class's answers, by student; without those whose notebook is not graded.

    `grades` are the ids of those that are wanted, where not all are.
    """
    said = select(Comment.notebook_id, Comment.manual_comment).join(Comment.cell)
    comments = dict(gradebook.db.execute(_of(said, Comment, question)).all())
    rows = _of(select(Grade, SubmittedNotebook.id, Student).join(Grade.cell), Grade, question).join(
        Student, Student.id == SubmittedAssignment.student_id
    )
    if grades is not None:
        rows = rows.where(Grade.id.in_(grades))
    records = _records(gradebook)
    return [
        Answer(
            grade.id, submission, student.id, person_of(student).name, cell,
            digest_of(cell, work), mark_of(grade, question.points),
            comments.get(submission) or "", by_hand(records.get(grade.id), grade), work,
        )
        for grade, submission, student in gradebook.db.execute(rows.order_by(Student.id))
        for cell, work in _graded_cell(coursedir, question, student.id)
    ]  # fmt: skip


def count_open(gradebook: Gradebook, question: Question) -> int:
    """Return how many answers to the question somebody has to look at."""
    rows = _of(select(Grade.needs_manual_grade).join(Grade.cell), Grade, question)
    return sum(map(bool, gradebook.db.scalars(rows)))


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
            BaseCell.name == question.cell,
        )
    )


def _records(gradebook: Gradebook) -> dict[str, HandMark]:
    if not inspect(gradebook.db.connection()).has_table(HandMark.__tablename__):
        return {}
    return {record.grade: record for record in gradebook.db.scalars(select(HandMark))}


def _graded_cell(
    coursedir: CourseDirectory, question: Question, student: str
) -> Iterator[tuple[NotebookNode, tuple[NotebookNode, ...]]]:
    """Yield the question's cell and a task's work, where there is a graded notebook with it."""
    folder = coursedir.format_path(coursedir.autograded_directory, student, question.assignment)
    path = Path(folder) / f"{question.notebook}.ipynb"
    if path.is_file():
        nb = nbformat.v4.reads(path.read_text(encoding="utf-8"))  # written by us: not validated
        cell = graded_cells(nb).get(question.cell)
        if cell is not None:
            yield cell, work_on(nb, cell)
