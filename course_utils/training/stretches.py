"""Truncated backpropagation through time: a long text, learned from stretch by stretch."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.training.model import Batch, Dropout, ModelParams, pass_through, read_on
from course_utils.training.tasks.language import Tokens


def stretches(tokens: Tokens, streams: int, steps: int) -> Iterator[Batch]:
    """Cut a text into `streams` parts and read all of them at once, `steps` tokens at a time.

    Each batch, (T, B), begins where the one before ended. At the end of the parts they begin anew,
    without end. Raises CellInputError when a part has not one stretch.
    """
    length = (len(tokens) - 1) // streams
    if length < steps:
        raise CellInputError(f"a part has {length} tokens, expected at least {steps}")
    inputs = tokens[: length * streams].reshape(streams, length).T
    targets = tokens[1 : length * streams + 1].reshape(streams, length).T
    while True:
        for start in range(0, length - steps + 1, steps):
            yield Batch(inputs[start : start + steps], targets[start : start + steps])


class Carried:
    """Loss and gradient of stretches in their order: the state goes on, the gradient does not.

    A stretch begins with the state in which the one before ended; that state counts as given, so
    that no gradient goes back further than `steps` tokens. After `rounds` stretches, which is where
    the texts begin anew, the state is zero again.
    """

    def __init__(self, rounds: int, dropout: Dropout | None = None) -> None:
        self.rounds, self.dropout = rounds, dropout
        self._states: tuple[Any, ...] | None = None
        self._seen = 0

    def __call__(self, params: ModelParams, stretch: Batch) -> tuple[float, ModelParams]:
        if self._seen % self.rounds == 0:
            self._states = None
        passed = pass_through(params, stretch, self._states, dropout=self.dropout)
        self._states, self._seen = passed.states, self._seen + 1
        return passed.loss, passed.gradient


def rounds_of(tokens: Tokens, streams: int, steps: int) -> int:
    """Return how many stretches there are before the text begins anew."""
    return ((len(tokens) - 1) // streams) // steps


def surprises(params: ModelParams, tokens: Tokens, streams: int = 20, steps: int = 100) -> Array:
    """Return -log p(token | all before it) in nats for each token but the first, in order.

    The text is read in `streams` parts at once, each from a zero state and then without a break.
    """
    pieces = np.array_split(np.arange(len(tokens) - 1), streams)
    longest = len(pieces[0])
    places = np.stack([np.resize(piece, longest) for piece in pieces], axis=1)
    nats = np.empty(len(tokens) - 1)
    states = None
    for start in range(0, longest, steps):
        now = places[start : start + steps]
        logits, states = read_on(params, tokens[now], states)
        shifted = logits - logits.max(axis=-1, keepdims=True)
        chosen = np.take_along_axis(shifted, tokens[now + 1][..., None], axis=-1)[..., 0]
        found = np.log(np.exp(shifted).sum(axis=-1)) - chosen
        fits = np.arange(start, start + len(now))[:, None] < [len(piece) for piece in pieces]
        nats[now[fits]] = found[fits]
    return nats
