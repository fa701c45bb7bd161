"""The LSTM over a whole sequence, forward and backward through time, fused for speed.

Same numbers as :func:`course_utils.cells.lstm.lstm_step` step after step; read that one first.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import sequences as seq
from course_utils.cells.checks import Array
from course_utils.cells.lstm import LSTMParams, LSTMState, checked_lstm

_ORDER = ("output", "forget", "input", "candidate")
"""The packed blocks. The first three are sigmoids, the last three meet dL/dC: two plain slices."""


class LSTMSequenceTrace(NamedTuple):
    """What the backward pass needs, packed; the named intermediates are views of it."""

    inputs: Array
    """(T + 1, H + 1 + D, B): [h_{t-1}; 1; x_t]"""
    gates: Array
    """(T, 4, H, B): o, f, i, C~"""
    cells: Array
    """(T + 1, H, B): C_0 … C_T"""
    tanh_cells: Array
    """(T, H, B)"""
    sizes: seq.Sizes
    state_shapes: tuple[tuple[int, ...], tuple[int, ...]]
    """The shapes in which h_0 and C_0 came."""

    @property
    def x(self) -> Array:
        """(T, ..., D)"""
        return seq.rows(self.inputs[:-1, self.sizes.units + 1 :], self.sizes)

    @property
    def h_prev(self) -> Array:
        """h_{t-1}, (T, ..., H)"""
        return seq.rows(self.inputs[:-1, : self.sizes.units], self.sizes)

    @property
    def h(self) -> Array:
        """h_t, (T, ..., H)"""
        return seq.rows(self.inputs[1:, : self.sizes.units], self.sizes)

    @property
    def c_prev(self) -> Array:
        """C_{t-1}, (T, ..., H)"""
        return seq.rows(self.cells[:-1], self.sizes)

    @property
    def c(self) -> Array:
        """C_t, (T, ..., H)"""
        return seq.rows(self.cells[1:], self.sizes)

    @property
    def tanh_c(self) -> Array:
        """tanh(C_t), (T, ..., H)"""
        return seq.rows(self.tanh_cells, self.sizes)

    @property
    def o(self) -> Array:
        """The output gate, (T, ..., H)"""
        return seq.rows(self.gates[:, 0], self.sizes)

    @property
    def f(self) -> Array:
        """The forget gate, (T, ..., H)"""
        return seq.rows(self.gates[:, 1], self.sizes)

    @property
    def i(self) -> Array:
        """The input gate, (T, ..., H)"""
        return seq.rows(self.gates[:, 2], self.sizes)

    @property
    def c_tilde(self) -> Array:
        """The candidate, (T, ..., H)"""
        return seq.rows(self.gates[:, 3], self.sizes)


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
    params = checked_lstm(params)
    units = params.forget.b.shape[0]
    xs, sizes = seq.checked_sequence(xs, params.forget.W.shape[1] - units, units)
    given = LSTMState(None, None) if state is None else state  # type: ignore[arg-type]
    h_0 = seq.checked_state("h", given.h, sizes)
    c_0 = seq.checked_state("c", given.c, sizes)

    W = _packed(params)
    W[: 3 * units] *= 0.5  # σ(z) = ½ + ½ tanh(z/2): one tanh serves all four gates
    dtype = np.result_type(W, xs, h_0, c_0)
    W = W.astype(dtype, copy=False)
    inputs = seq.packed_inputs(xs, h_0, sizes, dtype)
    batch = inputs.shape[2]
    gates = np.empty((sizes.steps, 4 * units, batch), dtype)
    cells = np.empty((sizes.steps + 1, units, batch), dtype)
    tanh_cells = np.empty((sizes.steps, units, batch), dtype)
    cells[0] = seq.columns(c_0, sizes)
    _run(W, inputs, gates, cells, tanh_cells)

    blocks = gates.reshape(sizes.steps, 4, units, batch)
    trace = LSTMSequenceTrace(inputs, blocks, cells, tanh_cells, sizes, (h_0.shape, c_0.shape))
    return LSTMState(trace.h, trace.c), trace


def _run(W: Array, inputs: Array, gates: Array, cells: Array, tanh_cells: Array) -> None:
    """Fill the trace in place, step by step: no array is made inside the loop."""
    units = cells.shape[1]
    written = np.empty_like(cells[0])
    half = W.dtype.type(0.5)
    steps = zip(
        inputs,
        inputs[1:, :units],
        gates,
        gates[:, : 3 * units],
        gates[:, :units],
        gates[:, units : 2 * units],
        gates[:, 2 * units : 3 * units],
        gates[:, 3 * units :],
        cells,
        cells[1:],
        tanh_cells,
        strict=False,  # inputs and cells hold one step more than the others
    )
    for column, h, z, sigmoids, o, f, i, c_tilde, c_prev, c, tanh_c in steps:
        np.matmul(W, column, out=z)
        np.tanh(z, out=z)
        np.multiply(sigmoids, half, out=sigmoids)
        np.add(sigmoids, half, out=sigmoids)
        np.multiply(f, c_prev, out=c)
        np.multiply(i, c_tilde, out=written)
        np.add(c, written, out=c)
        np.tanh(c, out=tanh_c)
        np.multiply(o, tanh_c, out=h)


def lstm_sequence_backward(
    params: LSTMParams,
    trace: LSTMSequenceTrace,
    d_hs: npt.ArrayLike,
    d_c_last: npt.ArrayLike | None = None,
    *,
    d_hs_total: Array | None = None,
) -> LSTMGradients:
    """Backpropagate through time: from dL/dh_t at every step to every argument of the forward pass.

    d_hs (T, ..., H) is what the loss sends into each h_t directly; d_c_last (..., H), if given, is
    what it sends into the last C. With `d_hs_total`, an array (T, ..., H), the full dL/dh_t, which
    includes what comes back from later steps, is written there. Raises CellInputError when shapes
    do not fit or a number is not finite.
    """
    sizes, (_, _, units, batch) = trace.sizes, trace.gates.shape
    shape = (sizes.steps, *sizes.batch, units)
    d_h_given = seq.time_columns(seq.checked_gradient("d_hs", d_hs, shape))
    d_total = None if d_hs_total is None else seq.time_columns(d_hs_total)
    W = _packed(params)
    dtype = np.result_type(W, trace.gates, d_h_given)
    W_h, W_x = np.ascontiguousarray(W[:, :units].T), np.ascontiguousarray(W[:, units + 1 :].T)
    d_W = np.zeros(W.shape, dtype)
    d_xs = np.empty((sizes.steps, batch, sizes.inputs), dtype)
    d_h = np.zeros((units, batch), dtype)
    d_c = np.zeros((units, batch), dtype)
    if d_c_last is not None:
        d_c[:] = seq.columns(seq.checked_gradient("d_c_last", d_c_last, shape[1:]), sizes)

    length = seq.chunk_length(sizes.steps)
    d_z = np.empty((length, 4, units, batch), dtype)
    through_h = np.empty((length, units, batch), dtype)
    for start, stop in seq.chunks_backward(sizes.steps):
        span = slice(start, stop)
        d_z_, through_ = d_z[: stop - start], through_h[: stop - start]
        _local_derivatives(trace, span, d_z_, through_)
        _back(W_h, d_z_, through_, trace.gates[span, 1], d_h_given[span], d_h, d_c,
              None if d_total is None else d_total[span])  # fmt: skip
        flat = seq.side_by_side(d_z_.reshape(-1, 4 * units, batch))
        d_W += flat @ seq.side_by_side(trace.inputs[span]).T
        d_x = W_x @ flat
        d_xs[span] = d_x.reshape(sizes.inputs, -1, batch).transpose(1, 2, 0)

    d_state = (
        seq.unbroadcast(seq.rows(d, sizes), shape)
        for d, shape in zip((d_h, d_c), trace.state_shapes, strict=True)
    )
    gates = dict(zip(_ORDER, seq.unpacked_weights(d_W, units), strict=True))
    return LSTMGradients(
        LSTMParams(**gates),
        d_xs.reshape(sizes.steps, *sizes.batch, sizes.inputs),
        LSTMState(*d_state),
    )


def _local_derivatives(
    trace: LSTMSequenceTrace, span: slice, d_z: Array, through_h: Array
) -> None:
    """Fill in what does not depend on later steps, for a whole chunk in one call each.

    d_z becomes dh_t/dz_o and dC_t/dz_f, dC_t/dz_i, dC_t/dz_c; through_h becomes dh_t/dC_t.
    """
    gates, tanh_c = trace.gates[span], trace.tanh_cells[span]
    sigmoids, c_tilde = gates[:, :3], gates[:, 3]
    slopes = d_z[:, :3]
    np.multiply(sigmoids, sigmoids, out=slopes)
    np.subtract(sigmoids, slopes, out=slopes)  # σ' = σ - σ²
    d_z[:, 0] *= tanh_c
    d_z[:, 1] *= trace.cells[:-1][span]
    d_z[:, 2] *= c_tilde
    np.multiply(c_tilde, c_tilde, out=d_z[:, 3])
    np.subtract(1.0, d_z[:, 3], out=d_z[:, 3])  # tanh' = 1 - tanh²
    d_z[:, 3] *= gates[:, 2]
    np.multiply(tanh_c, tanh_c, out=through_h)
    np.subtract(1.0, through_h, out=through_h)
    through_h *= gates[:, 0]


def _back(
    W_h: Array,
    d_z: Array,
    through_h: Array,
    f: Array,
    d_h_given: Array,
    d_h: Array,
    d_c: Array,
    d_total: Array | None,
) -> None:
    """Walk a chunk from its last step to its first; d_z, d_h and d_c are updated in place."""
    count, _, units, batch = d_z.shape
    product = np.empty_like(d_c)
    flat = d_z.reshape(count, 4 * units, batch)
    steps = zip(
        flat[::-1], d_z[::-1, 0], d_z[::-1, 1:], through_h[::-1], f[::-1], d_h_given[::-1],
        range(count - 1, -1, -1), strict=True,
    )  # fmt: skip
    for z, z_o, z_c, h_by_c, f_t, given, k in steps:
        np.add(d_h, given, out=d_h)
        if d_total is not None:
            d_total[k] = d_h
        np.multiply(d_h, h_by_c, out=product)
        np.add(d_c, product, out=d_c)
        np.multiply(z_o, d_h, out=z_o)
        np.multiply(z_c, d_c, out=z_c)
        np.multiply(d_c, f_t, out=d_c)
        np.matmul(W_h, z, out=d_h)


def _packed(params: LSTMParams) -> Array:
    units = params.forget.b.shape[0]
    return seq.packed_weights([getattr(params, gate) for gate in _ORDER], units)
