"""Attention: a mean of values, weighted by how well each one's key matches a query."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.activations import softmax
from course_utils.cells.checks import Array, CellInputError, as_features, as_floats, as_gradient


class AttentionTrace(NamedTuple):
    """Everything that was computed, in order of working: M queries look at N keys."""

    queries: Array
    """(..., M, H)"""
    keys: Array
    """(..., N, H)"""
    values: Array
    """(..., N, K)"""
    scores: Array
    """q · k, (..., M, N)"""
    weights: Array
    """softmax over the N keys, (..., M, N): each row sums to 1"""
    context: Array
    """Σ_j weight_j v_j, (..., M, K)"""


class AttentionGradients(NamedTuple):
    """dL/d(each argument of attend), each in the shape of the argument."""

    queries: Array
    keys: Array
    values: Array


def attend(
    queries: npt.ArrayLike, keys: npt.ArrayLike, values: npt.ArrayLike
) -> tuple[Array, AttentionTrace]:
    """Return for each query the mean of the values, weighted by softmax(q · k) over the keys.

    queries (..., M, H), keys (..., N, H) and values (..., N, K) have the same batch axes in front;
    the contexts are (..., M, K). The score is the plain product of Luong 2015; who wants it divided
    by √H, as Vaswani 2017 does, divides the queries. Raises CellInputError when the shapes do not
    fit or a number is not finite.
    """
    keys = as_floats("keys", keys)
    if keys.ndim < 2 or 0 in keys.shape:
        raise CellInputError(f"keys have shape {keys.shape}, expected (..., N, H), one row per key")
    queries = as_features("queries", queries, keys.shape[-1])
    values = as_floats("values", values)
    if queries.ndim < 2 or queries.shape[:-2] != keys.shape[:-2]:
        expected = (*keys.shape[:-2], "M", keys.shape[-1])
        raise CellInputError(f"queries have shape {queries.shape}, expected {expected}")
    if values.shape[:-1] != keys.shape[:-1]:
        raise CellInputError(
            f"values have shape {values.shape}, expected {(*keys.shape[:-1], 'K')}: one per key"
        )
    scores = queries @ keys.swapaxes(-1, -2)
    weights = softmax(scores)
    context = weights @ values
    return context, AttentionTrace(queries, keys, values, scores, weights, context)


def attend_backward(trace: AttentionTrace, d_context: npt.ArrayLike) -> AttentionGradients:
    """Go back through :func:`attend`: the chain rule on its three lines, the last one first.

    d_v stands for dL/dv and has v's shape. Raises CellInputError when d_context has another shape
    than the context.
    """
    t = trace
    d_context = as_gradient("d_context", d_context, t.context.shape)
    d_values = t.weights.swapaxes(-1, -2) @ d_context
    d_weights = d_context @ t.values.swapaxes(-1, -2)
    mean = np.sum(t.weights * d_weights, axis=-1, keepdims=True)
    d_scores = t.weights * (d_weights - mean)  # softmax: each weight takes from all the others
    return AttentionGradients(d_scores @ t.keys, d_scores.swapaxes(-1, -2) @ t.queries, d_values)
