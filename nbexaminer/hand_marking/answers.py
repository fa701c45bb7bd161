"""What the class answered to a question that a person marks, and how far it is marked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from nbexaminer.gradebook import ByHand, Mark, Question, question_rows
from nbexaminer.hand_marking.tasks import digest_of, work_on
from nbexaminer.notebook.released import graded_cells


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
    return [
        Answer(
            row.grade, row.submission, row.person.id, row.person.name, cell, digest_of(cell, work),
            row.mark, row.comment, row.kept.of(row.mark), work,
        )
        for row in question_rows(gradebook, question, grades)
        for cell, work in _graded_cell(coursedir, question, row.person.id)
    ]  # fmt: skip


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
