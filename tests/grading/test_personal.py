"""Numbers of one's own, from the released notebook to the remark on another's."""

from pathlib import Path

import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from course_utils.exercises import exercise
from nbexaminer.notebook.remarks import remarks_of
from tests.grading.course import (
    KERNEL,
    Course,
    answer,
    cell,
    filled,
    graded_test,
)

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


def gate_notebook() -> NotebookNode:
    return new_notebook(
        cells=[
            cell("code", "from course_utils.exercises import check", "setup", locked=True),
            answer("gate", "f_t = None"),
            graded_test("test_gate", 'check("forget_gate", {"f_t": f_t}, points=4)', 4),
        ],
        metadata={"kernelspec": KERNEL},
    )


def gate_of(student: str) -> str:
    ex = exercise("forget_gate")
    return f"f_t = {np.round(ex.solve(ex.draw(student))['f_t'], 3).tolist()}"


def course_with(tmp_path: Path, personal: bool) -> Course:
    course = Course(tmp_path, {"PersonalData": {"personal": personal}})
    course.release(gate_notebook())
    with course.gradebook() as gradebook:
        for student in ("ana", "ben", "carl"):
            gradebook.update_or_create_student(student)
    return course


def graded(course: Course, student: str, source: str) -> tuple[float | None, str]:
    released = course.released()
    for one in released.cells:
        one.source = one.source.replace("YOUR STUDENT ID", student)
    course.submit(student, filled(released, gate=source))
    remarks = "\n".join(str(r) for r in remarks_of(course.grade(student)))
    return course.scores(student)["test_gate"], remarks


def test_personal_numbers_are_marked_and_anothers_are_recognised(tmp_path: Path) -> None:
    course = course_with(tmp_path, personal=True)
    assert "sign_in(" in course.released().cells[0].source
    assert graded(course, "ana", gate_of("ana")) == (4.0, "")
    score, said = graded(course, "ben", gate_of("ana"))
    assert score == 0
    assert "right for another student's numbers, not for your own" in said
    assert "ana" not in said
    score, said = graded(course, "carl", gate_of("class"))
    assert score == 0
    assert "right for the class's numbers, not for your own: sign in first" in said
    score, said = graded(course, "carl", "f_t = [0.9, 0.1, 0.8]")
    assert score == 0
    assert "another student" not in said


def test_what_the_notebook_says_of_its_student_counts_for_nothing(tmp_path: Path) -> None:
    course = course_with(tmp_path, personal=True)
    released = course.released()
    released.cells[0].source = released.cells[0].source.replace("YOUR STUDENT ID", "ana")
    course.submit("ben", filled(released, gate=gate_of("ana")))
    course.grade("ben")
    assert course.scores("ben")["test_gate"] == 0


def test_without_personal_data_nobody_signs_in(tmp_path: Path) -> None:
    course = course_with(tmp_path, personal=False)
    assert not any("sign_in" in c.source for c in course.released().cells)
    assert graded(course, "ana", gate_of("class")) == (4.0, "")
    score, said = graded(course, "ben", gate_of("ana"))
    assert score == 0
    assert "another student" not in said


def test_what_a_submission_shows_is_no_answer(tmp_path: Path) -> None:
    """What the judge was given counts, and not what a notebook publishes beside it."""
    course = course_with(tmp_path, personal=True)
    forged = {"exercise": "forget_gate", "attempt": 0, "answers": {"f_t": [0.1, 0.2, 0.3]}}
    source = f"""from IPython.display import publish_display_data
publish_display_data({{"application/vnd.course-utils.answers+json": {forged!r}}})
{gate_of("ben")}"""
    score, said = graded(course, "ana", source)
    assert score == 0
    assert "right for another student's numbers" in said
