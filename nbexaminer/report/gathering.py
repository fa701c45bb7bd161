"""The class's marks, answers and code, read once from the gradebook and the graded notebooks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import is_solution

from nbexaminer import gradebook as book
from nbexaminer.course.course_folder import require_gradebook
from nbexaminer.course.graded_folder import GradedFolder
from nbexaminer.gradebook import Question, StudentMarks
from nbexaminer.notebook.marked_answers import MarkedAnswer, marked_answers
from nbexaminer.notebook.released import grade_id, graded_cells, is_answered, read_released
from nbexaminer.notebook.remarks import Remark, is_unread, remarks_of

Place = tuple[str, str]
"""A notebook and a grade id."""
Cells = dict[str, NotebookNode]
"""A notebook's cells by grade id."""


@dataclass
class Submission:
    """What one student handed in, and what came of it."""

    marks: StudentMarks
    unread: set[str] = field(default_factory=set)
    """The notebooks that could not be read; the empty one was graded in their place."""
    answers: list[MarkedAnswer] = field(default_factory=list)
    code: dict[Place, str] = field(default_factory=dict)
    """The answer cells with code, without those left as they were given out."""
    answered: dict[Place, str] = field(default_factory=dict)
    """Every answer that is not as it was given out, code and words, to the letter."""
    remarks: list[Remark] = field(default_factory=list)

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.marks.student

    @property
    def handed_in(self) -> datetime | None:
        """When; None where that is unknown."""
        return self.marks.handed_in

    @property
    def total(self) -> float:
        """Points so far, less the penalty for lateness, without what a person is asked for."""
        return self.marks.total_of(self.marks.settled)

    @property
    def hours_before_due(self) -> float | None:
        """How long before it was due; negative when late; None where either time is unknown."""
        if self.handed_in is None or self.marks.due is None:
            return None
        return (self.marks.due - self.handed_in).total_seconds() / 3600


@dataclass(frozen=True)
class ClassRecord:
    """Everything the report is made from."""

    assignment: str
    questions: list[Question]
    submissions: list[Submission]
    """Graded ones, by student id."""
    not_graded: list[str]
    """Students who handed in and are not graded."""
    nothing: list[str]
    """Students of the course who handed nothing in."""
    given: dict[Place, tuple[NotebookNode, ...]] = field(default_factory=dict)
    """The answer cells as they were given out, and with the model answer where it is here."""

    @property
    def worth(self) -> float:
        """What the assignment is worth."""
        return sum(question.points for question in self.questions)


def gather(api: NbGraderAPI, assignment: str) -> ClassRecord:
    """Return the class's record of `assignment`.

    Raises CourseFolderError when there is no gradebook or no such assignment in it.
    """
    require_gradebook(api)
    with api.gradebook as gradebook:
        questions = book.questions(gradebook, api.coursedir, assignment)
        marks = book.class_marks(gradebook, assignment).students
        known = set(book.people(gradebook))

    @cache
    def released(notebook: str) -> Cells:
        return graded_cells(read_released(api.coursedir, assignment, notebook))

    graded = {
        student: _submission(folder, one, released)
        for student, one in marks.items()
        if (folder := GradedFolder.of(api.coursedir, student, assignment)).path.is_dir()
    }
    handed_in = set(api.get_submitted_students(assignment))
    return ClassRecord(
        assignment,
        questions,
        [graded[student] for student in sorted(graded)],
        sorted(handed_in - set(graded)),
        sorted(known - handed_in - set(graded)),
        _given(api, assignment, {question.notebook for question in questions}),
    )


def _given(
    api: NbGraderAPI, assignment: str, notebooks: set[str]
) -> dict[Place, tuple[NotebookNode, ...]]:
    """Return each answer cell as it was given out, and as source/ has it, where that is there."""
    found: dict[Place, tuple[NotebookNode, ...]] = {}
    folder = Path(api.coursedir.format_path(api.coursedir.source_directory, ".", assignment))
    for notebook in notebooks:
        sources = [read_released(api.coursedir, assignment, notebook)]
        path = folder / f"{notebook}.ipynb"
        if path.is_file():
            sources.append(nbformat.read(path, as_version=4))
        for nb in sources:
            for name, cell in graded_cells(nb).items():
                if is_solution(cell):
                    place = notebook, name
                    cell.source = _without_marks(cell.source)
                    found[place] = (*found.get(place, ()), cell)
    return found


def _without_marks(source: str) -> str:
    """Return a cell of source/ without the lines that say where the solution begins and ends."""
    marks = ("BEGIN SOLUTION", "END SOLUTION")
    return "\n".join(line for line in source.splitlines() if not any(m in line for m in marks))


def _submission(
    folder: GradedFolder, marks: StudentMarks, released: Callable[[str], Cells]
) -> Submission:
    record = Submission(marks)
    for name, nb in folder.notebooks():
        _read(record, name, nb, released(name))
    return record


def _read(record: Submission, notebook: str, nb: NotebookNode, released: Cells) -> None:
    record.answers += marked_answers(nb, notebook)
    record.remarks += remarks_of(nb, notebook)
    if is_unread(nb):
        record.unread.add(notebook)
    for cell in nb.cells:
        name = grade_id(cell)
        if name not in released or not is_solution(cell):
            continue
        if is_answered(cell, released[name]):
            record.answered[notebook, name] = cell.source
            if cell.cell_type == "code":
                record.code[notebook, name] = cell.source
