"""Losses with their gradients, averaged over what a mask leaves.

Each returns (loss, dL/d(its first argument)). A mask is booleans like the targets: True counts.
"""

import numpy as np
import numpy.typing as npt

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array, as_floats


def softmax_cross_entropy(
    logits: npt.ArrayLike, targets: npt.ArrayLike, mask: npt.ArrayLike | None = None
) -> tuple[float, Array]:
    """-log softmax(logits)[target] in nats, averaged; its gradient is (softmax - one-hot) / count.

    logits are (..., K), before the softmax; targets are integers (...) from 0 to K - 1. The
    logarithm is taken of the sum of exponentials directly, so that no probability is rounded to
    zero. Raises CellInputError when shapes do not fit, a target is no class, or nothing counts.
    """
    logits = as_floats("logits", logits)
    ids = np.asarray(targets)
    if logits.ndim == 0 or ids.shape != logits.shape[:-1]:
        raise CellInputError(f"targets have shape {ids.shape}, expected {logits.shape[:-1]}")
    counts, count = _counted(mask, ids.shape)
    classes = logits.shape[-1]
    if ids.dtype.kind not in "iu" or ((ids < 0) | (ids >= classes))[counts].any():
        raise CellInputError(f"targets have to be integers from 0 to {classes - 1}")
    ids = np.where(counts, ids, 0)[..., None]
    shifted = logits - logits.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(shifted, ids, axis=-1)[..., 0]
    exponentials = np.exp(shifted, out=shifted)
    sums = exponentials.sum(axis=-1, keepdims=True)
    loss = float(((np.log(sums[..., 0]) - chosen) * counts).sum() / count)

    gradient = np.divide(exponentials, sums, out=exponentials)  # softmax, for the price of the loss
    at = np.take_along_axis(gradient, ids, axis=-1)
    np.put_along_axis(gradient, ids, at - 1, axis=-1)
    gradient *= (counts / count)[..., None].astype(gradient.dtype)
    return loss, gradient


def mean_squared_error(
    predictions: npt.ArrayLike, targets: npt.ArrayLike, mask: npt.ArrayLike | None = None
) -> tuple[float, Array]:
    """(prediction - target)², averaged over all elements that count; same shapes.

    A mask has the shape of the targets. Raises CellInputError when shapes do not fit, a number is
    not finite, or nothing counts.
    """
    predictions, targets = as_floats("predictions", predictions), as_floats("targets", targets)
    if predictions.shape != targets.shape:
        raise CellInputError(
            f"targets have shape {targets.shape}, expected {predictions.shape}, the predictions'"
        )
    counts, count = _counted(mask, targets.shape)
    error = (predictions - targets) * counts
    gradient: Array = (2 / count * error).astype(predictions.dtype, copy=False)
    return float((error**2).sum() / count), gradient


def _counted(
    mask: npt.ArrayLike | None, shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.bool_], int]:
    """Return the mask as booleans and how many are True."""
    counts = np.ones(shape, bool) if mask is None else np.asarray(mask).astype(bool)
    if counts.shape != shape:
        raise CellInputError(f"mask has shape {counts.shape}, expected {shape}")
    count = int(counts.sum())
    if count == 0:
        raise CellInputError("the mask leaves nothing to average")
    return counts, count
