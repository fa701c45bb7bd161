"""The order of questions, and the headings that they stand under."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from nbexaminer.errors import CourseFolderError
from nbexaminer.gradebook import Question, QuestionId, given_out, questions, titles
from nbexaminer.notebook.remarks import KEY, ROLE
from tests.grading.course import (
    ASSIGNMENT,
    NOTEBOOK,
    Course,
    answer,
    cell,
    graded_test,
    source_notebook,
    words,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def notebook(*cells: NotebookNode | str) -> NotebookNode:
    made = [new_markdown_cell(one) if isinstance(one, str) else one for one in cells]
    return new_notebook(cells=made)


def test_a_question_has_the_nearest_heading_below_the_title() -> None:
    nb = notebook(
        "# Sums", graded_test("first", "", 1), "## 1. Add ##\n\nAdd them.\n\n### Hint",
        answer("add", "x = 1"), "No heading here.", graded_test("test_add", "", 2),
        "text\n\n### 2. In words", words("why", 3), "##", cell("markdown", "Draw.", "draw",
        task=True, points=4),
    )  # fmt: skip
    assert titles(nb) == {
        "first": "first",
        "test_add": "1. Add",
        "why": "2. In words (1)",
        "draw": "2. In words (2)",
    }


def test_the_remarks_on_a_submission_are_no_heading() -> None:
    remarks = new_markdown_cell("### Remarks", metadata={KEY: {"role": ROLE}})
    assert titles(notebook("## 1. Add", remarks, words("why", 3))) == {"why": "1. Add"}


def test_questions_are_those_of_the_gradebook_in_the_order_that_was_given_out(
    course: Course,
) -> None:
    source = source_notebook()
    source.cells.insert(-3, cell("markdown", "## Draw\n\nDraw it.", "draw", task=True, points=4))
    source.cells.insert(0, words("before", 1))
    course.release(source)
    with course.gradebook() as gradebook:
        gradebook.find_graded_cell("why", NOTEBOOK, ASSIGNMENT).max_score = 0.0  # left out, say
        gradebook.db.commit()
        found = questions(gradebook, course.api.coursedir, ASSIGNMENT)
    assert [(q.cell, q.points, q.by_hand) for q in found] == [
        ("before", 1, True), ("test_total", 2, False), ("draw", 4, True), ("test_add", 3, False),
        ("why", 0, True),
    ]  # fmt: skip
    assert found[0] == Question(ASSIGNMENT, NOTEBOOK, "before", 1, "before", by_hand=True)
    assert (found[2].title, found[2].id) == ("Draw (1)", QuestionId(NOTEBOOK, "draw"))
    assert str(found[2].id) == f"{NOTEBOOK}/draw"
    given = given_out(course.api.coursedir, ASSIGNMENT, NOTEBOOK)
    assert [(q.cell, q.points) for q in given][-1] == ("why", 3)


def test_an_assignment_that_the_gradebook_lacks_is_named_with_those_that_it_has(
    course: Course,
) -> None:
    with (
        course.gradebook() as gradebook,
        pytest.raises(CourseFolderError, match="no assignment 'nope'; it has: small"),
    ):
        questions(gradebook, course.api.coursedir, "nope")
