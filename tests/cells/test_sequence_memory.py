"""A training step takes little more memory than its trace must hold."""

import tracemalloc

import numpy as np
import pytest
from sequence_cells import CELLS

HELD = {"rnn": 1, "lstm": 6, "gru-before": 4, "gru-after": 5}
"""Numbers of each unit and step that going back needs: h; the gates; C; of "after", W_hh h + b."""
ALLOWED = {"rnn": 1.6, "lstm": 1.5, "gru-before": 1.5, "gru-after": 1.5}
"""An RNN holds so little that dL/dx alone, which is as large as x, is a third of it."""


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
@pytest.mark.parametrize("size", [(50, 32, 32, 64), (100, 16, 16, 64)], ids=str)
def test_peak_memory(cell, size) -> None:
    steps, batch, inputs, units = size
    rng = np.random.default_rng(0)
    params = cell.params(rng, inputs, units)
    xs, d_hs = rng.normal(size=(steps, batch, inputs)), rng.normal(size=(steps, batch, units))
    must = steps * batch * (inputs + HELD[cell.name] * units) * 8
    # What is made at the first call, a coverage tool's tables among it, is none of the step's.
    cell.backward(params, cell.forward(params, xs)[1], d_hs)
    tracemalloc.start()
    try:
        _, trace = cell.forward(params, xs)
        cell.backward(params, trace, d_hs)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak / must < ALLOWED[cell.name]
