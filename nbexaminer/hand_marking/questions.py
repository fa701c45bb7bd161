"""The questions that a person marks, with all that a marker reads beside an answer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_task

from nbexaminer.gradebook import Criterion, Question, questions_in
from nbexaminer.hand_marking.rubric import (
    RubricError,
    model_answer,
    rubric_of,
)
from nbexaminer.hand_marking.tasks import work_on
from nbexaminer.notebook.released import grade_id, graded_cells, is_hand_marked, read_released


@dataclass(frozen=True)
class HandMarkedQuestion(Question):
    """A question as a person marks it, by the points that it was given out with."""

    prompt: str = ""
    """What students were asked, in Markdown."""
    blank: str = ""
    """The answer as it was given out."""
    rubric: tuple[Criterion, ...] = ()
    solution: str = ""
    """The model answer, in Markdown."""
    trouble: str = ""
    """Why there is no rubric, where there should be one."""


def hand_marked_questions(
    coursedir: CourseDirectory, assignment: str, notebook: str
) -> list[HandMarkedQuestion]:
    """Return the notebook's questions for a person, in their order.

    What was asked is read from release/, rubric and model answer from source/. Raises
    NbGraderException where the notebook was not given out.
    """
    released = read_released(coursedir, assignment, notebook)
    path = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    solved = _cells(path / f"{notebook}.ipynb")
    return [
        _question(question, released, solved)
        for question in questions_in(released, assignment, notebook)
        if question.by_hand
    ]


def hand_marked_question(
    coursedir: CourseDirectory, assignment: str, notebook: str, name: str
) -> HandMarkedQuestion:
    """Return one of them; raises NbGraderException where there is none of that name."""
    for question in hand_marked_questions(coursedir, assignment, notebook):
        if question.cell == name:
            return question
    raise NbGraderException(f"{assignment}/{notebook} has no question {name!r} for a person")


def _cells(path: Path) -> dict[str, NotebookNode] | None:
    """Return the cells of a notebook of source/, or None where it is not there."""
    return graded_cells(nbformat.read(path, as_version=4)) if path.is_file() else None


def _question(
    question: Question, released: NotebookNode, solved: dict[str, NotebookNode] | None
) -> HandMarkedQuestion:
    place = [grade_id(cell) for cell in released.cells].index(question.cell)
    cell = released.cells[place]
    prompt, blank = _prompt(released.cells[:place]), cell.source
    if is_task(cell):
        prompt = f"{prompt}\n\n{cell.source}".strip()
        blank = "\n\n".join(one.source for one in work_on(released, cell))
    return HandMarkedQuestion(
        **vars(question), prompt=prompt, blank=blank,
        **_solved(None if solved is None else solved.get(question.cell)),
    )  # fmt: skip


def _solved(cell: NotebookNode | None) -> dict[str, Any]:
    """Return rubric, model answer and what is wrong with them."""
    if cell is None:
        return {"trouble": "The question is not in source/ here, so its rubric is not known."}
    try:
        criteria = rubric_of(cell)
    except RubricError as error:
        trouble = f"The rubric in source/ cannot be used. {error}."
        return {"solution": model_answer(cell), "trouble": trouble}
    trouble = "" if criteria else "This question has no rubric in source/; it is marked by points."
    return {"rubric": criteria, "solution": model_answer(cell), "trouble": trouble}


def _prompt(above: list[NotebookNode]) -> str:
    """Return the text from the nearest heading down to the answer."""
    texts: list[str] = []
    for cell in reversed(above):
        if cell.cell_type != "markdown" or is_hand_marked(cell):
            break
        texts.insert(0, cell.source)
        if cell.source.lstrip().startswith("#"):
            break
    return "\n\n".join(texts)
