"""Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers 2000)."""

from typing import NamedTuple

import numpy.typing as npt

from course_utils.cells.activations import sigmoid, tanh
from course_utils.cells.affine import Affine, affine, checked_affine, input_size, joined
from course_utils.cells.checks import Array, as_features, in_batch


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


def checked_lstm(params: LSTMParams) -> LSTMParams:
    """Return `params` as float arrays of fitting shapes, or raise CellInputError."""
    units, inputs = input_size("forget", params.forget)
    shape = (units, units + inputs)
    return LSTMParams(*(checked_affine(n, p, shape) for n, p in params._asdict().items()))
