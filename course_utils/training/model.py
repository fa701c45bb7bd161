"""A sequence model: an embedding (or none), layers of one cell, and a linear readout."""

from typing import Any, Literal, NamedTuple

import numpy as np

from course_utils.cells import CellInputError, embedding_lookup
from course_utils.cells.affine import Affine, affine, affine_backward
from course_utils.cells.any_cell import CellParams
from course_utils.cells.checks import Array
from course_utils.cells.embedding import embedding_backward
from course_utils.cells.stack import last_states, stack_sequence, stack_sequence_backward
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


class Dropout(NamedTuple):
    """Zero a share of what the lowest layer reads and of what the readout reads, anew each time.

    What is left is scaled up, so that its mean stays. The way from step to step is never cut
    (Zaremba, Sutskever & Vinyals 2014). Use it for training only.
    """

    share: float
    rng: np.random.Generator

    def factors(self, like: Array) -> Array:
        """Return 0, or 1 / (1 - share), for each element of `like`."""
        kept = self.rng.random(like.shape, np.float32) >= self.share
        return kept / np.asarray(1 - self.share, like.dtype)


class Passed(NamedTuple):
    """What a batch gave, forward and backward."""

    loss: float
    gradient: ModelParams
    states: tuple[Any, ...]
    """The last state of each layer: where the next stretch of the same sequences begins."""


def predict(params: ModelParams, inputs: Any, *, skip: bool = False) -> Array:
    """Return the readout of every step: logits or numbers, (T, B, K)."""
    return read_on(params, inputs, skip=skip)[0]


def read_on(
    params: ModelParams, inputs: Any, states: tuple[Any, ...] | None = None, *, skip: bool = False
) -> tuple[Array, tuple[Any, ...]]:
    """Return the readout of every step, (T, B, K), and the last states, from which to read on."""
    hs, trace = stack_sequence(params.layers, _vectors(params, inputs), states, skip=skip)
    return affine(params.readout, hs), last_states(trace)


def loss_and_gradients(
    params: ModelParams, batch: Batch, *, loss: Loss = "cross-entropy", skip: bool = False
) -> tuple[float, ModelParams]:
    """Return the batch's mean loss and its gradient, which has the type of `params`.

    Raises CellInputError when shapes do not fit.
    """
    return pass_through(params, batch, loss=loss, skip=skip)[:2]


def pass_through(
    params: ModelParams,
    batch: Batch,
    states: tuple[Any, ...] | None = None,
    *,
    loss: Loss = "cross-entropy",
    skip: bool = False,
    dropout: Dropout | None = None,
) -> Passed:
    """Go forward through a batch, from `states` (zeros if None), and back: loss and gradient.

    The gradient ends where the batch begins; `states` count as given. Raises CellInputError when
    shapes do not fit.
    """
    xs = _vectors(params, batch.inputs)
    kept_xs = None if dropout is None else dropout.factors(xs)
    hs, trace = stack_sequence(params.layers, _scaled(xs, kept_xs), states, skip=skip)
    targets = np.asarray(batch.targets)
    last_only = targets.ndim < np.ndim(hs) - (loss == "cross-entropy")
    top = hs[-1] if last_only else hs
    kept_top = None if dropout is None else dropout.factors(top)
    read = _scaled(top, kept_top)
    outputs = affine(params.readout, read)
    value, d_outputs = _value(outputs, targets, batch.mask, loss)
    d_readout, d_read = affine_backward(params.readout, read, d_outputs)
    d_hs = d_top = _scaled(d_read, kept_top)
    if last_only:
        d_hs = np.zeros(hs.shape, d_top.dtype)
        d_hs[-1] = d_top
    gradients = stack_sequence_backward(params.layers, trace, d_hs)
    d_embedding = None
    if params.embedding is not None:
        d_vectors = _scaled(gradients.xs, kept_xs)
        d_embedding = embedding_backward(params.embedding, batch.inputs, d_vectors)
    d_params = ModelParams(d_embedding, gradients.layers, d_readout)
    return Passed(value, d_params, last_states(trace))


def _scaled(values: Any, factors: Array | None) -> Any:
    return values if factors is None else values * factors


def _vectors(params: ModelParams, inputs: Any) -> Any:
    return inputs if params.embedding is None else embedding_lookup(params.embedding, inputs)


def _value(outputs: Array, targets: Array, mask: Any, loss: Loss) -> tuple[float, Array]:
    if loss == "cross-entropy":
        return softmax_cross_entropy(outputs, targets, mask)
    if loss == "squared-error":
        wide = None if mask is None else np.broadcast_to(np.asarray(mask)[..., None], targets.shape)
        return mean_squared_error(outputs, targets, wide)
    raise CellInputError(f"loss is {loss!r}, expected 'cross-entropy' or 'squared-error'")
