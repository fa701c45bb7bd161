"""Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers 2000)."""

from typing import NamedTuple

import numpy.typing as npt

from course_utils.cells.activations import sigmoid, tanh
from course_utils.cells.affine import (
    Affine,
    affine,
    checked_affine,
    gates_backward,
    input_size,
    joined,
    parted,
)
from course_utils.cells.checks import Array, as_features, as_gradient, in_batch


class LSTMParams(NamedTuple):
    """Three gates and the candidate: each W is (H, H + D) and reads [h, x], each b is (H,)."""

    forget: Affine
    input: Affine
    candidate: Affine
    output: Affine


class LSTMState(NamedTuple):
    """What a step hands to the next: the hidden state h and the cell state c, both (..., H)."""

    h: Array
    c: Array


class LSTMTrace(NamedTuple):
    """Everything one step computed, in order of working; (..., H) but for x and hx."""

    x: Array
    """(..., D)"""
    h_prev: Array
    c_prev: Array
    hx: Array
    """[h_{t-1}, x_t], (..., H + D)"""
    z_f: Array
    f: Array
    z_i: Array
    i: Array
    z_c: Array
    c_tilde: Array
    kept: Array
    """f ∘ C_{t-1}"""
    written: Array
    """i ∘ C~_t"""
    c: Array
    z_o: Array
    o: Array
    tanh_c: Array
    h: Array


def lstm_step(
    params: LSTMParams, x: npt.ArrayLike, state: LSTMState
) -> tuple[LSTMState, LSTMTrace]:
    """One time step: C_t = f ∘ C_{t-1} + i ∘ C~_t and h_t = o ∘ tanh(C_t).

    f, i, o = σ(W [h, x] + b) and C~ = tanh(W [h, x] + b), each with its own W and b. x is (..., D),
    state.h and state.c are (..., H); returns the new state and the trace. Raises CellInputError
    when the shapes do not fit or a number is not finite.
    """
    params = checked_lstm(params)
    units, inputs = input_size("forget", params.forget)
    x = as_features("x", x, inputs)
    h_prev = as_features("h", state.h, units)
    hx = joined(h_prev, x)
    c_prev = in_batch("c", as_features("c", state.c, units), hx.shape[:-1])

    z_f, z_i, z_c, z_o = (affine(p, hx) for p in params)
    f, i, o = sigmoid(z_f), sigmoid(z_i), sigmoid(z_o)
    c_tilde = tanh(z_c)

    kept = f * c_prev
    written = i * c_tilde
    c = kept + written
    tanh_c = tanh(c)
    h = o * tanh_c

    trace = LSTMTrace(
        x, h_prev, c_prev, hx, z_f, f, z_i, i, z_c, c_tilde, kept, written, c, z_o, o, tanh_c, h
    )
    return LSTMState(h, c), trace


def lstm_step_backward(
    params: LSTMParams, trace: LSTMTrace, d_state: LSTMState
) -> tuple[LSTMParams, Array, LSTMState]:
    """One time step back: the chain rule on the lines of :func:`lstm_step`, the last one first.

    d_v stands for dL/dv and has v's shape. d_state.h is all that reaches h_t, from the loss at t
    and from step t + 1; d_state.c is what reaches C_t by another way than h_t: from step t + 1.
    Both are (..., H). Returns dL/d(each argument of the step): the parameters, summed over the
    batch, x_t (..., D), and h_{t-1} and C_{t-1} (..., H), which go on to step t - 1. The formulas
    are those of Greff 2017, section II.B, without the peepholes. Raises CellInputError when the
    shapes do not fit or a number is not finite.
    """
    params, t = checked_lstm(params), trace
    d_h = as_gradient("d_state.h", d_state.h, t.h.shape)
    d_c = as_gradient("d_state.c", d_state.c, t.h.shape)

    d_o = d_h * t.tanh_c
    d_c = d_c + d_h * t.o * (1 - t.tanh_c**2)  # tanh' = 1 - tanh²
    d_f = d_c * t.c_prev
    d_c_prev = d_c * t.f
    d_i = d_c * t.c_tilde
    d_c_tilde = d_c * t.i

    d_z_f = d_f * t.f * (1 - t.f)  # σ' = σ (1 - σ)
    d_z_i = d_i * t.i * (1 - t.i)
    d_z_c = d_c_tilde * (1 - t.c_tilde**2)
    d_z_o = d_o * t.o * (1 - t.o)
    d_params, d_hx = gates_backward(params, t.hx, (d_z_f, d_z_i, d_z_c, d_z_o))

    d_h_prev, d_x = parted(d_hx, t.h.shape[-1])
    return LSTMParams(*d_params), d_x, LSTMState(d_h_prev, d_c_prev)


def checked_lstm(params: LSTMParams) -> LSTMParams:
    """Return `params` as float arrays of fitting shapes, or raise CellInputError."""
    units, inputs = input_size("forget", params.forget)
    shape = (units, units + inputs)
    return LSTMParams(*(checked_affine(n, p, shape) for n, p in params._asdict().items()))
