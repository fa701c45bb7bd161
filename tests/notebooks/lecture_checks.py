"""What every lecture keeps to, whatever it is about."""

import re

import pytest
from nbformat import NotebookNode

from tests.notebooks.stored import cell, numbers, predicted, shown_right

ASKED = re.compile(r"\*\*(Predict|Question)\.\*\*")
"""What a question to the reader begins with."""

Line = tuple[str, list[float]]
"""What a printed line begins with, and its numbers in order."""


def check_line(text: str, expected: Line) -> None:
    start, values = expected
    assert text.startswith(start), f"{text!r} does not begin with {start!r}"
    found = numbers(text[len(start) :])
    assert len(found) == len(values), f"{text!r} shows {found}, expected {values}"
    wrong = [(f, v) for f, v in zip(found, values, strict=True) if not shown_right(f, v)]
    assert not wrong, f"{text!r} shows (number, expected): {wrong}"


def check_lines(texts: list[str], expected: list[Line]) -> None:
    assert len(texts) == len(expected), texts
    for text, line in zip(texts, expected, strict=True):
        check_line(text, line)


def code_cells(lecture: NotebookNode) -> list[NotebookNode]:
    return [c for c in lecture.cells if c.cell_type == "code"]


def figures(lecture: NotebookNode) -> list[NotebookNode]:
    """Code cells whose figure is a picture with words, not a live view."""
    return [c for c in code_cells(lecture) if c.id.startswith("figure-")]


def cells_since_question(lecture: NotebookNode, code: NotebookNode) -> list[NotebookNode] | None:
    """The cells between the last question and `code`; None where no question stands before it.

    The box in which the answer is committed is part of the question.
    """
    since: list[NotebookNode] = []
    for c in reversed(lecture.cells[: lecture.cells.index(code)]):
        if c.cell_type == "markdown" and ASKED.search(c.source):
            return since
        if not c.id.startswith("predict-"):
            since.append(c)
    return None


def boxes(lecture: NotebookNode) -> list[NotebookNode]:
    """The cells in which a prediction is committed."""
    return [c for c in code_cells(lecture) if c.id.startswith("predict-")]


def check_prediction(lecture: NotebookNode, cell_id: str, expected: str | float) -> None:
    """The answer that a box opens, to five digits where it is a number."""
    answer = predicted(cell(lecture, cell_id))
    assert answer == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-5))


def headings(lecture: NotebookNode) -> set[str]:
    """Every heading, without its number."""
    return {
        re.sub(r"^#+ (\d+ · )?", "", line)
        for c in lecture.cells
        if c.cell_type == "markdown"
        for line in c.source.splitlines()
        if line.startswith("#")
    }
