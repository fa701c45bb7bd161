"""The vanilla recurrent cell and the softmax output layer of a language model.

The cell is Elman's (1990), whose units lay between 0 and 1, with tanh.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.activations import softmax, tanh
from course_utils.cells.affine import Affine, affine, affine_backward
from course_utils.cells.checks import (
    Array,
    CellInputError,
    as_features,
    as_gradient,
    as_matrix,
    as_vector,
    in_batch,
)


class RNNParams(NamedTuple):
    """The two matrices and the bias of h_t = tanh(W_h h_{t-1} + W_x x_t + b)."""

    W_h: Array
    """(H, H): reads the previous state."""
    W_x: Array
    """(H, D): reads the input."""
    b: Array
    """(H,)"""


class RNNTrace(NamedTuple):
    """Everything one step computed, in order of working; every field of shape (..., H) but x."""

    x: Array
    h_prev: Array
    from_h: Array
    """W_h h_{t-1}"""
    from_x: Array
    """W_x x_t"""
    z: Array
    """W_h h_{t-1} + W_x x_t + b"""
    h: Array


def rnn_step(params: RNNParams, x: npt.ArrayLike, h: npt.ArrayLike) -> tuple[Array, RNNTrace]:
    """One time step: h_t = tanh(W_h h_{t-1} + W_x x_t + b).

    x is (..., D), h is (..., H); returns h_t of shape (..., H) and the trace. Raises CellInputError
    when the shapes do not fit or a number is not finite.
    """
    W_h, W_x, b = checked_rnn(params)
    h_prev = as_features("h", h, W_h.shape[1])
    x = as_features("x", x, W_x.shape[1])

    from_h = h_prev @ W_h.T
    from_x = x @ W_x.T
    try:
        z = from_h + from_x + b
    except ValueError:
        raise CellInputError(
            f"the batch axes of h {h_prev.shape[:-1]} and x {x.shape[:-1]} do not fit together"
        ) from None
    h = tanh(z)
    return h, RNNTrace(x, h_prev, from_h, from_x, z, h)


def rnn_step_backward(
    params: RNNParams, trace: RNNTrace, d_h: npt.ArrayLike
) -> tuple[RNNParams, Array, Array]:
    """One time step back: the chain rule on the lines of :func:`rnn_step`, the last one first.

    d_v stands for dL/dv and has v's shape. d_h is all that reaches h_t, (..., H): from the loss at
    t and from step t + 1. Returns dL/d(each argument of the step): the parameters, summed over the
    batch, x_t (..., D) and h_{t-1} (..., H), which goes on to step t - 1. This is backpropagation
    through time (Werbos 1990), in the notation of Goodfellow 2016, section 10.2.2. Raises
    CellInputError when the shapes do not fit or a number is not finite.
    """
    W_h, W_x, b = checked_rnn(params)
    d_h = as_gradient("d_h", d_h, trace.h.shape)
    batch = trace.h.shape[:-1]
    h_prev, x = in_batch("h", trace.h_prev, batch), in_batch("x", trace.x, batch)

    d_z = d_h * (1 - trace.h**2)  # tanh' = 1 - tanh²
    (d_W_h, d_b), d_h_prev = affine_backward(Affine(W_h, b), h_prev, d_z)
    (d_W_x, _), d_x = affine_backward(Affine(W_x, b), x, d_z)
    return RNNParams(d_W_h, d_W_x, d_b), d_x, d_h_prev


def softmax_output(readout: Affine, h: npt.ArrayLike) -> Array:
    """ŷ_t = softmax(U h_t + b_2), the distribution over the next word.

    readout holds U as W, of shape (V, H), and b_2 as b, of shape (V,); h is (..., H); returns
    (..., V). Raises CellInputError when the shapes do not fit or a number is not finite.
    """
    return softmax(affine(readout, h))


def checked_rnn(params: RNNParams) -> RNNParams:
    """Return `params` as float arrays of fitting shapes, or raise CellInputError."""
    W_x = as_matrix("W_x", params.W_x, (None, None))
    units = W_x.shape[0]
    return RNNParams(
        as_matrix("W_h", params.W_h, (units, units)), W_x, as_vector("b", params.b, units)
    )


def rnn_sizes(params: RNNParams) -> tuple[int, int]:
    """Return (H, D)."""
    units, inputs = np.shape(params.W_x)
    return units, inputs
