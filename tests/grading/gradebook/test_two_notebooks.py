"""Two notebooks of an assignment may have cells of the same grade id: nothing is mixed up."""

import nbformat
import pytest

from nbexaminer.gradebook import QuestionId
from nbexaminer.report.gathering import gather
from nbexaminer.report.slips import first_trouble
from nbexaminer.scores import results
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, filled, source_notebook
from tests.grading.runs.classes import without_kernel

WRONG = RIGHT | {"total": "total = 4"}
SECOND = "more"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_reason_belongs_to_the_notebook_that_it_stands_in(course: Course) -> None:
    without_kernel(course)
    nbformat.write(source_notebook(), course.root / "source" / ASSIGNMENT / f"{SECOND}.ipynb")
    course.release(source_notebook())
    course.submit("ana", filled(course.released(), **RIGHT))
    course.submit("ana", filled(course.released(), **WRONG), SECOND)
    course.grade("ana")

    (result,) = results(course.api, [ASSIGNMENT])
    lost = QuestionId(SECOND, "test_total")
    assert [question.id for question in result.reasons] == [lost]
    assert {q.id: m.score for q, m in result.marks.items() if q.cell == "test_total"} == {
        QuestionId(NOTEBOOK, "test_total"): 2, lost: 0
    }  # fmt: skip

    record = gather(course.api, ASSIGNMENT)
    (one,) = record.submissions
    assert one.code[NOTEBOOK, "total"] == RIGHT["total"]
    assert one.code[SECOND, "total"] == WRONG["total"]
    (title,) = (question.title for question in record.questions if question.id == lost)
    assert [place for place, _ in first_trouble(record)["ana"]] == [title]
