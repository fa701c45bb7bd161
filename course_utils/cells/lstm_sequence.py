"""The LSTM over a whole sequence, forward and backward through time, fused for speed.

Same numbers as :func:`course_utils.cells.lstm.lstm_step` and ``lstm_step_backward`` step after
step; read those first.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import sequences as seq
from course_utils.cells.checks import Array, as_gradient
from course_utils.cells.lstm import LSTMParams, LSTMState, checked_lstm

_ORDER = ("output", "input", "forget", "candidate")
"""The blocks of a step: o, i, f, C~, and C_{t-1} behind them. The sigmoids are the first three, and
[i, f] ∘ [C~, C_{t-1}] is one product."""


class LSTMSequenceTrace(NamedTuple):
    """What the backward pass needs, packed; the named intermediates are views of it."""

    inputs: Array
    """(T + 1, H + D + 1, B): [h_{t-1}; x_t; 1]"""
    blocks: Array
    """(T + 1, 5, H, B): o, i, f, C~ of step t and C_{t-1}; the last row holds C_T only"""
    sizes: seq.Sizes
    state_shapes: tuple[tuple[int, ...] | None, tuple[int, ...] | None]
    """The shapes in which h_0 and C_0 came."""

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

    @property
    def o(self) -> Array:
        """The output gate, (T, ..., H)"""
        return seq.rows(self.blocks[:-1, 0], self.sizes)

    @property
    def i(self) -> Array:
        """The input gate, (T, ..., H)"""
        return seq.rows(self.blocks[:-1, 1], self.sizes)

    @property
    def f(self) -> Array:
        """The forget gate, (T, ..., H)"""
        return seq.rows(self.blocks[:-1, 2], self.sizes)

    @property
    def c_tilde(self) -> Array:
        """The candidate, (T, ..., H)"""
        return seq.rows(self.blocks[:-1, 3], self.sizes)

    @property
    def c_prev(self) -> Array:
        """C_{t-1}, (T, ..., H)"""
        return seq.rows(self.blocks[:-1, 4], self.sizes)

    @property
    def c(self) -> Array:
        """C_t, (T, ..., H)"""
        return seq.rows(self.blocks[1:, 4], self.sizes)

    @property
    def tanh_c(self) -> Array:
        """tanh(C_t), (T, ..., H); computed again, because holding it costs more than the tanh"""
        return np.tanh(self.c)


class LSTMGradients(NamedTuple):
    """dL/d(each argument of lstm_sequence), each in the type and shape of the argument."""

    params: LSTMParams
    xs: Array
    state: LSTMState


def lstm_sequence(
    params: LSTMParams, xs: npt.ArrayLike, state: LSTMState | None = None
) -> tuple[LSTMState, LSTMSequenceTrace]:
    """Run the cell over xs of shape (T, ..., D), time first, from `state` (zeros if None).

    Returns h and C of every step, (T, ..., H) each, as views of the trace, and the trace. Raises
    CellInputError when shapes do not fit, a number is not finite, or there is no time step.
    """
    W = _packed(params)
    units = W.shape[0] // 4
    xs, sizes = seq.checked_sequence(xs, W.shape[1] - units - 1, units)
    h_0 = None if state is None else seq.checked_state("h", state.h, sizes)
    c_0 = None if state is None else seq.checked_state("c", state.c, sizes)

    dtype = np.result_type(*(v for v in (W, xs, h_0, c_0) if v is not None))
    count, batch = sizes.steps + 1, sizes.columns
    inputs, blocks = seq.carved(dtype, (count, W.shape[1], batch), (count, 5, units, batch))
    seq.fill_inputs(inputs, xs, h_0, sizes)
    blocks[0, 4] = 0.0 if c_0 is None else seq.columns(c_0, sizes)
    W[: 3 * units] *= 0.5  # σ(z) = ½ + ½ tanh(z/2): one tanh serves all four gates
    _run(W.astype(dtype, copy=False), inputs, blocks)

    trace = LSTMSequenceTrace(inputs, blocks, sizes, (seq.shape_of(h_0), seq.shape_of(c_0)))
    return LSTMState(trace.h, trace.c), trace


def _run(W: Array, inputs: Array, blocks: Array) -> None:
    """Fill the trace in place, step by step: no array is made inside the loop."""
    count, _, units, batch = blocks.shape
    z = blocks.reshape(count, 5 * units, batch)[:, : 4 * units]
    both = np.empty_like(blocks[0, :2])  # i ∘ C~ and f ∘ C_{t-1}
    written, kept = both
    tanh_c = np.empty_like(written)
    half = np.full((), 0.5, W.dtype)  # an array: a Python number would be converted at every call
    views = (inputs, z, blocks[:, :3], blocks[:, 1:3], blocks[:, 3:], blocks[:, 0])
    following = (blocks[1:, 4], inputs[1:, :units])
    for column, z_t, sigmoids, i_f, g_c, o, c, h in zip(*views, *following, strict=False):
        np.matmul(W, column, out=z_t)
        np.tanh(z_t, out=z_t)
        np.multiply(sigmoids, half, out=sigmoids)
        np.add(sigmoids, half, out=sigmoids)
        np.multiply(i_f, g_c, out=both)
        np.add(written, kept, out=c)
        np.tanh(c, out=tanh_c)
        np.multiply(o, tanh_c, out=h)


def lstm_sequence_backward(
    params: LSTMParams,
    trace: LSTMSequenceTrace,
    d_hs: npt.ArrayLike,
    d_c_last: npt.ArrayLike | None = None,
    *,
    d_hs_total: Array | None = None,
    d_cs_total: Array | None = None,
) -> LSTMGradients:
    """Backpropagate through time: from dL/dh_t at every step to every argument of the forward pass.

    d_hs (T, ..., H) is what the loss sends into each h_t directly; d_c_last (..., H), if given, is
    what it sends into the last C. With `d_hs_total` or `d_cs_total`, contiguous arrays (T, ..., H),
    the full dL/dh_t and dL/dC_t, which include what comes back from later steps, are written there.
    Raises CellInputError when shapes do not fit or a number is not finite.
    """
    sizes = trace.sizes
    steps, units, batch = sizes.steps, sizes.units, sizes.columns
    given = seq.time_columns(as_gradient("d_hs", d_hs, sizes.over_time), sizes)
    totals = (
        seq.checked_total("d_hs_total", d_hs_total, sizes),
        seq.checked_total("d_cs_total", d_cs_total, sizes),
    )
    W = np.concatenate([getattr(params, gate).W for gate in _ORDER])
    dtype = np.result_type(W, trace.blocks, given)
    W_h, W_x = W[:, :units], W[:, units:]
    d_W = np.zeros((W.shape[0], W.shape[1] + 1), dtype)
    d_xs = np.empty((steps, batch, sizes.inputs), dtype)
    d_h = np.zeros((units, batch), dtype)
    d_c = np.zeros((units, batch), dtype)
    if d_c_last is not None:
        d_c += seq.columns(as_gradient("d_c_last", d_c_last, sizes.over_time[1:]), sizes)

    for span, d_z in seq.chunks_backward(sizes, 4 * units, dtype):
        _back(W_h.T, trace.blocks, span, given, d_z, d_h, d_c, totals)
        seq.weight_gradient(d_z, trace.inputs[span], d_W)
        seq.input_gradient(W_x, d_z, d_xs[span])

    shapes = trace.state_shapes
    gates = dict(zip(_ORDER, seq.unpacked_weights(d_W, units), strict=True))
    return LSTMGradients(
        LSTMParams(**gates),
        d_xs.reshape(steps, *sizes.batch, sizes.inputs),
        LSTMState(
            seq.state_gradient(d_h, shapes[0], sizes), seq.state_gradient(d_c, shapes[1], sizes)
        ),
    )


def _back(
    W_h: Array,
    blocks: Array,
    span: slice,
    given: Array,
    d_z: Array,
    d_h: Array,
    d_c: Array,
    totals: tuple[Array | None, Array | None],
) -> None:
    """Walk the steps of `span` from the last to the first and fill d_z (4·H, K, B) with dL/dz.

    d_h and d_c enter as what comes back from later steps and leave as what goes back to earlier
    ones. A step is worked out in one small block that stays in the cache, then copied out.
    """
    now, c_now = blocks[span], blocks[1:, 4][span]
    total_h, total_c = totals
    work = np.empty((5, *d_h.shape), d_h.dtype)
    by_c, by_o, by_i, by_f, by_g = work
    slopes, by_i_f = work[1:4], work[2:4]
    flat = work[1:].reshape(d_z.shape[0], d_h.shape[1])
    one = np.ones((), d_h.dtype)  # an array: a Python number would be converted at every call
    views = (now[:, :3], now[:, 0], now[:, 1], now[:, 2], now[:, 3], now[:, 3:], c_now, given[span])
    for k, sigmoids, o, i, f, g, g_c, c, given_t in zip(
        range(len(now) - 1, -1, -1), *(v[::-1] for v in views), strict=True
    ):
        np.subtract(one, sigmoids, out=slopes)
        np.multiply(slopes, sigmoids, out=slopes)  # σ' = (1 - σ) σ
        np.multiply(by_i_f, g_c, out=by_i_f)  # dC/dz_i and dC/dz_f
        np.multiply(g, g, out=by_g)
        np.subtract(one, by_g, out=by_g)  # tanh' = 1 - tanh²
        np.multiply(by_g, i, out=by_g)  # dC/dz_c
        np.tanh(c, out=by_c)
        np.multiply(by_o, by_c, out=by_o)  # dh/dz_o
        np.multiply(by_c, by_c, out=by_c)
        np.subtract(one, by_c, out=by_c)
        np.multiply(by_c, o, out=by_c)  # dh/dC

        np.add(d_h, given_t, out=d_h)
        if total_h is not None:
            total_h[span.start + k] = d_h
        np.multiply(by_o, d_h, out=by_o)
        np.multiply(by_c, d_h, out=by_c)
        np.add(d_c, by_c, out=d_c)
        if total_c is not None:
            total_c[span.start + k] = d_c
        np.multiply(by_i, d_c, out=by_i)
        np.multiply(by_f, d_c, out=by_f)
        np.multiply(by_g, d_c, out=by_g)
        np.multiply(d_c, f, out=d_c)
        np.matmul(W_h, flat, out=d_h)
        d_z[:, k] = flat


def _packed(params: LSTMParams) -> Array:
    """Return the gates as one matrix in _ORDER, checked."""
    shape = np.shape(params.forget.W)
    if not (seq.plain(params, shape) and shape[1] > shape[0]):
        params = checked_lstm(params)
    W = seq.packed_weights([getattr(params, gate) for gate in _ORDER])
    if not seq.all_finite(W):
        checked_lstm(params)  # says which gate and where
    return W
