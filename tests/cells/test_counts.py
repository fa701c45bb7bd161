import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import (
    CellInputError,
    count_gru,
    count_lstm,
    count_rnn,
    count_rnn_language_model,
)

small = st.integers(1, 30)


@pytest.mark.parametrize(
    ("vocabulary", "convention", "total"),
    [
        (9, "weights", 154),
        (9, "textbook", 168),
        (9, "pytorch", 173),
        (8, "weights", 143),
        (8, "textbook", 156),
        (8, "pytorch", 161),
    ],
)
def test_the_language_models_of_the_notes(vocabulary, convention, total) -> None:
    assert count_rnn_language_model(vocabulary, 6, 5, convention).total == total


@pytest.mark.parametrize(
    ("size", "weights", "textbook", "pytorch"), [((4, 4), 128, 144, 160), ((2, 2), 32, 40, 48)]
)
def test_the_cells_of_the_exams(size, weights, textbook, pytorch) -> None:
    assert count_lstm(*size, "weights").total == weights
    assert count_lstm(*size).total == textbook
    assert count_lstm(*size, "pytorch").total == pytorch


@given(small, small)
def test_the_closed_formulas(D, H) -> None:
    cells = {count_rnn: 1, count_lstm: 4, count_gru: 3}
    for count, blocks in cells.items():
        weights = blocks * H * (D + H)
        assert count(D, H, "weights").total == weights
        assert count(D, H, "textbook").total == weights + blocks * H
        assert count(D, H, "pytorch").total == weights + 2 * blocks * H
        assert count(D, H, "onnx").total == weights + 2 * blocks * H
    assert count_gru(D, H, "keras").total == 3 * H * (D + H) + 6 * H
    assert count_lstm(D, H, "keras").total == 4 * H * (D + H) + 4 * H
    assert count_rnn(D, H, "keras").total == H * (D + H) + H
    assert count_lstm(D, H, "onnx", peepholes=True).total == 4 * H * (D + H) + 8 * H + 3 * H


@pytest.mark.torch
@given(small, small)
def test_against_pytorch(D, H) -> None:
    import torch

    modules = {count_rnn: torch.nn.RNN, count_lstm: torch.nn.LSTM, count_gru: torch.nn.GRU}
    for count, module in modules.items():
        assert count(D, H, "pytorch").total == sum(p.numel() for p in module(D, H).parameters())


@given(small, small)
def test_tied_weights_save_the_output_matrix(V, H) -> None:
    apart, tied = (count_rnn_language_model(V, H, H, tied=t).total for t in (False, True))
    assert apart - tied == V * H


def test_the_parts_are_named_with_their_shapes() -> None:
    count = count_rnn_language_model(9, 6, 5)
    assert count.shapes == {
        "E": (9, 6),
        "W_hh": (5, 5),
        "W_hx": (5, 6),
        "b_h": (5,),
        "U": (9, 5),
        "b_2": (9,),
    }


@pytest.mark.parametrize("size", [0, -1, 2.0, "4", True, None])
def test_a_size_that_is_no_positive_integer(size) -> None:
    with pytest.raises(CellInputError, match="units is .*, expected a positive integer"):
        count_lstm(4, size)


def test_an_unknown_convention_and_tied_weights_that_do_not_fit() -> None:
    with pytest.raises(CellInputError, match="convention is 'jax', expected one of weights"):
        count_rnn(4, 4, "jax")
    with pytest.raises(CellInputError, match="tied weights need E = H, got E = 6 and H = 5"):
        count_rnn_language_model(9, 6, 5, tied=True)
