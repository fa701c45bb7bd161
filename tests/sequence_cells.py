"""The sequence functions of the four cells behind one face, for tests that hold for all of them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from strategies import gru_params, lstm_params, lstm_state, rnn_params

from course_utils.cells import (
    gru_sequence,
    gru_sequence_backward,
    gru_step,
    lstm_sequence,
    lstm_sequence_backward,
    lstm_step,
    rnn_sequence,
    rnn_sequence_backward,
    rnn_step,
)


def hidden(rng: np.random.Generator, batch: tuple[int, ...], units: int) -> np.ndarray:
    return rng.normal(size=(*batch, units))


class Cell(NamedTuple):
    """How to draw a cell, step it, run it over a sequence and go back."""

    name: str
    params: Callable[..., Any]
    state: Callable[..., Any]
    step: Callable[..., Any]
    forward: Callable[..., Any]
    backward: Callable[..., Any]


def gru(reset: str) -> Cell:
    return Cell(
        f"gru-{reset}",
        lambda rng, inputs, units: gru_params(rng, inputs, units, reset),
        hidden,
        lambda params, x, h: gru_step(params, x, h, reset=reset),
        lambda params, xs, h=None: gru_sequence(params, xs, h, reset=reset),
        gru_sequence_backward,
    )


RNN = Cell("rnn", rnn_params, hidden, rnn_step, rnn_sequence, rnn_sequence_backward)
LSTM = Cell("lstm", lstm_params, lstm_state, lstm_step, lstm_sequence, lstm_sequence_backward)
CELLS = [RNN, LSTM, gru("before"), gru("after")]


def hidden_of(states: Any) -> np.ndarray:
    """The hidden states, whether a cell has C beside them or not."""
    return getattr(states, "h", states)
