"""Every message names the argument, what was got and what was expected."""

import numpy as np
import pytest

from course_utils.cells import (
    Affine,
    CellInputError,
    GRUParams,
    LSTMParams,
    LSTMState,
    RNNParams,
    affine,
    gru_step,
    lstm_step,
    rnn_step,
)

GATE = Affine(np.zeros((2, 5)), np.zeros(2))
LSTM = LSTMParams(GATE, GATE, GATE, GATE)
STATE = LSTMState(np.zeros(2), np.zeros(2))
X = np.zeros(3)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (None, "x is missing: got None, expected an array of numbers"),
        ([[1, 2], [3]], "x is ragged"),
        (["a", "b", "c"], "x has dtype <U1, expected real numbers"),
        ([1j, 0, 0], "x has dtype complex128, expected real numbers"),
        ([object(), 0, 0], "x has dtype object, expected real numbers"),
        ([0, np.nan, 0], r"x holds nan at index \[1\], expected finite numbers"),
        ([[0, 0, np.inf]], r"x holds inf at index \[0, 2\]"),
        ([0, 0], r"x has shape \(2,\), expected \(\.\.\., 3\)"),
        (0.0, r"x has shape \(\), expected \(\.\.\., 3\)"),
        (np.zeros((3, 1)), r"x has shape \(3, 1\), .* x\.ravel\(\) has the feature axis last"),
    ],
)
def test_an_input_of_a_step(x, message) -> None:
    with pytest.raises(CellInputError, match=message):
        lstm_step(LSTM, x, STATE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"forget": GATE._replace(W=np.zeros((2, 2)))}, r"forget\.W has shape \(2, 2\), expected"),
        ({"forget": GATE._replace(W=np.zeros(5))}, r"forget\.W has shape \(5,\), expected"),
        (
            {"output": GATE._replace(W=np.zeros((2, 4)))},
            r"output\.W has shape \(2, 4\), .*\(2, 5\)",
        ),
        ({"input": GATE._replace(b=np.zeros((2, 1)))}, r"input\.b has shape \(2, 1\), .*\(2,\)"),
        ({"candidate": GATE._replace(b=np.full(2, np.nan))}, r"candidate\.b holds nan"),
    ],
)
def test_the_parameters_of_an_lstm(change, message) -> None:
    with pytest.raises(CellInputError, match=message):
        lstm_step(LSTM._replace(**change), X, STATE)


def test_the_state_of_an_lstm() -> None:
    with pytest.raises(CellInputError, match=r"h has shape \(3,\), expected \(\.\.\., 2\)"):
        lstm_step(LSTM, X, LSTMState(np.zeros(3), np.zeros(2)))
    with pytest.raises(CellInputError, match=r"c has shape \(3,\), expected \(\.\.\., 2\)"):
        lstm_step(LSTM, X, LSTMState(np.zeros(2), np.zeros(3)))


def test_batch_axes_that_do_not_fit() -> None:
    rnn = RNNParams(np.zeros((2, 2)), np.zeros((2, 3)), np.zeros(2))
    with pytest.raises(CellInputError, match="batch axes of h .* and x .* do not fit"):
        lstm_step(LSTM, np.zeros((4, 3)), LSTMState(np.zeros((3, 2)), np.zeros(2)))
    with pytest.raises(CellInputError, match="batch axes of h .* and x .* do not fit"):
        rnn_step(rnn, np.zeros((4, 3)), np.zeros((3, 2)))


def test_a_cell_state_of_another_batch_is_refused() -> None:
    with pytest.raises(CellInputError, match=r"c has shape \(3, 2\), expected \(4, 2\)"):
        lstm_step(LSTM, np.zeros((4, 3)), LSTMState(np.zeros((4, 2)), np.zeros((3, 2))))


def test_the_parameters_of_a_gru() -> None:
    gru = GRUParams(GATE, GATE, GATE)
    with pytest.raises(CellInputError, match="reset is 'never', expected 'before' or 'after'"):
        gru_step(gru, X, np.zeros(2), reset="never")
    with pytest.raises(CellInputError, match="b_recurrent is given, expected None"):
        gru_step(gru._replace(b_recurrent=np.zeros(2)), X, np.zeros(2))
    with pytest.raises(CellInputError, match=r"b_recurrent has shape \(3,\), expected \(2,\)"):
        gru_step(gru._replace(b_recurrent=np.zeros(3)), X, np.zeros(2), reset="after")


def test_the_parameters_of_an_rnn() -> None:
    with pytest.raises(CellInputError, match=r"W_h has shape \(2, 3\), .*\(2, 2\)"):
        rnn_step(RNNParams(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros(2)), X, np.zeros(2))


def test_the_arguments_of_an_affine_map() -> None:
    with pytest.raises(CellInputError, match=r"v has shape \(3,\), expected \(\.\.\., 5\)"):
        affine(GATE, X)


def test_arguments_are_left_as_they_are() -> None:
    rng = np.random.default_rng(0)
    gates = [Affine(rng.normal(size=(2, 5)), rng.normal(size=2)) for _ in range(4)]
    x, state = rng.normal(size=3), LSTMState(rng.normal(size=2), rng.normal(size=2))
    arrays = [a for gate in gates for a in gate] + [x, *state]
    for array in arrays:
        array.setflags(write=False)  # any write would raise
    lstm_step(LSTMParams(*gates), x, state)
    gru_step(GRUParams(*gates[:3]), x, state.h)
