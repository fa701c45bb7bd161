"""Lecture 11 as stored: its numbers against plain Python, every result with a question before it.

What it says of trainings is held against PyTorch in test_lecture_06_training.py.
"""

import pytest

from tests.notebooks.lecture_11_numbers import PREDICTED, PRINTED, SAID, spikes
from tests.notebooks.lecture_checks import (
    cells_since_question,
    check_lines,
    check_prediction,
    code_cells,
    figures,
)
from tests.notebooks.stored import cell, displayed, notebook, printed

NAME = "11_variants_of_the_lstm.ipynb"
LECTURE = notebook(NAME)
PRACTICE = {"practise-state", "practise-counts"}
WITHOUT_QUESTION = {"setup", "small-cell", "predictions", "my-variant-step-tested"}
BELLS = ["no worse", "no worse", "no worse", "far worse"]


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    check_lines(printed(cell(LECTURE, cell_id)), PRINTED[cell_id])


@pytest.mark.parametrize(("cell_id", "claims"), SAID.items())
def test_numbers_in_the_text_are_true(cell_id: str, claims: dict[str, float]) -> None:
    source = cell(LECTURE, cell_id).source
    for template, value in claims.items():
        assert template.format(value) in source, template.format(value)


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: str | float) -> None:
    check_prediction(LECTURE, cell_id, expected)


def test_the_training_came_to_what_the_text_says() -> None:
    lines = printed(cell(LECTURE, "bell-training"))[1:]
    assert len(lines) == len(BELLS)
    for text, expected in zip(lines, BELLS, strict=True):
        assert text.endswith(expected)


def test_the_clock_spikes_when_the_text_says() -> None:
    (text,) = displayed(cell(LECTURE, "clock-sliders"), "text/plain")
    assert spikes(0.95, 200) == [10, 20, 30, 40]
    assert "h is above 0.15 at steps 10, 20, 30, 40, and" in text
    assert spikes(1.05, 100) == [11, 22, 35]
    assert spikes(0.45, 200) == [5, 10, 15, 20, 25, 30, 35, 40]
    assert "$\\theta = 0.45$" in cell(LECTURE, "clock-answers").source


def test_the_marker_knows_coupled_gates_and_sends_the_reader_here() -> None:
    text = "\n".join(printed(cell(LECTURE, "marked")))
    assert "1 of 2 points" in text
    assert "coupled gates" in text
    assert f"notebooks/{NAME}" in text
    assert "h_t: Right for your own earlier values" in text


def test_figures_have_pictures_and_words() -> None:
    assert [c.id for c in figures(LECTURE)] == ["figure-bells"]
    assert displayed(cell(LECTURE, "clock-sliders"), "image/png")


def test_a_question_stands_before_every_result() -> None:
    for code in code_cells(LECTURE):
        if (
            code.id
            not in {"setup", "small-cell", "predictions", "my-variant-step-tested"} | PRACTICE
        ):
            assert cells_since_question(LECTURE, code) == [], code.id


def test_no_result_goes_without_a_test() -> None:
    named = PRINTED.keys() | PREDICTED.keys() | PRACTICE
    named |= {
        "setup",
        "my-variant-step",
        "my-variant-step-tested",
        "clock-sliders",
        "bell-training",
        "marked",
    }
    named |= {"predictions"}
    assert {c.id for c in code_cells(LECTURE)} == named | {c.id for c in figures(LECTURE)}
