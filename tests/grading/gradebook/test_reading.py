"""What is read of a gradebook is what nbgrader itself adds up, in either database."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from nbgrader.api import Gradebook

from nbexaminer.errors import CourseFolderError
from nbexaminer.gradebook import (
    Mark,
    Person,
    QuestionId,
    assignment_names,
    class_marks,
    people,
)
from tests.grading.course import ASSIGNMENT, NOTEBOOK, Course, cell, source_notebook
from tests.grading.runs.postgres import Server

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
DUE = "2026-11-20 12:00:00"


def marked_class(course: Course, students: int = 12) -> None:
    """Fill the gradebook with marks of every kind."""
    source = source_notebook()
    source.cells.insert(-1, cell("markdown", "Draw it.", "draw", task=True, points=4))
    course.release(source)
    rng = np.random.default_rng(0)

    def points() -> float | None:
        return None if rng.random() < 0.4 else float(rng.integers(0, 12)) / 3

    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
        gradebook.update_or_create_student("nobody")
        for k in reversed(range(students)):
            id = f"s{k:02}"
            gradebook.update_or_create_student(id)
            submission = gradebook.update_or_create_submission(
                ASSIGNMENT, id, timestamp=f"2026-11-{10 + k} 08:00:00"
            )
            if k % 3 == 0:
                gradebook.grant_extension(ASSIGNMENT, id, days=k)
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = points()
                for grade in notebook.grades:
                    grade.auto_score, grade.manual_score = points(), points()
                    grade.extra_credit = points()
                    grade.needs_manual_grade = bool(rng.random() < 0.2)
                for comment in notebook.comments:
                    comment.auto_comment = "said" if k % 2 else None
                    comment.manual_comment = f"for {id}" if k % 4 == 0 else None
        gradebook.db.commit()


def require_same(gradebook: Gradebook, students: int = 12) -> None:
    """Compare with what nbgrader's own columns say."""
    found = class_marks(gradebook, ASSIGNMENT)
    assignment = gradebook.find_assignment(ASSIGNMENT)
    assert found.worth == assignment.max_score == 12
    assert found.due == assignment.duedate
    assert list(found.students) == [f"s{k:02}" for k in range(students)]
    for submission in assignment.submissions:
        one = found.students[submission.student_id]
        assert one.student == submission.student_id
        assert one.earned == pytest.approx(submission.score)
        assert one.penalty == pytest.approx(submission.late_submission_penalty)
        assert one.total == pytest.approx(
            max(0.0, submission.score - submission.late_submission_penalty)
        )
        assert one.open == submission.needs_manual_grade
        assert one.handed_in == submission.timestamp
        assert one.due == submission.duedate
        assert one.extension == submission.extension
        for notebook in submission.notebooks:
            assert one.penalties[notebook.name] == notebook.late_submission_penalty
            for grade in notebook.grades:
                mark = one.marks[QuestionId(notebook.name, grade.name)]
                assert mark.score == pytest.approx(grade.score)
                assert (mark.points, mark.open) == (grade.max_score, grade.needs_manual_grade)
            for comment in notebook.comments:
                said = one.comments[QuestionId(notebook.name, comment.name)]
                assert said == (comment.auto_comment, comment.manual_comment)


def test_it_is_what_nbgrader_adds_up_and_nothing_is_written(course: Course) -> None:
    marked_class(course)
    path = Path(course.root) / "gradebook.db"
    before = path.read_bytes()
    with course.gradebook() as gradebook:
        require_same(gradebook)
        assert not gradebook.db.dirty
        assert not gradebook.db.new
    assert path.read_bytes() == before


@pytest.mark.slow
def test_it_is_the_same_in_postgresql(server: Server, tmp_path: Path) -> None:
    course = Course(tmp_path, {"CourseDirectory": {"db_url": server.url}})
    marked_class(course)
    with course.gradebook() as gradebook:
        require_same(gradebook)


def test_a_task_counts_and_nothing_marked_is_no_mark(course: Course) -> None:
    marked_class(course, 1)
    with course.gradebook() as gradebook:
        (drawn,) = [g for g in gradebook.find_submission(ASSIGNMENT, "s00").notebooks[0].grades
                    if g.name == "draw"]  # fmt: skip
        drawn.auto_score = drawn.manual_score = drawn.extra_credit = None
        drawn.needs_manual_grade = True
        gradebook.db.commit()
        one = class_marks(gradebook, ASSIGNMENT).students["s00"]
    assert one.marks[QuestionId(NOTEBOOK, "draw")] == Mark(open=True, points=4)
    assert one.extension in (None, timedelta(0))


def test_people_come_by_id_with_what_is_known_of_them(make_course: Callable[..., Course]) -> None:
    course = make_course()
    with course.gradebook() as gradebook:
        gradebook.add_student("zoe", first_name="Zoé", last_name="Abel", lms_user_id="9")
        gradebook.add_student("abel")
        assert people(gradebook) == {
            "abel": Person("abel"),
            "zoe": Person("zoe", "Zoé", "Abel", lms_user_id="9"),
        }
        assert list(people(gradebook)) == ["abel", "zoe"]


def test_assignments_come_by_due_date_then_by_name_and_those_never_due_last(
    course: Course,
) -> None:
    with course.gradebook() as gradebook:
        for name, due in (("b", DUE), ("c", None), ("z", "2026-11-19 12:00:00"), ("a", DUE)):
            gradebook.update_or_create_assignment(name, duedate=due)
        assert assignment_names(gradebook) == ["z", "a", "b", "c", ASSIGNMENT]


def test_an_assignment_that_is_not_there_is_said_in_a_sentence(course: Course) -> None:
    with course.gradebook() as gradebook, pytest.raises(CourseFolderError, match="has: small"):
        class_marks(gradebook, "nope")
