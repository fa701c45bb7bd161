"""The GRU over a whole sequence, forward and backward through time, fused for speed.

Same numbers as :func:`course_utils.cells.gru.gru_step` and ``gru_step_backward`` step after step;
read those first.

All weights are one matrix over the columns [h; x; 1], its blocks of rows in an order in which what
reads h is contiguous, and what reads x too:

- reset="before": r, u, H~; the candidate's W_hh stands apart, because it reads r ∘ h;
- reset="after": a, r, u, H~, with a = W_hh h + b_recurrent; a reads no x, and H~ no h of its own.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import sequences as seq
from course_utils.cells.affine import Affine
from course_utils.cells.checks import Array, as_gradient
from course_utils.cells.gru import GRUParams, Reset, checked_gru
from course_utils.cells.gru_sequence_backward import back_after, back_before


class GRUSequenceTrace(NamedTuple):
    """What the backward pass needs, packed; the named intermediates are views of it."""

    inputs: Array
    """(T + 1, H + D + 1, B): [H_{t-1}; x_t; 1]"""
    blocks: Array
    """(T, 3 or 4, H, B): (a, with reset="after",) r, u, H~"""
    sizes: seq.Sizes
    state_shape: tuple[int, ...] | None
    """The shape in which H_0 came."""
    reset: Reset

    @property
    def x(self) -> Array:
        """(T, ..., D)"""
        return seq.rows(self.inputs[:-1, self.sizes.units : -1], self.sizes)

    @property
    def h_prev(self) -> Array:
        """H_{t-1}, (T, ..., H)"""
        return seq.rows(self.inputs[:-1, : self.sizes.units], self.sizes)

    @property
    def h(self) -> Array:
        """H_t, (T, ..., H)"""
        return seq.rows(self.inputs[1:, : self.sizes.units], self.sizes)

    @property
    def r(self) -> Array:
        """The reset gate, (T, ..., H)"""
        return seq.rows(self.blocks[:, -3], self.sizes)

    @property
    def u(self) -> Array:
        """The update gate, Z_t in the formula, (T, ..., H)"""
        return seq.rows(self.blocks[:, -2], self.sizes)

    @property
    def h_tilde(self) -> Array:
        """The candidate, (T, ..., H)"""
        return seq.rows(self.blocks[:, -1], self.sizes)


class GRUGradients(NamedTuple):
    """dL/d(each argument of gru_sequence), each in the type and shape of the argument."""

    params: GRUParams
    xs: Array
    state: Array


def gru_sequence(
    params: GRUParams,
    xs: npt.ArrayLike,
    h: npt.ArrayLike | None = None,
    *,
    reset: Reset = "before",
) -> tuple[Array, GRUSequenceTrace]:
    """Run the cell over xs of shape (T, ..., D), time first, from h (..., H), zeros if None.

    Returns h of every step, (T, ..., H), a view of the trace, and the trace. Raises CellInputError
    when shapes do not fit, a number is not finite, there is no time step, or b_recurrent is given
    although the reset comes before.
    """
    params = _ready(params, reset)
    W = _packed(params, reset)
    if not (seq.all_finite(W) and seq.all_finite(params.candidate.W)):
        checked_gru(params, reset)  # says which gate and where
    units = params.reset.b.shape[0]
    xs, sizes = seq.checked_sequence(xs, W.shape[1] - units - 1, units)
    h_0 = seq.checked_state("h", h, sizes)
    dtype = np.result_type(*(v for v in (W, xs, h_0) if v is not None))
    W = W.astype(dtype, copy=False)
    count, batch = sizes.steps + 1, sizes.columns
    inputs, blocks = seq.carved(
        dtype, (count, W.shape[1], batch), (sizes.steps, W.shape[0] // units, units, batch)
    )
    seq.fill_inputs(inputs, xs, h_0, sizes)
    np.matmul(W[-units:, units:], inputs[:-1, units:], out=blocks[:, -1])  # does not wait for h
    W[-3 * units : -units] *= 0.5  # σ(z) = ½ + ½ tanh(z/2): one tanh for both gates
    if reset == "before":
        W_hh = params.candidate.W[:, :units].astype(dtype, copy=False)
        _run_before(W[:-units], W_hh, inputs, blocks)
    else:
        _run_after(W[:-units], inputs, blocks)

    trace = GRUSequenceTrace(inputs, blocks, sizes, seq.shape_of(h_0), reset)
    return trace.h, trace


def _run_before(W: Array, W_hh: Array, inputs: Array, blocks: Array) -> None:
    """Fill the trace in place, step by step: no array is made inside the loop."""
    steps, _, units, batch = blocks.shape
    z = blocks.reshape(steps, 3 * units, batch)[:, : 2 * units]
    half = np.full((), 0.5, W.dtype)  # an array: a Python number would be converted at every call
    work, from_h = np.empty((2, units, batch), W.dtype)
    hs = inputs[:, :units]
    for column, z_t, r, u, g, h_prev, h in zip(
        inputs, z, blocks[:, 0], blocks[:, 1], blocks[:, 2], hs, hs[1:], strict=False
    ):
        np.matmul(W, column, out=z_t)
        np.tanh(z_t, out=z_t)
        np.multiply(z_t, half, out=z_t)
        np.add(z_t, half, out=z_t)
        np.multiply(r, h_prev, out=work)
        np.matmul(W_hh, work, out=from_h)
        np.add(g, from_h, out=g)
        np.tanh(g, out=g)
        np.subtract(h_prev, g, out=work)
        np.multiply(work, u, out=work)
        np.add(g, work, out=h)  # H~ + Z ∘ (H_{t-1} - H~): one product fewer


def _run_after(W: Array, inputs: Array, blocks: Array) -> None:
    """Fill the trace in place, step by step: no array is made inside the loop."""
    steps, _, units, batch = blocks.shape
    z = blocks.reshape(steps, 4 * units, batch)[:, : 3 * units]
    gates = z[:, units:]
    half = np.full((), 0.5, W.dtype)
    work = np.empty((units, batch), W.dtype)
    hs = inputs[:, :units]
    views = (blocks[:, 0], blocks[:, 1], blocks[:, 2], blocks[:, 3])
    for column, z_t, r_u, a, r, u, g, h_prev, h in zip(
        inputs, z, gates, *views, hs, hs[1:], strict=False
    ):
        np.matmul(W, column, out=z_t)
        np.tanh(r_u, out=r_u)
        np.multiply(r_u, half, out=r_u)
        np.add(r_u, half, out=r_u)
        np.multiply(r, a, out=work)
        np.add(g, work, out=g)
        np.tanh(g, out=g)
        np.subtract(h_prev, g, out=work)
        np.multiply(work, u, out=work)
        np.add(g, work, out=h)


def gru_sequence_backward(
    params: GRUParams,
    trace: GRUSequenceTrace,
    d_hs: npt.ArrayLike,
    *,
    d_hs_total: Array | None = None,
) -> GRUGradients:
    """Backpropagate through time: from dL/dh_t at every step to every argument of the forward pass.

    d_hs (T, ..., H) is what the loss sends into each h_t directly. With `d_hs_total`, a contiguous
    array (T, ..., H), the full dL/dh_t, which includes what comes back from later steps, is written
    there. Where the reset was is read from the trace. Raises CellInputError when shapes do not fit
    or a number is not finite.
    """
    sizes, reset = trace.sizes, trace.reset
    steps, units, batch = sizes.steps, sizes.units, sizes.columns
    given = seq.time_columns(as_gradient("d_hs", d_hs, sizes.over_time), sizes)
    total = seq.checked_total("d_hs_total", d_hs_total, sizes)
    if type(params.candidate.W) is not np.ndarray:  # lists, say
        params = checked_gru(params, reset)
    W = _packed(params, reset)
    dtype = np.result_type(W, trace.blocks, given)
    d_W, d_W_hh = np.zeros(W.shape, dtype), np.zeros((units, units), dtype)
    d_xs = np.empty((steps, batch, sizes.inputs), dtype)
    d_h = np.zeros((units, batch), dtype)

    inputs, blocks = trace.inputs, trace.blocks
    for span, d_z in seq.chunks_backward(sizes, W.shape[0], dtype):
        if reset == "before":
            W_hh = params.candidate.W[:, :units]
            back_before(W[:-units, :units].T, W_hh.T, inputs, blocks, span, given, d_z, d_h, total)
            r_h = blocks[span, 0] * inputs[span, :units]
            seq.weight_gradient(d_z[-units:], r_h, d_W_hh)
        else:
            back_after(W[:-units, :units].T, inputs, blocks, span, given, d_z, d_h, total)
            d_W[:units, -1] += np.add.reduce(seq.flat(d_z[:units]), axis=1)
        seq.weight_gradient(d_z[:-units], inputs[span, :units], d_W[:-units, :units])
        seq.weight_gradient(d_z[-3 * units :], inputs[span, units:], d_W[-3 * units :, units:])
        seq.input_gradient(W[-3 * units :, units:-1], d_z[-3 * units :], d_xs[span])

    return GRUGradients(
        _unpacked(d_W, d_W_hh, params, reset),
        d_xs.reshape(steps, *sizes.batch, sizes.inputs),
        seq.state_gradient(d_h, trace.state_shape, sizes),
    )


def _ready(params: GRUParams, reset: Reset) -> GRUParams:
    """Return `params` as float arrays of fitting shapes; their numbers are checked once packed."""
    shape = np.shape(params.reset.W)
    plain = (
        (reset == "after" or (reset == "before" and params.b_recurrent is None))
        and seq.plain(params[:3], shape)
        and shape[1] > shape[0]
        and (params.b_recurrent is None or seq.plain([(params[0].W, params.b_recurrent)], shape))
    )
    return params if plain else checked_gru(params, reset)


def _packed(params: GRUParams, reset: Reset) -> Array:
    """Return the matrix that the module's docstring describes."""
    units, width = np.shape(params.reset.W)
    candidate = params.candidate.W
    blocks = 3 if reset == "before" else 4
    dtype = np.result_type(*params.reset, *params.update, *params.candidate)
    W = np.zeros((blocks * units, width + 1), dtype)
    np.concatenate([params.reset.W, params.update.W], out=W[-3 * units : -units, :-1])
    np.concatenate([params.reset.b, params.update.b], out=W[-3 * units : -units, -1])
    W[-units:, units:-1] = candidate[:, units:]
    W[-units:, -1] = params.candidate.b
    if reset == "after":
        W[:units, :units] = candidate[:, :units]
        W[:units, -1] = 0.0 if params.b_recurrent is None else params.b_recurrent
    return W


def _unpacked(d_W: Array, d_W_hh: Array, params: GRUParams, reset: Reset) -> GRUParams:
    units = d_W_hh.shape[0]
    reset_gate, update = (
        Affine(rows[:, :-1], rows[:, -1])
        for rows in (d_W[-3 * units : -2 * units], d_W[-2 * units : -units])
    )
    d_b_recurrent = None
    if reset == "after":
        d_W_hh = d_W[:units, :units]
        d_b_recurrent = None if params.b_recurrent is None else d_W[:units, -1]
    candidate = np.concatenate([d_W_hh, d_W[-units:, units:-1]], axis=1)
    return GRUParams(reset_gate, update, Affine(candidate, d_W[-units:, -1]), d_b_recurrent)
