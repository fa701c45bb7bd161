"""The sequence functions of the four cells behind one face, for tests that hold for all of them."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from strategies import gru_params, lstm_params, lstm_state, rnn_params

from course_utils.cells import (
    gru_sequence,
    gru_sequence_backward,
    gru_step,
    gru_step_backward,
    lstm_sequence,
    lstm_sequence_backward,
    lstm_step,
    lstm_step_backward,
    map_leaves,
    rnn_sequence,
    rnn_sequence_backward,
    rnn_step,
    rnn_step_backward,
)


def hidden(rng: np.random.Generator, batch: tuple[int, ...], units: int) -> np.ndarray:
    return rng.normal(size=(*batch, units))


class Cell(NamedTuple):
    """How to draw a cell, step it, run it over a sequence and go back."""

    name: str
    params: Callable[..., Any]
    state: Callable[..., Any]
    step: Callable[..., Any]
    step_backward: Callable[..., Any]
    forward: Callable[..., Any]
    backward: Callable[..., Any]


def gru(reset: str) -> Cell:
    return Cell(
        f"gru-{reset}",
        lambda rng, inputs, units: gru_params(rng, inputs, units, reset),
        hidden,
        partial(gru_step, reset=reset),
        partial(gru_step_backward, reset=reset),
        lambda params, xs, h=None: gru_sequence(params, xs, h, reset=reset),
        gru_sequence_backward,
    )


RNN = Cell(
    "rnn", rnn_params, hidden, rnn_step, rnn_step_backward, rnn_sequence, rnn_sequence_backward
)
LSTM = Cell(
    "lstm",
    lstm_params,
    lstm_state,
    lstm_step,
    lstm_step_backward,
    lstm_sequence,
    lstm_sequence_backward,
)
CELLS = [RNN, LSTM, gru("before"), gru("after")]


def steps_backward(
    cell: Cell, params: Any, xs: np.ndarray, state: Any, d_hs: np.ndarray
) -> tuple[Any, np.ndarray, Any]:
    """Gradients of parameters, inputs and state, by the cell's step functions one after another."""
    traces = []
    for x in xs:
        state, trace = cell.step(params, x, state)
        traces.append(trace)
    d_params, d_xs = map_leaves(np.zeros_like, params), []
    d_state = map_leaves(np.zeros_like, state)
    for trace, d_h in zip(traces[::-1], d_hs[::-1], strict=True):
        d_state = with_hidden(d_state, hidden_of(d_state) + d_h)
        d_step, d_x, d_state = cell.step_backward(params, trace, d_state)
        d_params = map_leaves(np.add, d_params, d_step)
        d_xs.insert(0, d_x)
    return d_params, np.stack(d_xs), d_state


def hidden_of(states: Any) -> np.ndarray:
    """The hidden states, whether a cell has C beside them or not."""
    return getattr(states, "h", states)


def with_hidden(state: Any, h: np.ndarray) -> Any:
    """The state with other hidden states."""
    return state._replace(h=h) if hasattr(state, "h") else h
