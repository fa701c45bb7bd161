"""Rubrics: read from a solution, held to the question's points, never given out."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from nbexaminer.hand_marking.rubric import (
    Criterion,
    RubricError,
    rubric_of,
)
from nbexaminer.notebook.released import is_hand_marked
from nbexaminer.runs.releasing import ReleaseError, generate_release
from tests.grading.course import ASSIGNMENT, NOTEBOOK, ROOT, Course, cell, source_notebook

LIST = "**Marking.**\n\n- 1: the *one*\n- 0.5: the other,\n  on two lines\n- 1.5: $f_t$"


def answer(text: str, points: float = 3, kind: str = "markdown") -> NotebookNode:
    return cell(kind, text, "why", grade=True, solution=True, points=points)


def region(text: str) -> str:
    return f"### BEGIN SOLUTION\nModel answer.\n\n{text}\n### END SOLUTION"


WANTED = (
    Criterion("the *one*", 1),
    Criterion("the other, on two lines", 0.5),
    Criterion("$f_t$", 1.5),
)


def test_it_is_the_list_below_the_heading() -> None:
    assert rubric_of(answer(region(LIST))) == WANTED
    assert rubric_of(answer(f"Model answer.\n\n{LIST}\n\nNo more.")) == WANTED
    assert rubric_of(answer(region("No list."))) == ()


def test_a_cell_of_code_has_it_in_comments() -> None:
    lines = "\n".join(f"# {line}" for line in LIST.splitlines())
    assert rubric_of(answer(region(f"def f():\n    pass\n{lines}"), kind="code")) == WANTED


def test_a_task_has_it_in_its_mark_scheme() -> None:
    text = f"Draw a cell.\n\n### BEGIN MARK SCHEME\n{LIST}\n### END MARK SCHEME"
    assert rubric_of(cell("markdown", text, "draw", task=True, points=3)) == WANTED


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (region(LIST.replace("1.5:", "1:")), "why: the criteria add up to 2.5 points, the quest"),
        (region("**Marking, 3 marks.** 1 for this. 2 for that."), "one criterion a line"),
        (region("**Marking.**\n\n- three for this"), "points first, and this is '- three for th"),
        (region("**Marking.**\n\n- -3: this"), "points first"),
        (region("**Marking.**\n\n- nan: this"), "points first"),
        (region("**Marking.**\n\nNothing."), "no criterion stands below"),
        (f"{LIST}\n{region('Because.')}", "the rubric stands where students would see it"),
    ],
)
def test_what_cannot_be_marked_by_is_refused(wrong: str, says: str) -> None:
    with pytest.raises(RubricError, match=re.escape(says)):
        rubric_of(answer(wrong))


def test_a_rubric_outside_of_its_cell_is_refused_and_prose_on_marking_is_not() -> None:
    with pytest.raises(RubricError, match="students would see it"):
        rubric_of(nbformat.v4.new_markdown_cell(LIST))
    assert rubric_of(nbformat.v4.new_markdown_cell("**Marking.** A person reads this.")) == ()
    assert rubric_of(nbformat.v4.new_markdown_cell("**Marking.**\n\nA person reads this.")) == ()


SOURCES = sorted((ROOT / "source").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", SOURCES, ids=[path.stem for path in SOURCES])
def test_every_question_of_the_course_that_a_person_marks_has_one(path: Path) -> None:
    by_hand = [c for c in nbformat.read(path, as_version=4).cells if is_hand_marked(c)]
    assert by_hand, "each assignment asks for words"
    given_out = ROOT / "release" / path.relative_to(ROOT / "source")
    text = "\n".join(c.source for c in nbformat.read(given_out, as_version=4).cells)
    assert "Marking" not in text
    for one in by_hand:
        criteria = rubric_of(one)
        assert criteria
        assert not [criterion.text for criterion in criteria if criterion.text in text]


def generated(course: Course, text: str) -> dict:
    source = source_notebook()
    next(c for c in source.cells if c.id == "why").source = text
    path = course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    nbformat.write(source, path)
    return course.api.generate_assignment(ASSIGNMENT, force=True)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_an_assignment_is_not_given_out_with_a_rubric_that_does_not_add_up(course: Course) -> None:
    before = json.dumps(course.released())
    result = generated(course, region(LIST.replace("1.5:", "1:")))
    assert not result["success"]
    assert "sums.ipynb, why: the criteria add up to 2.5 points, the question has 3" in result["log"]
    result = generated(course, region(LIST))
    assert result["success"], result["log"]
    assert json.dumps(course.released()) != before or "the *one*" not in before
    assert "the *one*" not in json.dumps(course.released())


def test_course_release_says_which_rubric_does_not_add_up(course: Course, tmp_path: Path) -> None:
    source = source_notebook()
    next(c for c in source.cells if c.id == "why").source = region("**Marking.**\n\n- 1: this")
    nbformat.write(source, course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    with pytest.raises(ReleaseError) as raised:
        generate_release(course.root, tmp_path / "given_out")
    (line,) = str(raised.value).splitlines()
    assert line.startswith("nbgrader could not generate small: ")
    assert line.endswith("why: the criteria add up to 1 points, the question has 3")
