"""What the gradebook and the graded notebooks say of a class, student by student."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry, Notebook, SubmittedAssignment
from nbgrader.apps import NbGraderAPI

from course_utils.grading.course_folder import CourseFolderError
from course_utils.grading.released import graded_cells, read_released
from course_utils.grading.remarks import Remark, remarks_of
from course_utils.grading.submission import without_notebook


@dataclass(frozen=True)
class Question:
    """One marked cell of an assignment."""

    assignment: str
    notebook: str
    name: str
    points: float


@dataclass(frozen=True)
class Mark:
    """What a student has for one question."""

    score: float
    to_be_graded_by_hand: bool


@dataclass(frozen=True)
class Result:
    """One student's marks over some assignments."""

    student: str
    marks: dict[Question, Mark]
    """Without the questions of assignments that were not handed in or not graded."""
    penalty: float
    remarks: tuple[Remark, ...]

    @property
    def total(self) -> float:
        """What is earned so far: the sum of the marks, less the penalty for lateness."""
        return max(0.0, sum(mark.score for mark in self.marks.values()) - self.penalty)

    @property
    def open_points(self) -> float:
        """How many points are still to be given by hand."""
        return sum(q.points for q, m in self.marks.items() if m.to_be_graded_by_hand)


def questions(api: NbGraderAPI, assignments: Iterable[str]) -> list[Question]:
    """Return the marked cells of the assignments, in the order in which they were given out.

    Raises CourseFolderError for an assignment that the gradebook does not have.
    """
    found: list[Question] = []
    with api.gradebook as gradebook:
        for assignment in assignments:
            for notebook in _notebooks(gradebook, assignment):
                points = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
                found += [
                    Question(assignment, notebook.name, name, points[name])
                    for name in _in_order(api, assignment, notebook.name)
                    if name in points
                ]
    return found


def _notebooks(gradebook: Gradebook, assignment: str) -> list[Notebook]:
    try:
        return list(gradebook.find_assignment(assignment).notebooks)
    except MissingEntry:
        raise CourseFolderError(
            f"the gradebook has no assignment {assignment!r}; "
            f"run `nbgrader generate_assignment {assignment}` first"
        ) from None


def results(
    api: NbGraderAPI, assignments: Iterable[str], failures: dict[tuple[str, str], str] | None = None
) -> list[Result]:
    """Return every student's marks and remarks, in the order of their ids.

    `failures` says, by assignment and student, what of grading itself failed in this run.
    """
    asked = questions(api, assignments)
    with api.gradebook as gradebook:
        students = {student.id for student in gradebook.students} | api.get_submitted_students("*")
        return [
            _result(api, gradebook, student, asked, failures or {}) for student in sorted(students)
        ]


def _result(
    api: NbGraderAPI,
    gradebook: Gradebook,
    student: str,
    asked: list[Question],
    failures: dict[tuple[str, str], str],
) -> Result:
    marks: dict[Question, Mark] = {}
    penalty = 0.0
    remarks: list[Remark] = []
    for assignment in dict.fromkeys(question.assignment for question in asked):
        failure, missing = (
            failures.get((assignment, student)),
            _not_graded(api, assignment, student),
        )
        if failure or missing:
            remarks.append(Remark(f"{assignment}: {failure or missing}."))
        if missing:
            continue
        submission = gradebook.find_submission(assignment, student)
        penalty += submission.late_submission_penalty or 0.0
        marks |= _marks(submission, [q for q in asked if q.assignment == assignment])
        remarks += _remarks(api, assignment, student)
    return Result(student, marks, penalty, tuple(dict.fromkeys(remarks)))


def _marks(submission: SubmittedAssignment, asked: list[Question]) -> dict[Question, Mark]:
    grades = {
        (notebook.name, grade.name): Mark(float(grade.score), bool(grade.needs_manual_grade))
        for notebook in submission.notebooks
        for grade in notebook.grades
    }
    return {question: grades[question.notebook, question.name] for question in asked}


def _not_graded(api: NbGraderAPI, assignment: str, student: str) -> str | None:
    """Return why there are no marks, or None where there are."""
    coursedir = api.coursedir
    if Path(coursedir.format_path(coursedir.autograded_directory, student, assignment)).is_dir():
        try:
            with api.gradebook as gradebook:
                gradebook.find_submission(assignment, student)
        except MissingEntry:
            return "graded, but not in the gradebook; run autograde again"
        return None
    submitted = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
    if not submitted.is_dir():
        return "nothing handed in"
    return without_notebook(submitted) or "handed in, not graded yet"


def _remarks(api: NbGraderAPI, assignment: str, student: str) -> list[Remark]:
    coursedir = api.coursedir
    folder = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
    return [
        remark
        for path in sorted(folder.glob("*.ipynb"))
        for remark in remarks_of(nbformat.read(path, as_version=4))
    ]


def _in_order(api: NbGraderAPI, assignment: str, notebook: str) -> list[str]:
    return list(graded_cells(read_released(api.coursedir, assignment, notebook)))
