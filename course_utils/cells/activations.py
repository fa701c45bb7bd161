"""The three non-linearities of recurrent cells.

The course writes σ for the logistic sigmoid and for nothing else. (Some texts write σ for "some
activation"; the seed's handwritten exam took it for softmax.)
"""

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array, CellInputError, as_floats


def sigmoid(z: npt.ArrayLike) -> Array:
    """σ(z) = 1 / (1 + e^(-z)), element by element, for z of any shape.

    Each element is squashed into (0, 1) on its own; nothing makes them sum to 1. Never overflows:
    e is raised only to -|z|. Raises CellInputError when z is not finite real numbers.
    """
    z = as_floats("z", z)
    e = np.exp(-np.abs(z))  # in (0, 1], whatever the sign of z
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def tanh(z: npt.ArrayLike) -> Array:
    """tanh(z) = (e^z - e^(-z)) / (e^z + e^(-z)), element by element, for z of any shape.

    Raises CellInputError when z is not finite real numbers.
    """
    return np.tanh(as_floats("z", z))


def softmax(z: npt.ArrayLike) -> Array:
    """softmax(z)_k = e^(z_k) / Σ_j e^(z_j) over the last axis, for z of shape (..., K).

    The K results are positive and sum to 1: a choice among K, not K separate decisions. The largest
    z is subtracted first, which changes nothing but keeps e^z from overflowing. Raises
    CellInputError when z is not finite real numbers or has no last axis to sum over.
    """
    z = as_floats("z", z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise CellInputError(f"z has shape {z.shape}, expected (..., K) with at least one element")
    with np.errstate(over="ignore"):  # a difference beyond -1.8e308 is -inf, and e^-inf is 0
        e: Array = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: Array = e / e.sum(axis=-1, keepdims=True)
    return shares
