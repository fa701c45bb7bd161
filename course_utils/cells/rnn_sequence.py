"""The vanilla RNN over a whole sequence, forward and backward through time, fused for speed.

Same numbers as :func:`course_utils.cells.rnn.rnn_step` and ``rnn_step_backward`` step after step;
read those first.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import sequences as seq
from course_utils.cells.checks import Array, as_gradient
from course_utils.cells.rnn import RNNParams, checked_rnn


class RNNSequenceTrace(NamedTuple):
    """What the backward pass needs, packed; the named intermediates are views of it."""

    inputs: Array
    """(T + 1, H + D + 1, B): [h_{t-1}; x_t; 1]; h_t stands in the next step's column"""
    sizes: seq.Sizes
    state_shape: tuple[int, ...] | None
    """The shape in which h_0 came."""

    @property
    def x(self) -> Array:
        """(T, ..., D)"""
        return seq.rows(self.inputs[:-1, self.sizes.units : -1], self.sizes)

    @property
    def h_prev(self) -> Array:
        """h_{t-1}, (T, ..., H)"""
        return seq.rows(self.inputs[:-1, : self.sizes.units], self.sizes)

    @property
    def h(self) -> Array:
        """h_t, (T, ..., H)"""
        return seq.rows(self.inputs[1:, : self.sizes.units], self.sizes)


class RNNGradients(NamedTuple):
    """dL/d(each argument of rnn_sequence), each in the type and shape of the argument."""

    params: RNNParams
    xs: Array
    state: Array


def rnn_sequence(
    params: RNNParams, xs: npt.ArrayLike, h: npt.ArrayLike | None = None
) -> tuple[Array, RNNSequenceTrace]:
    """Run the cell over xs of shape (T, ..., D), time first, from h (..., H), zeros if None.

    Returns h of every step, (T, ..., H), a view of the trace, and the trace. Raises CellInputError
    when shapes do not fit, a number is not finite, or there is no time step.
    """
    W = _packed(params)
    units = W.shape[0]
    xs, sizes = seq.checked_sequence(xs, W.shape[1] - units - 1, units)
    h_0 = seq.checked_state("h", h, sizes)

    dtype = np.result_type(*(v for v in (W, xs, h_0) if v is not None))
    (inputs,) = seq.carved(dtype, (sizes.steps + 1, W.shape[1], sizes.columns))
    seq.fill_inputs(inputs, xs, h_0, sizes)
    W = W.astype(dtype, copy=False)
    for column, h_t in zip(inputs, inputs[1:, :units], strict=False):
        np.matmul(W, column, out=h_t)
        np.tanh(h_t, out=h_t)

    trace = RNNSequenceTrace(inputs, sizes, seq.shape_of(h_0))
    return trace.h, trace


def rnn_sequence_backward(
    params: RNNParams,
    trace: RNNSequenceTrace,
    d_hs: npt.ArrayLike,
    *,
    d_hs_total: Array | None = None,
) -> RNNGradients:
    """Backpropagate through time: from dL/dh_t at every step to every argument of the forward pass.

    d_hs (T, ..., H) is what the loss sends into each h_t directly. With `d_hs_total`, a contiguous
    array (T, ..., H), the full dL/dh_t, which includes what comes back from later steps, is written
    there. Raises CellInputError when shapes do not fit or a number is not finite.
    """
    sizes = trace.sizes
    steps, units, batch = sizes.steps, sizes.units, sizes.columns
    given = seq.time_columns(as_gradient("d_hs", d_hs, sizes.over_time), sizes)
    total = seq.checked_total("d_hs_total", d_hs_total, sizes)
    W_h, W_x, _ = checked_rnn(params)
    dtype = np.result_type(W_h, trace.inputs, given)
    d_W = np.zeros((units, units + sizes.inputs + 1), dtype)
    d_xs = np.empty((steps, batch, sizes.inputs), dtype)
    d_h = np.zeros((units, batch), dtype)

    for span, d_z in seq.chunks_backward(sizes, units, dtype):
        _back(W_h.T, trace.inputs, span, given, d_z, d_h, total)
        seq.weight_gradient(d_z, trace.inputs[span], d_W)
        seq.input_gradient(W_x, d_z, d_xs[span])

    return RNNGradients(
        RNNParams(d_W[:, :units], d_W[:, units:-1], d_W[:, -1]),
        d_xs.reshape(steps, *sizes.batch, sizes.inputs),
        seq.state_gradient(d_h, trace.state_shape, sizes),
    )


def _back(
    W_h: Array,
    inputs: Array,
    span: slice,
    given: Array,
    d_z: Array,
    d_h: Array,
    total: Array | None,
) -> None:
    """Walk the steps of `span` from the last to the first and fill d_z (H, K, B) with dL/dz."""
    hs = inputs[1:, : d_h.shape[0]][span]
    work = np.empty_like(d_h)
    one = np.ones((), d_h.dtype)  # an array: a Python number would be converted at every call
    for k, h, given_t in zip(range(len(hs) - 1, -1, -1), hs[::-1], given[span][::-1], strict=True):
        np.add(d_h, given_t, out=d_h)
        if total is not None:
            total[span.start + k] = d_h
        np.multiply(h, h, out=work)
        np.subtract(one, work, out=work)  # tanh' = 1 - tanh²
        d_z_t = np.multiply(work, d_h, out=d_z[:, k])
        np.matmul(W_h, d_z_t, out=d_h)


def _packed(params: RNNParams) -> Array:
    """Return [W_h, W_x, b] as one checked matrix, for the columns [h; x; 1]."""
    W_h, W_x, b = checked_rnn(params)
    return np.concatenate([W_h, W_x, b[:, None]], axis=1)
