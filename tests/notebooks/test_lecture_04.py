"""Lecture 4 as stored: every number against the oracle, every result with a question before it."""

import numpy as np
import pytest
from nbformat import NotebookNode

from tests.notebooks.lecture_04_numbers import (
    FIGURES,
    PREDICTED,
    PRINTED,
    Line,
)
from tests.notebooks.lecture_checks import cells_since_question
from tests.notebooks.plain_lstm import (
    SMALL,
    SMALL_C,
    SMALL_HX,
    Matrix,
    Vector,
)
from tests.notebooks.stored import (
    cell,
    displayed,
    matrices,
    notebook,
    numbers,
    predicted,
    printed,
    shown_right,
)
from tests.notebooks.stored import words_of_figure as words

LECTURE = notebook("04_lstm_gate_by_gate.ipynb")
CODE = [c for c in LECTURE.cells if c.cell_type == "code"]
EXPLORERS = {"explorer": "remember"}
WITHOUT_NUMBERS = {"setup", "my-lstm-step", "shape-speaks"}
"""my-lstm-step asserts against course_utils itself; shape-speaks prints an error's sentence."""

DATA: dict[str, list[Vector | Matrix]] = {
    "small-cell": [*(g.W for g in SMALL), *(g.b for g in SMALL), SMALL_HX, SMALL_C],
}


def flat(values: Vector | Matrix) -> Vector:
    return [n for row in values for n in (row if isinstance(row, list) else [row])]


def check_line(text: str, expected: Line) -> None:
    start, values = expected
    assert text.startswith(start)
    rest = text[len(start) :]
    found = numbers(rest)
    assert len(found) == len(values), f"{text!r} shows {found}, expected {values}"
    wrong = [(f, v) for f, v in zip(found, values, strict=True) if not shown_right(f, v)]
    assert not wrong, f"{text!r} shows (number, expected): {wrong}"
    if not values:
        assert not rest.strip(), f"{text!r} goes on after {start!r}"


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_the_oracle(cell_id: str) -> None:
    lines = printed(cell(LECTURE, cell_id))
    assert len(lines) == len(PRINTED[cell_id])
    for text, expected in zip(lines, PRINTED[cell_id], strict=True):
        check_line(text, expected)


@pytest.mark.parametrize("cell_id", DATA)
def test_the_data_shown_are_those_of_the_small_cell(cell_id: str) -> None:
    assert matrices(cell(LECTURE, cell_id)) == [flat(values) for values in DATA[cell_id]]


@pytest.mark.parametrize("cell_id", FIGURES)
def test_the_words_of_a_figure_tell_the_right_numbers(cell_id: str) -> None:
    found = numbers(words(cell(LECTURE, cell_id)))
    assert len(found) == len(FIGURES[cell_id])
    assert all(map(shown_right, found, FIGURES[cell_id])), found
    assert displayed(cell(LECTURE, cell_id), "image/png")


def test_no_result_goes_without_an_oracle() -> None:
    known = PRINTED.keys() | DATA.keys() | FIGURES.keys() | EXPLORERS.keys()
    known |= PREDICTED.keys()
    known |= {"own-sliders", "pytorch"}  # test_bridges.py
    assert {c.id for c in CODE} == known | WITHOUT_NUMBERS | {"practise-states", "predictions"}


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: Vector | str) -> None:
    answer = predicted(cell(LECTURE, cell_id))
    if isinstance(expected, list):
        np.testing.assert_allclose(np.atleast_1d(answer), expected, rtol=1e-5)
    else:
        assert answer == expected


@pytest.mark.parametrize(("cell_id", "preset"), EXPLORERS.items())
def test_an_explorer_has_a_picture_and_a_table_without_a_kernel(cell_id: str, preset: str) -> None:
    code = cell(LECTURE, cell_id)
    assert displayed(code, "image/png")
    (text,) = displayed(code, "text/plain")
    assert preset in text
    assert "C_t" in text


def results() -> list[NotebookNode]:
    asked = PRINTED.keys() | FIGURES.keys() | EXPLORERS.keys()
    return [c for c in CODE if c.id in asked]


@pytest.mark.parametrize("result", results(), ids=lambda c: c.id)
def test_a_question_stands_before_every_result(result: NotebookNode) -> None:
    """The cells since the last question are at most the explorer that the question is about."""
    since = cells_since_question(LECTURE, result)
    assert since is not None, "no question at all"
    assert all(c.id in EXPLORERS or c.cell_type == "markdown" for c in since), [c.id for c in since]
