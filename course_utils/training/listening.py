"""Which earlier tokens the next one listens to: the gradient of its log-probability."""

import numpy as np

from course_utils.cells import embedding_lookup, stack_sequence, stack_sequence_backward
from course_utils.cells.affine import affine, affine_backward
from course_utils.cells.checks import Array, CellInputError
from course_utils.training.losses import softmax_cross_entropy
from course_utils.training.model import ModelParams
from course_utils.training.tasks.language import Tokens


def listening(params: ModelParams, tokens: Tokens) -> Array:
    """Return, for each token but the last, how much the last one's log-probability leans on it.

    It is the length of d log p(last | all before) / d e_t, where e_t is the vector that stands for
    token t: (T, ...) gives (T - 1, ...). The network begins with a zero state. Raises
    CellInputError when there are fewer than two tokens or the model reads no tokens.
    """
    if len(tokens) < 2 or params.embedding is None:
        raise CellInputError("expected at least two tokens, and a model that has an embedding")
    xs = embedding_lookup(params.embedding, tokens[:-1])
    hs, trace = stack_sequence(params.layers, xs)
    logits = affine(params.readout, hs[-1])
    _, d_logits = softmax_cross_entropy(logits, tokens[-1])
    _, d_last = affine_backward(params.readout, hs[-1], d_logits * np.size(tokens[-1]))
    d_hs = np.zeros_like(hs)
    d_hs[-1] = d_last
    d_xs = stack_sequence_backward(params.layers, trace, d_hs).xs
    return np.asarray(np.linalg.norm(d_xs, axis=-1))
