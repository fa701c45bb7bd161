"""nbgrader's manually graded tasks count wherever marks do."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nbexaminer.feedback.page import page_of
from nbexaminer.formgrader.showing import question_shown
from nbexaminer.gradebook import class_marks
from nbexaminer.gradebook.counting import Counting
from nbexaminer.hand_marking.answers import answers_to
from nbexaminer.hand_marking.giving import Given, Seen, give
from nbexaminer.hand_marking.questions import hand_marked_questions
from nbexaminer.hand_marking.reconcile import ANSWER_CHANGED
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.platforms import TableExport
from nbexaminer.regrade.deciding import with_points
from nbexaminer.report.gathering import gather
from nbexaminer.scores import questions, results
from tests.grading.course import (
    ASSIGNMENT,
    NOTEBOOK,
    RIGHT,
    Course,
    cell,
    filled,
    source_notebook,
)
from tests.grading.feedback.pages import marks, page
from tests.grading.runs.classes import without_kernel

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
TASK = "## 4. A picture\n\nDraw the sum in cells below.\n"
RUBRIC = (
    "### BEGIN MARK SCHEME\n**Marking.**\n\n- 3: draws it\n- 1: names the axes\n### END MARK SCHEME"
)


def task(name: str, points: float) -> NotebookNode:
    return cell("markdown", TASK + RUBRIC, name, task=True, locked=True, points=points)


def handed_in(released: NotebookNode, *work: NotebookNode, **answers: str) -> NotebookNode:
    nb = filled(released, **(RIGHT | answers))
    place = next(k for k, one in enumerate(nb.cells) if one.id == "draw")
    nb.cells[place + 1 : place + 1] = work
    return nb


@pytest.mark.slow
def test_a_task_counts_in_scores_report_page_export_and_hand_marking(
    make_course: Callable[..., Course],
) -> None:
    course = without_kernel(make_course())
    source = source_notebook()
    source.cells.insert(-1, task("draw", 4))
    course.release(source)
    work = new_code_cell("print(total)", id="mine"), new_markdown_cell("The axes are a and b.")
    course.submit("ana", handed_in(course.released(), *work))
    course.submit("ben", handed_in(course.released()))
    for student in ("ana", "ben"):
        course.grade(student)
    assert [q.cell for q in questions(course.api, [ASSIGNMENT])][-2:] == ["why", "draw"]
    ana, _ = results(course.api, [ASSIGNMENT])
    assert ana.open_points == 3 + 4
    record = gather(course.api, ASSIGNMENT)
    assert [(q.cell, q.points, q.by_hand) for q in record.questions][-1] == ("draw", 4, True)
    assert record.worth == 12

    (_, drawn) = hand_marked_questions(course.api.coursedir, ASSIGNMENT, NOTEBOOK)
    assert "Draw the sum" in drawn.prompt
    assert drawn.title == "4. A picture"
    assert [one.points for one in drawn.rubric] == [3, 1]
    with course.gradebook() as gradebook:
        answers = answers_to(gradebook, course.api.coursedir, drawn)
        empty, said = question_shown(drawn, answers)["groups"]
        assert [len(empty["members"]), empty["empty"], said["empty"]] == [1, True, False]
        assert "axes" in said["html"]
        assert "total" in said["html"]
        seen = Seen(answers[0].grade, answers[0].digest, None, "")
        (given,) = give(gradebook, course.api.coursedir, drawn, [seen], Given(3.5))
        assert (given.mark.manual, given.mark.open) == (3.5, False)

    course.grade("ana")  # nothing has changed, and the mark stays
    ana, _ = results(course.api, [ASSIGNMENT])
    assert (ana.total, ana.open_points) == (2 + 3 + 3.5, 3)
    course.submit("ana", handed_in(course.released(), new_code_cell("print(3)", id="mine")))
    nb = course.grade("ana")
    assert ANSWER_CHANGED in [one.text for one in remarks_of(nb) if one.cell == "draw"]
    ana, _ = results(course.api, [ASSIGNMENT])
    assert ana.open_points == 3 + 4

    with course.gradebook() as gradebook:
        mark = class_marks(gradebook, ASSIGNMENT).students["ana"].marks[NOTEBOOK, "draw"]
        assert (mark.score, mark.points) == (3.5, 4)
        target = Path(course.root) / "grades.csv"
        TableExport(to=str(target), unfinished=True).export(gradebook)
    with target.open(encoding="utf-8-sig", newline="") as file:
        row = next(one for one in csv.DictReader(file) if one["student_id"] == "ana")
    assert (row["score"], row["max_score"], row["status"]) == ("8.5", "12", "to be marked")
    left_out = with_points(
        {"full_marks": {}, "bonus": {}, "left_out": {ASSIGNMENT: ["draw"]}, "points": {}},
        course.api,
        ASSIGNMENT,
    )
    assert left_out["points"] == {ASSIGNMENT: {f"{NOTEBOOK}/draw": 4.0}}
    assert Counting.of(course.api.config).convention(ASSIGNMENT, NOTEBOOK, "draw") is None


def test_a_task_stands_among_the_questions_of_the_feedback_page() -> None:
    metadata = marks("draw", 3.5, 4) | {"grade": False, "task": True, "comment": "Well drawn."}
    drawn = new_markdown_cell(TASK, metadata={"nbgrader": metadata})
    made = page_of(new_notebook(cells=[drawn]), "sums", "s", solutions=False)
    assert [(q.title, q.score, q.points, q.state) for q in made.questions] == [
        ("4. A picture", 3.5, 4, "lost")
    ]
    html = page(drawn)
    assert "3.5 / 4" in html
    assert "Well drawn." in html
