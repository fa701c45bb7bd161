"""A sequence model: an embedding (or none), layers of one cell, and a linear readout."""

from typing import Any, Literal, NamedTuple

import numpy as np

from course_utils.cells import CellInputError, embedding_lookup
from course_utils.cells.affine import Affine, affine, affine_backward
from course_utils.cells.any_cell import CellParams
from course_utils.cells.checks import Array
from course_utils.cells.embedding import embedding_backward
from course_utils.cells.stack import stack_sequence, stack_sequence_backward
from course_utils.training.losses import mean_squared_error, softmax_cross_entropy

Loss = Literal["cross-entropy", "squared-error"]


class ModelParams(NamedTuple):
    """All that is learned."""

    embedding: Array | None
    """(V, E), or None where the inputs are vectors."""
    layers: tuple[CellParams, ...]
    readout: Affine
    """(K, H) and (K,): to K classes or K numbers."""


class Batch(NamedTuple):
    """What a model learns from, time first.

    The inputs are vectors (T, B, D), or tokens (T, B) for a model with an embedding. Targets are
    classes (integers) or numbers (K last): for every step, (T, B), or for the last only, (B,).
    """

    inputs: Any
    targets: Any
    mask: Any = None
    """Booleans like the targets (without K), True where one counts; None: all do."""


def predict(params: ModelParams, inputs: Any, *, skip: bool = False) -> Array:
    """Return the readout of every step: logits or numbers, (T, B, K)."""
    hs, _ = stack_sequence(params.layers, _vectors(params, inputs), skip=skip)
    return affine(params.readout, hs)


def loss_and_gradients(
    params: ModelParams, batch: Batch, *, loss: Loss = "cross-entropy", skip: bool = False
) -> tuple[float, ModelParams]:
    """Return the batch's mean loss and its gradient, which has the type of `params`.

    Raises CellInputError when shapes do not fit.
    """
    hs, trace = stack_sequence(params.layers, _vectors(params, batch.inputs), skip=skip)
    targets = np.asarray(batch.targets)
    last_only = targets.ndim < np.ndim(hs) - (loss == "cross-entropy")
    read = hs[-1] if last_only else hs
    outputs = affine(params.readout, read)
    value, d_outputs = _value(outputs, targets, batch.mask, loss)
    d_readout, d_read = affine_backward(params.readout, read, d_outputs)
    d_hs = d_read
    if last_only:
        d_hs = np.zeros(hs.shape, d_read.dtype)
        d_hs[-1] = d_read
    gradients = stack_sequence_backward(params.layers, trace, d_hs)
    d_embedding = None
    if params.embedding is not None:
        d_embedding = embedding_backward(params.embedding, batch.inputs, gradients.xs)
    return value, ModelParams(d_embedding, gradients.layers, d_readout)


def _vectors(params: ModelParams, inputs: Any) -> Any:
    return inputs if params.embedding is None else embedding_lookup(params.embedding, inputs)


def _value(outputs: Array, targets: Array, mask: Any, loss: Loss) -> tuple[float, Array]:
    if loss == "cross-entropy":
        return softmax_cross_entropy(outputs, targets, mask)
    if loss == "squared-error":
        wide = None if mask is None else np.broadcast_to(np.asarray(mask)[..., None], targets.shape)
        return mean_squared_error(outputs, targets, wide)
    raise CellInputError(f"loss is {loss!r}, expected 'cross-entropy' or 'squared-error'")
