"""The appendix on conventions as stored: every layout gives the state of the oracle."""

import pytest

from course_utils.authoring import faults
from tests.notebooks.lecture_checks import Line, check_lines, code_cells
from tests.notebooks.plain_lstm import SMALL, SMALL_C, SMALL_HX, Gate, pre, step, tanhs
from tests.notebooks.stored import cell, notebook, numbers, printed
from tests.notebooks.test_lecture_05 import AFTER, CANDIDATE, RESET, RIGHT, UPDATE
from tests.notebooks.test_lecture_05 import step as gru_step

APPENDIX = notebook("appendix_conventions.ipynb")
LSTM = step(SMALL, SMALL_HX, SMALL_C)
BLOCKS_SWAPPED = gru_step(UPDATE, RESET, CANDIDATE, after=True)

RNN = tanhs(pre(Gate([[0.5, -1, 1, 0], [1, 0.5, -1, 2]], [0, -0.5]), [0.25, -0.5, 1, 0.5]))

PRINTED: dict[str, list[Line]] = {
    "lstm-tested": [
        ("here", LSTM.h),
        ("pytorch: i, f, c, o", LSTM.h),
        ("keras: i, f, c, o", LSTM.h),
        ("onnx: i, o, f, c", LSTM.h),
        ("cs231n: i, f, o, c", LSTM.h),
    ],
    "rnn-tested": [
        (start, RNN)
        for start in (
            "W_h h + W_x x + b",
            "[W_h W_x] [h; x] + b",
            "h W_h^T + x W_x^T + b",
            "two biases, each b / 2",
        )
    ],
    "published-numbers": [
        ("Coursera, unit 5, three examples", [0.59584544, 0.18141802, 0.61311866]),
        ("CS231n, first row", [-0.58172089, -0.50182032, -0.41232771, -0.31410098]),
    ],
    "gru-rows": [("W_hr", [2, 2, 1, 2, 1, -2]), ("W_xr", [1, 2, -1, 1])],
    "gru-x-first": [
        ("here: columns, [H, x]", RIGHT.h),
        ("notes, d2l: rows, X W", RIGHT.h),
        ("[x, H]", RIGHT.h),
    ],
    "gru-programs": [
        ("The order of the blocks; the reset", []),
        ("pytorch: r, u, c; after", AFTER.h),
        ("keras: u, r, c; after", AFTER.h),
        ("onnx: u, r, c; before", RIGHT.h),
        ("PyTorch's as Keras's", BLOCKS_SWAPPED.h),
    ],
}
WITHOUT_NUMBERS = {"setup", "gru-libraries", "language-model-tested"}


@pytest.mark.parametrize("cell_id", PRINTED)
def test_every_layout_gives_the_state_of_the_oracle(cell_id: str) -> None:
    check_lines(printed(cell(APPENDIX, cell_id)), PRINTED[cell_id])


def test_the_language_model_gives_one_number_in_every_layout() -> None:
    _, *lines = printed(cell(APPENDIX, "language-model-tested"))
    values = [numbers(text)[-1] for text in lines]
    assert len(values) == 3
    assert len(set(values)) == 1


def test_no_result_goes_without_an_oracle() -> None:
    assert {c.id for c in code_cells(APPENDIX)} == PRINTED.keys() | WITHOUT_NUMBERS


def test_form() -> None:
    assert faults(APPENDIX) == []
    assert "run it first" in cell(APPENDIX, "title").source
