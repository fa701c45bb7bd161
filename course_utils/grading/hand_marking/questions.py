"""The questions that a person marks, with all that a marker reads beside an answer."""

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from course_utils.grading.hand_marking.rubric import (
    Criterion,
    RubricError,
    is_hand_marked,
    model_answer,
    rubric_of,
)
from course_utils.grading.released import grade_id, graded_cells, read_released


@dataclass(frozen=True)
class Question:
    """A question as it is marked."""

    assignment: str
    notebook: str
    name: str
    """The answer cell's grade id."""
    points: float
    title: str
    prompt: str
    """What students were asked, in Markdown."""
    blank: str
    """The answer cell as it was given out."""
    rubric: tuple[Criterion, ...] = ()
    solution: str = ""
    """The model answer, in Markdown."""
    trouble: str = ""
    """Why there is no rubric, where there should be one."""


def hand_marked_questions(
    coursedir: CourseDirectory, assignment: str, notebook: str
) -> list[Question]:
    """Return the notebook's questions for a person, in their order.

    What was asked is read from release/, rubric and model answer from source/. Raises
    NbGraderException where the notebook was not given out.
    """
    released = read_released(coursedir, assignment, notebook)
    path = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    solved = _cells(path / f"{notebook}.ipynb")
    return [
        _question(assignment, notebook, released, place, solved)
        for place, cell in enumerate(released.cells)
        if is_hand_marked(cell)
    ]


def hand_marked_question(
    coursedir: CourseDirectory, assignment: str, notebook: str, name: str
) -> Question:
    """Return one of them; raises NbGraderException where there is none of that name."""
    for question in hand_marked_questions(coursedir, assignment, notebook):
        if question.name == name:
            return question
    raise NbGraderException(f"{assignment}/{notebook} has no question {name!r} for a person")


def _cells(path: Path) -> dict[str, NotebookNode] | None:
    """Return the cells of a notebook of source/, or None where it is not there."""
    return graded_cells(nbformat.read(path, as_version=4)) if path.is_file() else None


def _question(
    assignment: str,
    notebook: str,
    released: NotebookNode,
    place: int,
    solved: dict[str, NotebookNode] | None,
) -> Question:
    cell = released.cells[place]
    name = str(grade_id(cell))
    prompt = _prompt(released.cells[:place])
    rubric, solution, trouble = _solved(name, None if solved is None else solved.get(name))
    return Question(
        assignment, notebook, name, float(cell.metadata.nbgrader.points), _title(prompt) or name,
        prompt, cell.source, rubric, solution, trouble,
    )  # fmt: skip


def _solved(name: str, cell: NotebookNode | None) -> tuple[tuple[Criterion, ...], str, str]:
    if cell is None:
        return (), "", "The question is not in source/ here, so its rubric is not known."
    try:
        criteria = rubric_of(cell)
    except RubricError as error:
        return (), model_answer(cell), f"The rubric in source/ cannot be used. {error}."
    trouble = "" if criteria else "This question has no rubric in source/; it is marked by points."
    return criteria, model_answer(cell), trouble


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


def _title(prompt: str) -> str:
    first = prompt.strip().split("\n", 1)[0]
    return first.strip("# ").strip() if first.startswith("#") else ""
