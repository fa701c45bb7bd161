"""Lecture 6 as stored: its numbers against plain Python, every result with a question before it.

What it says of trainings is held against PyTorch in test_lecture_06_training.py.
"""

from math import asin, log, pi, sqrt

import pytest

from tests.notebooks.lecture_06_numbers import PREDICTED, PRINTED, SAID, skipped
from tests.notebooks.lecture_checks import (
    cells_since_question,
    check_lines,
    check_prediction,
    code_cells,
    figures,
    headings,
)
from tests.notebooks.plain_lstm import sigmoid
from tests.notebooks.stored import (
    cell,
    displayed,
    notebook,
    numbers,
    predicted,
    printed,
    shown_right,
    stepped,
    words_of_figure,
)

NAME = "06_other_remedies.ipynb"
LECTURE = notebook(NAME)
PRACTICE = {"practise-clipping"}
LIVE = {
    "clipping-sliders",
    "skip-sliders",
    "start-sliders",
    "forget-bias-sliders",
}
ASSERTED = {"my-roads"}
"""It holds its own function against the sum over roads."""
TRAINED = {
    "clipping-training": ["0 of 3", "3 of 3", "0 of 3"],
    "depth-training": ["0 of 3", "3 of 3"],
    "start-training": [
        "over 5 steps          over 50 steps",
        "uniform     3 of 3 learned it     0 of 3",
        "orthogonal  3 of 3 learned it     3 of 3",
        "identity    3 of 3 learned it     3 of 3",
    ],
    "symmetry": ["1   W_h did not move", "1   W_h moved", "4   W_h moved"],
    "forget-bias-training": [
        "0      learned         not learned     not learned",
        "1      learned         not learned     not learned",
        "2      learned         learned         not learned",
        "4      learned         learned         learned",
    ],
}
"""What each training must have come to, line after line."""


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_printed_number_agrees_with_plain_python(cell_id: str) -> None:
    check_lines(printed(cell(LECTURE, cell_id)), PRINTED[cell_id])


@pytest.mark.parametrize(("cell_id", "claims"), SAID.items())
def test_numbers_in_the_text_are_true(cell_id: str, claims: dict[str, float]) -> None:
    source = cell(LECTURE, cell_id).source
    for template, value in claims.items():
        said = template.format(value).replace("{{", "{").replace("}}", "}")
        assert said in source, said


@pytest.mark.parametrize("cell_id", TRAINED)
def test_trainings_came_to_what_the_text_says(cell_id: str) -> None:
    lines = printed(cell(LECTURE, cell_id))[1:]
    assert len(lines) == len(TRAINED[cell_id])
    for text, expected in zip(lines, TRAINED[cell_id], strict=True):
        assert expected in text, text


def test_the_skip_slider_starts_where_the_text_says() -> None:
    _, skip, without = stepped(cell(LECTURE, "skip-sliders")).values()
    assert all(map(shown_right, skip, skipped(0.8, 0.15, 10, 60)))
    assert all(shown_right(left, 0.8**n) for n, left in enumerate(without))
    assert len(skip) == 61


@pytest.mark.parametrize("s", [2, 5, 10, 20])
def test_weights_that_sum_to_1_keep_a_constant_and_more_explodes(s: int) -> None:
    level = skipped(0.8, 0.2, s, 2000)
    assert level[-1] == pytest.approx(1 / (0.8 + 0.2 * s), rel=1e-6)
    assert skipped(0.8, 0.25, s, 2000)[-1] > 1e3


def test_the_roads_of_60_steps_are_as_many_as_the_text_says() -> None:
    many = skipped(1, 1, 2, 60)[60]
    assert f"{many / 1e12:.1f} million million" in cell(LECTURE, "roads-function-question").source


def test_the_forget_bias_slider_shows_the_cell_line() -> None:
    (text,) = displayed(cell(LECTURE, "forget-bias-sliders"), "text/plain")
    _bias, f, steps, line, whole, _one, rule = numbers(text)
    assert steps == "50"
    assert shown_right(f, sigmoid(1))
    assert shown_right(line, sigmoid(1) ** 50)
    assert shown_right(rule, log(49))
    assert float(whole) > 1000 * float(line)


def test_the_uniform_spectrum_is_that_of_a_random_square_matrix() -> None:
    """The largest singular value of N² numbers of variance 1/3N tends to 2/√3, the least to 0."""
    largest, least, small, half, one = numbers(words_of_figure(cell(LECTURE, "figure-spectrum")))[
        1:6
    ]
    assert float(largest) == pytest.approx(2 / sqrt(3), abs=0.08)
    assert float(least) < 0.05
    assert (half, one) == ("0.5", "1")
    x = 0.5 * sqrt(3)  # in units of the spread: the quarter circle ends at 2
    share = (x * sqrt(4 - x * x) / 2 + 2 * asin(x / 2)) / pi
    assert int(small) == pytest.approx(64 * share, abs=3)


def test_the_patients_get_the_remedies_that_were_shown_to_work() -> None:
    assert "**A 3, B 1, C 2, D 5, E 4.**" in cell(LECTURE, "cured").source
    remedies = cell(LECTURE, "patients").source
    for remedy in (
        "**1** clip the gradient by its norm",
        "**2** a skip connection past each layer",
        "**3** an orthogonal $W_h$",
        "**4** a forget gate",
        "**5** a larger forget bias",
    ):
        assert remedy in remedies


@pytest.mark.parametrize(("cell_id", "expected"), PREDICTED.items())
def test_what_a_prediction_opens_is_right(cell_id: str, expected: str | float) -> None:
    check_prediction(LECTURE, cell_id, expected)


def test_the_small_singular_values_are_as_many_as_the_figure_says() -> None:
    told = numbers(words_of_figure(cell(LECTURE, "figure-spectrum")))
    assert predicted(cell(LECTURE, "predict-spectrum")) == float(told[3])


def test_every_live_figure_has_a_picture_and_words_without_a_kernel() -> None:
    for cell_id in LIVE:
        code = cell(LECTURE, cell_id)
        assert displayed(code, "image/png"), cell_id
        assert len(displayed(code, "text/plain")[0]) > 20, cell_id
    assert len(figures(LECTURE)) == 3


def test_a_question_stands_before_every_result() -> None:
    for code in code_cells(LECTURE):
        if code.id not in {"setup", "predictions"} | PRACTICE:
            assert cells_since_question(LECTURE, code) == [], code.id


def test_no_result_goes_without_a_test() -> None:
    named = PRINTED.keys() | TRAINED.keys() | LIVE | PRACTICE | ASSERTED | PREDICTED.keys()
    named |= {"setup", "predictions", "predict-spectrum"}
    assert {c.id for c in code_cells(LECTURE)} == named | {c.id for c in figures(LECTURE)}


def test_what_moved_to_lecture_11_is_still_found() -> None:
    """Feedback that was given out sends its reader to this heading."""
    assert "Three variants of the LSTM" in headings(LECTURE)
    assert "(11_variants_of_the_lstm.ipynb)" in cell(LECTURE, "variants").source
