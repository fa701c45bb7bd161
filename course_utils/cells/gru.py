"""The gated recurrent unit (Cho 2014), with the reset gate before or after the product."""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.activations import sigmoid, tanh
from course_utils.cells.affine import (
    Affine,
    affine,
    affine_backward,
    checked_affine,
    gates_backward,
    input_size,
    joined,
    parted,
)
from course_utils.cells.checks import Array, CellInputError, as_features, as_gradient, as_vector

Reset = Literal["before", "after"]


class GRUParams(NamedTuple):
    """Two gates and the candidate: each W is (H, H + D) and reads [h, x], each b is (H,)."""

    reset: Affine
    update: Affine
    candidate: Affine
    b_recurrent: Array | None = None
    """(H,) or None: the bias inside r ∘ (W_hh h + b_recurrent), where the reset comes after."""


class GRUTrace(NamedTuple):
    """Everything one step computed, in order of working; (..., H) but for x and hx."""

    x: Array
    """(..., D)"""
    h_prev: Array
    hx: Array
    """[H_{t-1}, x_t], (..., H + D)"""
    z_r: Array
    r: Array
    z_u: Array
    u: Array
    """the update gate, Z_t in the formula: 1 keeps the old state, 0 takes the candidate"""
    from_h: Array
    """what the candidate reads of the past: W_hh (r ∘ h), or r ∘ (W_hh h + b_recurrent)"""
    z_h: Array
    h_tilde: Array
    kept: Array
    """Z ∘ H_{t-1}"""
    written: Array
    """(1 - Z) ∘ H~_t"""
    h: Array


def gru_step(
    params: GRUParams, x: npt.ArrayLike, h: npt.ArrayLike, *, reset: Reset = "before"
) -> tuple[Array, GRUTrace]:
    """One time step: H_t = Z ∘ H_{t-1} + (1 - Z) ∘ H~_t.

    R, Z = σ(W [h, x] + b). The candidate is

    - reset="before" the product: H~ = tanh(W_h [R ∘ H, x] + b_h), as in Cho 2014 v3, d2l and ONNX;
    - reset="after" it: H~ = tanh(W_hx x + b_h + R ∘ (W_hh H + b_recurrent)), as in cuDNN, PyTorch
      and Keras.

    x is (..., D), h is (..., H); returns H_t of shape (..., H) and the trace. Raises CellInputError
    when the shapes do not fit, a number is not finite, or b_recurrent is given although the reset
    comes before.
    """
    params = checked_gru(params, reset)
    units, inputs = input_size("reset", params.reset)
    x = as_features("x", x, inputs)
    h_prev = as_features("h", h, units)

    hx = joined(h_prev, x)
    z_r, z_u = affine(params.reset, hx), affine(params.update, hx)
    r, u = sigmoid(z_r), sigmoid(z_u)

    W_hh, W_hx = parted(params.candidate.W, units)
    if reset == "before":
        from_h = (r * h_prev) @ W_hh.T
    else:
        from_h = r * (h_prev @ W_hh.T + _recurrent_bias(params))
    z_h = from_h + x @ W_hx.T + params.candidate.b
    h_tilde = tanh(z_h)

    kept = u * h_prev
    written = (1 - u) * h_tilde
    h = kept + written
    return h, GRUTrace(x, h_prev, hx, z_r, r, z_u, u, from_h, z_h, h_tilde, kept, written, h)


def gru_step_backward(
    params: GRUParams, trace: GRUTrace, d_h: npt.ArrayLike, *, reset: Reset = "before"
) -> tuple[GRUParams, Array, Array]:
    """One time step back: the chain rule on the lines of :func:`gru_step`, the last one first.

    d_v stands for dL/dv and has v's shape. d_h is all that reaches H_t, (..., H): from the loss at
    t and from step t + 1. Returns dL/d(each argument of the step): the parameters, summed over the
    batch, x_t (..., D) and H_{t-1} (..., H), which goes on to step t - 1. What is read in several
    places, as H_{t-1} is, collects a term from each. Raises CellInputError as gru_step does.
    """
    params, t = checked_gru(params, reset), trace
    d_h = as_gradient("d_h", d_h, t.h.shape)
    units = t.h.shape[-1]
    h_prev, x = parted(t.hx, units)  # with the batch axes of both
    W_hh, W_hx = parted(params.candidate.W, units)
    recurrent = Affine(W_hh, _recurrent_bias(params))

    d_u = d_h * (h_prev - t.h_tilde)
    d_h_tilde = d_h * (1 - t.u)
    d_z_h = d_h_tilde * (1 - t.h_tilde**2)  # tanh' = 1 - tanh²
    d_from_h = d_z_h
    if reset == "before":
        (d_W_hh, d_b_recurrent), d_rh = affine_backward(recurrent, t.r * h_prev, d_from_h)
        d_r = d_rh * h_prev
        d_h_by_candidate: Array = d_rh * t.r
    else:
        d_r = d_from_h * affine(recurrent, h_prev)
        d_a = d_from_h * t.r  # a = W_hh h + b_recurrent
        (d_W_hh, d_b_recurrent), d_h_by_candidate = affine_backward(recurrent, h_prev, d_a)
    (d_W_hx, d_b), d_x_by_candidate = affine_backward(Affine(W_hx, params.candidate.b), x, d_z_h)

    d_z_r = d_r * t.r * (1 - t.r)  # σ' = σ (1 - σ)
    d_z_u = d_u * t.u * (1 - t.u)
    gates = params.reset, params.update
    (d_reset, d_update), d_hx_by_gates = gates_backward(gates, t.hx, (d_z_r, d_z_u))
    d_h_by_gates, d_x_by_gates = parted(d_hx_by_gates, units)

    d_h_prev = d_h * t.u + d_h_by_candidate + d_h_by_gates
    d_params = GRUParams(
        d_reset,
        d_update,
        Affine(np.concatenate([d_W_hh, d_W_hx], axis=1), d_b),
        None if params.b_recurrent is None else d_b_recurrent,
    )
    return d_params, d_x_by_candidate + d_x_by_gates, d_h_prev


def checked_gru(params: GRUParams, reset: Reset) -> GRUParams:
    """Return `params` as float arrays of fitting shapes, or raise CellInputError."""
    if reset not in ("before", "after"):
        raise CellInputError(f"reset is {reset!r}, expected 'before' or 'after'")
    if reset == "before" and params.b_recurrent is not None:
        raise CellInputError(
            "b_recurrent is given, expected None: with reset='before' there is one bias only"
        )
    units, inputs = input_size("reset", params.reset)
    shape = (units, units + inputs)
    gates = {
        n: checked_affine(n, getattr(params, n), shape) for n in ("reset", "update", "candidate")
    }
    b = None if params.b_recurrent is None else as_vector("b_recurrent", params.b_recurrent, units)
    return GRUParams(**gates, b_recurrent=b)


def _recurrent_bias(params: GRUParams) -> Array:
    return np.zeros_like(params.candidate.b) if params.b_recurrent is None else params.b_recurrent
