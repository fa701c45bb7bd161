"""Hypothesis strategies for cells: sizes, and everything else drawn from one seed.

A seed rather than element-wise floats: the mathematics has no special values to find beyond sizes,
and a failing example is one short line that can be replayed.
"""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from course_utils.cells import Affine, GRUParams, LSTMParams, LSTMState, RNNParams


class Sizes(NamedTuple):
    """The dimensions of one drawn problem."""

    batch: tuple[int, ...]
    inputs: int
    units: int


sizes = st.builds(
    Sizes,
    batch=st.sampled_from([(), (1,), (3,), (2, 3)]),
    inputs=st.integers(1, 5),
    units=st.integers(1, 5),
)
generators = st.integers(0, 2**32 - 1).map(np.random.default_rng)
finite = st.floats(-1e6, 1e6)


def affine_params(rng: np.random.Generator, rows: int, columns: int) -> Affine:
    return Affine(rng.normal(size=(rows, columns)), rng.normal(size=rows))


def lstm_params(rng: np.random.Generator, inputs: int, units: int) -> LSTMParams:
    return LSTMParams(*(affine_params(rng, units, units + inputs) for _ in range(4)))


def gru_params(
    rng: np.random.Generator, inputs: int, units: int, reset: str = "before"
) -> GRUParams:
    gates = [affine_params(rng, units, units + inputs) for _ in range(3)]
    return GRUParams(*gates, rng.normal(size=units) if reset == "after" else None)


def rnn_params(rng: np.random.Generator, inputs: int, units: int) -> RNNParams:
    return RNNParams(
        rng.normal(size=(units, units)), rng.normal(size=(units, inputs)), rng.normal(size=units)
    )


def lstm_state(rng: np.random.Generator, batch: tuple[int, ...], units: int) -> LSTMState:
    return LSTMState(rng.normal(size=(*batch, units)), rng.normal(size=(*batch, units)))
