"""Layers of cells, one over the other, with skip connections past a layer where sizes allow."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.any_cell import (
    CellParams,
    SequenceTrace,
    sequence,
    sequence_backward,
    sizes_of,
)
from course_utils.cells.checks import Array, CellInputError
from course_utils.cells.lstm import LSTMState
from course_utils.cells.lstm_sequence import LSTMSequenceTrace


class StackTrace(NamedTuple):
    """The trace of every layer, from the lowest to the highest."""

    layers: tuple[SequenceTrace, ...]
    skips: tuple[bool, ...]
    """Whether a layer's input was added to its output."""


class StackGradients(NamedTuple):
    """dL/d(each argument of stack_sequence), each in the type and shape of the argument."""

    layers: tuple[Any, ...]
    xs: Array
    states: tuple[Any, ...]


def stack_sequence(
    layers: tuple[CellParams, ...],
    xs: npt.ArrayLike,
    states: tuple[Any, ...] | None = None,
    *,
    skip: bool = False,
) -> tuple[Array, StackTrace]:
    """Run layers of cells over xs (T, ..., D): each reads the hidden states of the one below.

    With `skip`, a layer whose input is as wide as its output gives h_t + input_t (the residual
    connection of He 2016, over recurrent layers as in Wu 2016), so that a gradient has a way past
    it. Returns the highest layer's output (T, ..., H) and the trace. Raises CellInputError when
    there is no layer, the sizes do not fit, or as the cells do.
    """
    if not layers:
        raise CellInputError("layers is empty, expected the parameters of at least one cell")
    if states is not None and len(states) != len(layers):
        raise CellInputError(f"got {len(states)} states, expected {len(layers)}, one a layer")
    below: Any = xs
    traces, skips = [], []
    for k, params in enumerate(layers):
        units, inputs = sizes_of(params)
        if k and np.shape(below)[-1] != inputs:
            raise CellInputError(
                f"layer {k} reads {inputs} inputs, but the layer below gives {np.shape(below)[-1]}"
            )
        over_time, trace = sequence(params, below, None if states is None else states[k])
        hs = over_time.h if isinstance(over_time, LSTMState) else over_time
        skips.append(skip and units == inputs)
        below = hs + below if skips[-1] else hs
        traces.append(trace)
    return below, StackTrace(tuple(traces), tuple(skips))


def last_states(trace: StackTrace) -> tuple[Any, ...]:
    """Return copies of each layer's last state, from which stack_sequence goes on."""
    return tuple(
        LSTMState(one.h[-1].copy(), one.c[-1].copy())
        if isinstance(one, LSTMSequenceTrace)
        else one.h[-1].copy()
        for one in trace.layers
    )


def stack_sequence_backward(
    layers: tuple[CellParams, ...], trace: StackTrace, d_hs: npt.ArrayLike
) -> StackGradients:
    """Go back through all layers, from dL/d(the highest output) (T, ..., H) to every argument."""
    d_above: Any = np.asarray(d_hs)
    gradients = []
    for params, one, skipped in reversed(list(zip(layers, trace.layers, trace.skips, strict=True))):
        gradient = sequence_backward(params, one, d_above)
        d_above = gradient.xs + d_above if skipped else gradient.xs
        gradients.append(gradient)
    gradients.reverse()
    return StackGradients(
        tuple(g.params for g in gradients), d_above, tuple(g.state for g in gradients)
    )
