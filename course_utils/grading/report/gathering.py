"""The class's marks, answers and code, read once from the gradebook and the graded notebooks."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.apps import NbGraderAPI
from nbgrader.utils import is_solution

from course_utils.grading.course_folder import CourseFolderError, require_gradebook
from course_utils.grading.marked_answers import MarkedAnswer, marked_answers
from course_utils.grading.released import grade_id, graded_cells, is_answered, read_released
from course_utils.grading.remarks import Remark, remarks_of


@dataclass(frozen=True)
class Question:
    """One marked cell, by the heading it stands under."""

    notebook: str
    cell: str
    title: str
    points: float


@dataclass
class Submission:
    """What one student handed in, and what came of it."""

    student: str
    handed_in: datetime | None
    due: datetime | None
    marks: dict[Question, float] = field(default_factory=dict)
    """Without those that a person has still to give."""
    penalty: float = 0.0
    answers: list[MarkedAnswer] = field(default_factory=list)
    code: dict[str, str] = field(default_factory=dict)
    """The answer cells with code, by grade id, without those left as they were given out."""
    remarks: list[Remark] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Points so far, less the penalty for lateness; never below 0."""
        return max(0.0, sum(self.marks.values()) - self.penalty)

    @property
    def hours_before_due(self) -> float | None:
        """How long before it was due; negative when late; None where either time is unknown."""
        if self.handed_in is None or self.due is None:
            return None
        return (self.due - self.handed_in).total_seconds() / 3600


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

    @property
    def max_score(self) -> float:
        """What the assignment is worth."""
        return sum(question.points for question in self.questions)


def gather(api: NbGraderAPI, assignment: str) -> ClassRecord:
    """Return the class's record of `assignment`.

    Raises CourseFolderError when there is no gradebook or no such assignment in it.
    """
    require_gradebook(api)
    with api.gradebook as gradebook:
        questions = _questions(api, gradebook, assignment)
        known = {student.id for student in gradebook.students}
        graded = {
            submission.student.id: _submission(api, submission, questions)
            for submission in gradebook.assignment_submissions(assignment)
            if _folder(api, "autograded_directory", submission.student.id, assignment).is_dir()
        }
    handed_in = set(api.get_submitted_students(assignment))
    return ClassRecord(
        assignment,
        questions,
        [graded[student] for student in sorted(graded)],
        sorted(handed_in - set(graded)),
        sorted(known - handed_in - set(graded)),
    )


def _questions(api: NbGraderAPI, gradebook: Gradebook, assignment: str) -> list[Question]:
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        names = ", ".join(one.name for one in gradebook.assignments) or "none"
        raise CourseFolderError(
            f"the gradebook has no assignment {assignment!r}; it has: {names}"
        ) from None
    found: list[Question] = []
    for notebook in sorted(notebooks, key=lambda one: str(one.name)):
        points = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
        titles = _titles(read_released(api.coursedir, assignment, notebook.name))
        found += [
            Question(notebook.name, name, title, points[name])
            for name, title in titles.items()
            if name in points
        ]
    return found


def _titles(released: NotebookNode) -> dict[str, str]:
    """Return, by grade id, the heading each cell stands under, or its id where there is none."""
    titles: dict[str, str] = {}
    heading = ""
    for cell in released.cells:
        if cell.cell_type == "markdown":
            lines = [line for line in cell.source.splitlines() if line.startswith("##")]
            heading = lines[0].strip("# ").strip() if lines else heading
        name = grade_id(cell)
        if name is not None:
            titles[name] = heading or name
    return titles


def _submission(
    api: NbGraderAPI, submission: SubmittedAssignment, questions: list[Question]
) -> Submission:
    student, assignment = submission.student.id, submission.assignment.name
    record = Submission(student, submission.timestamp, submission.duedate)
    record.penalty = float(submission.late_submission_penalty or 0.0)
    by_name = {(question.notebook, question.cell): question for question in questions}
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            question = by_name.get((notebook.name, grade.name))
            if question is not None and not grade.needs_manual_grade:
                record.marks[question] = float(grade.score)
    for path in sorted(_folder(api, "autograded_directory", student, assignment).glob("*.ipynb")):
        released = graded_cells(read_released(api.coursedir, assignment, path.stem))
        _read(record, nbformat.read(path, as_version=4), released)
    return record


def _read(record: Submission, nb: NotebookNode, released: dict[str, NotebookNode]) -> None:
    record.answers += marked_answers(nb)
    record.remarks += remarks_of(nb)
    for cell in nb.cells:
        name = grade_id(cell)
        if name not in released or cell.cell_type != "code" or not is_solution(cell):
            continue
        if is_answered(cell, released[name]):
            record.code[name] = cell.source


def _folder(api: NbGraderAPI, kind: str, student: str, assignment: str) -> Path:
    coursedir = api.coursedir
    return Path(coursedir.format_path(getattr(coursedir, kind), student, assignment))
