"""What the gradebook and the graded notebooks say of a class, student by student."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI

from nbexaminer import gradebook as book
from nbexaminer.course.graded_folder import GradedFolder
from nbexaminer.gradebook import Mark, Question, StudentMarks, less_penalty
from nbexaminer.notebook.released import graded_cells
from nbexaminer.notebook.remarks import Remark, remarks_of
from nbexaminer.submission.intake import without_notebook


@dataclass(frozen=True)
class StudentScores:
    """One student's marks over some assignments."""

    student: str
    marks: dict[Question, Mark]
    """Without the questions of assignments that were not handed in or not graded."""
    penalty: float
    remarks: tuple[Remark, ...]
    """Without the reasons for lost marks."""
    reasons: Mapping[Question, tuple[str, ...]] = field(default_factory=dict)
    """Why the machine has given a question less than its points."""
    outdated: frozenset[Question] = frozenset()
    """Questions that were graded when they had other points than the gradebook has now."""

    @property
    def total(self) -> float:
        """What is earned so far: the sum of the marks, less the penalty for lateness."""
        return less_penalty(sum(mark.score for mark in self.marks.values()), self.penalty)

    @property
    def open_points(self) -> float:
        """How many points are still to be given by hand."""
        return sum(question.points for question, mark in self.marks.items() if mark.open)


def questions(api: NbGraderAPI, assignments: Iterable[str]) -> list[Question]:
    """Return the questions of the assignments, in the order in which they were given out.

    Raises CourseFolderError for an assignment that the gradebook does not have.
    """
    with api.gradebook as gradebook:
        return [
            question
            for assignment in assignments
            for question in book.questions(gradebook, api.coursedir, assignment)
        ]


def results(
    api: NbGraderAPI, assignments: Iterable[str], failures: dict[tuple[str, str], str] | None = None
) -> list[StudentScores]:
    """Return every student's marks and remarks, in the order of their ids.

    `failures` says, by assignment and student, what of grading itself failed in this run.
    """
    with api.gradebook as gradebook:
        asked: dict[str, list[Question]] = {}
        marks: dict[str, Mapping[str, StudentMarks]] = {}
        for assignment in assignments:
            asked[assignment] = book.questions(gradebook, api.coursedir, assignment)
            marks[assignment] = book.class_marks(gradebook, assignment).students
        students = book.people(gradebook).keys() | api.get_submitted_students("*")
    return [_result(api, student, asked, marks, failures or {}) for student in sorted(students)]


def _result(
    api: NbGraderAPI,
    student: str,
    asked: dict[str, list[Question]],
    known: dict[str, Mapping[str, StudentMarks]],
    failures: dict[tuple[str, str], str],
) -> StudentScores:
    marks: dict[Question, Mark] = {}
    penalty = 0.0
    remarks: list[Remark] = []
    reasons: dict[Question, tuple[str, ...]] = {}
    outdated: set[Question] = set()
    for assignment, own in asked.items():
        one = known[assignment].get(student)
        failure = failures.get((assignment, student))
        missing = _not_graded(api, assignment, student, one)
        if failure or missing:
            remarks.append(Remark(f"{assignment}: {failure or missing}."))
        if one is None or missing:
            continue
        penalty += one.penalty
        marks |= {question: one.marks[question.id] for question in own if question.id in one.marks}
        for name, nb in GradedFolder.of(api.coursedir, student, assignment).notebooks():
            said = remarks_of(nb, name)
            remarks += [one for one in said if one.marks is None]
            reasons |= {q: why for q in own if (why := _reasons(said, q))}
            cells = graded_cells(nb)
            outdated |= {q for q in own if q.notebook == name and _had_other_points(q, cells)}
    return StudentScores(student, marks, penalty, tuple(remarks), reasons, frozenset(outdated))


def _reasons(said: Iterable[Remark], question: Question) -> tuple[str, ...]:
    """Return why marks of the question were lost; its notebook may not be the one with that id."""
    return tuple(one.text for one in said if one.marks and (one.notebook, one.cell) == question.id)


def _had_other_points(question: Question, cells: dict[str, NotebookNode]) -> bool:
    """Whether it was graded by other points; one out of the total is marked by its own."""
    kept = cells[question.cell].metadata.nbgrader.get("points") if question.cell in cells else None
    return bool(question.points) and kept is not None and float(kept) != question.points


def _not_graded(
    api: NbGraderAPI, assignment: str, student: str, one: StudentMarks | None
) -> str | None:
    """Return why there are no marks, or None where there are."""
    coursedir = api.coursedir
    if GradedFolder.of(coursedir, student, assignment).path.is_dir():
        return "graded, but not in the gradebook; run autograde again" if one is None else None
    submitted = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
    if not submitted.is_dir():
        return "nothing handed in"
    return without_notebook(submitted) or "handed in, not graded yet"
