"""The one reader of nbgrader's gradebook: marks and people, as the model has them.

A class is read in four queries, whatever its size, from SQLite and PostgreSQL alike. Nothing is
written, and nothing is left for the database to load later.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.api import Comment as CommentRow
from sqlalchemy import select

from nbexaminer.gradebook.model import (
    ClassMarks,
    Comment,
    HandRecord,
    Mark,
    Person,
    Question,
    QuestionId,
    StudentMarks,
)
from nbexaminer.gradebook.questions import find_assignment, points_of
from nbexaminer.gradebook.tables import hand_records

Value = TypeVar("Value")


def class_marks(gradebook: Gradebook, assignment: str) -> ClassMarks:
    """Return what every student has for `assignment`.

    Raises CourseFolderError where the gradebook does not have the assignment.
    """
    known = find_assignment(gradebook, assignment)
    points = points_of(known)

    def mark(question: QuestionId, *read: Any) -> Mark:
        auto, manual, extra, is_open = read
        return Mark(auto, manual, extra, is_open, points.get(question, 0.0))

    numbers = (
        Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade,
    )  # fmt: skip
    marks = _by_question(gradebook, known, Grade, numbers, mark)
    said = CommentRow.auto_comment, CommentRow.manual_comment
    comments = _by_question(gradebook, known, CommentRow, said, lambda _, *read: Comment(*read))
    penalties: dict[str, dict[str, float | None]] = {}
    costs = _of(known, SubmittedNotebook.late_submission_penalty)
    for student, notebook, penalty in gradebook.db.execute(costs):
        penalties.setdefault(student, {})[notebook] = penalty
    due = known.duedate
    students = {
        student: StudentMarks(
            student, marks.get(student, {}), penalties.get(student, {}), comments.get(student, {}),
            time, extension, due + extension if due and extension else due,
        )
        for student, time, extension in gradebook.db.execute(_submissions(known))
    }  # fmt: skip
    return ClassMarks(assignment, points, students, due)


def _by_question(
    gradebook: Gradebook,
    assignment: Assignment,
    kind: type[Any],
    columns: tuple[Any, ...],
    made: Callable[..., Value],
) -> dict[str, dict[QuestionId, Value]]:
    """Return by student and question what is `made` of the columns of grades, or of comments."""
    found: dict[str, dict[QuestionId, Value]] = {}
    rows = _of(assignment, BaseCell.name, *columns).join(kind).join(kind.cell)
    for student, notebook, cell, *read in gradebook.db.execute(rows):
        question = QuestionId(notebook, cell)
        found.setdefault(student, {})[question] = made(question, *read)
    return found


def _of(assignment: Assignment, *columns: Any) -> Any:
    """Select student, notebook and `columns` of all submitted notebooks of the assignment."""
    rows = select(SubmittedAssignment.student_id, Notebook.name, *columns)
    rows = rows.select_from(SubmittedAssignment).join(SubmittedNotebook).join(Notebook)
    return rows.where(SubmittedAssignment.assignment_id == assignment.id)


def extensions(gradebook: Gradebook, assignment: str) -> dict[str, timedelta | None]:
    """Return who has a submission of the assignment in the gradebook, and the time they were given.

    Raises CourseFolderError where the gradebook does not have the assignment.
    """
    rows = gradebook.db.execute(_submissions(find_assignment(gradebook, assignment)))
    return {student: extension for student, _, extension in rows}


def _submissions(assignment: Assignment) -> Any:
    """Select student, time and extension of all submissions of the assignment, by student."""
    columns = SubmittedAssignment.student_id, SubmittedAssignment.timestamp
    rows = select(*columns, SubmittedAssignment.extension)
    rows = rows.where(SubmittedAssignment.assignment_id == assignment.id)
    return rows.order_by(SubmittedAssignment.student_id)


class QuestionRow(NamedTuple):
    """How one student's answer to a question stands, and the rows that say so."""

    grade: str
    """The id of nbgrader's grade."""
    submission: str
    """The id of the submitted notebook, by which formgrader shows it."""
    person: Person
    mark: Mark
    comment: str
    """Written by hand."""
    kept: HandRecord


def question_rows(
    gradebook: Gradebook,
    question: Question,
    grades: Collection[str] | None = None,
    student: str | None = None,
) -> list[QuestionRow]:
    """Return how the class's answers to a question stand, by student.

    `grades` are the ids of those that are wanted, where not all are; or `student` says whose.
    """
    said = select(CommentRow.notebook_id, CommentRow.manual_comment).join(CommentRow.cell)
    comments = dict(gradebook.db.execute(_to(question, said, CommentRow)).all())
    rows = _to(question, select(Grade, SubmittedNotebook.id, Student).join(Grade.cell), Grade).join(
        Student, Student.id == SubmittedAssignment.student_id
    )
    if grades is not None:
        rows = rows.where(Grade.id.in_(grades))
    if student is not None:
        rows = rows.where(Student.id == student)
    found = gradebook.db.execute(rows.order_by(Student.id)).all()
    kept = hand_records(gradebook, [grade.id for grade, *_ in found])
    return [
        QuestionRow(
            grade.id, submission, person_of(student), mark_of(grade, question.points),
            comments.get(submission) or "", kept.get(grade.id, HandRecord()),
        )
        for grade, submission, student in found
    ]  # fmt: skip


def count_open(gradebook: Gradebook, question: Question) -> int:
    """Return how many answers to the question somebody has to look at."""
    rows = _to(question, select(Grade.needs_manual_grade).join(Grade.cell), Grade)
    return sum(map(bool, gradebook.db.scalars(rows)))


def _to(question: Question, rows: Any, kind: type[Any]) -> Any:
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


def mark_of(grade: Grade, points: float) -> Mark:
    """Return a row of nbgrader's grades as the model has it; `points` is the question's worth."""
    return Mark(
        grade.auto_score, grade.manual_score, grade.extra_credit, bool(grade.needs_manual_grade),
        points,
    )  # fmt: skip


def assignment_names(gradebook: Gradebook) -> list[str]:
    """Return the assignments by due date, then by name; those that are never due come last."""
    rows = select(Assignment.duedate, Assignment.name)
    listed = [(due is None, str(due or ""), str(name)) for due, name in gradebook.db.execute(rows)]
    return [name for _, _, name in sorted(listed)]


def people(gradebook: Gradebook) -> dict[str, Person]:
    """Return the students of the gradebook by id, in the order of the ids."""
    known = sorted(map(person_of, gradebook.students), key=lambda one: one.id)
    return {person.id: person for person in known}


def person_of(student: Student) -> Person:
    """Return a row of nbgrader's students as the model has it."""
    return Person(
        str(student.id), student.first_name, student.last_name, student.email, student.lms_user_id
    )
