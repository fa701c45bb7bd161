"""Looking at gradients: how far back they reach, and why they vanish or explode.

dh_T/dh_t is a product of T - t Jacobians. The largest singular value of W_h bounds how much each
can stretch (|tanh'| ≤ 1), so σ_max < 1 makes the product vanish: sufficient. The spectral radius of
W_h decides only in the long run and at tanh' = 1: a non-normal W_h with ρ < 1 < σ_max grows first
(Pascanu 2013; slides often say "eigenvalue" for both).
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.any_cell import CellParams, sequence, sequence_backward, sizes_of
from course_utils.cells.checks import Array, CellInputError, as_matrix
from course_utils.cells.lstm import LSTMParams
from course_utils.cells.lstm_sequence import LSTMSequenceTrace, lstm_sequence_backward
from course_utils.cells.rnn import RNNParams
from course_utils.cells.rnn_sequence import RNNSequenceTrace
from course_utils.cells.tree import map_leaves


class Growth(NamedTuple):
    """What a matrix does to vectors when applied again and again."""

    spectral_radius: float
    """|the largest eigenvalue|: the factor a step in the long run"""
    largest_singular_value: float
    """the largest factor in a single step"""
    norms: Array
    """||W^k|| for k = 0 … steps, the largest stretch of any vector"""


def matrix_growth(W: npt.ArrayLike, steps: int = 50) -> Growth:
    """Return radius, largest singular value, and the norms of the powers of W (H, H).

    Raises CellInputError when W is not a square matrix of finite numbers or its powers overflow.
    """
    W = as_matrix("W", W, (None, None))
    if W.shape[0] != W.shape[1]:
        raise CellInputError(f"W has shape {W.shape}, expected a square matrix")
    power, norms = np.eye(len(W)), [1.0]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            power = W @ power
            if not np.isfinite(power).all():
                raise CellInputError(f"W^{len(norms)} overflows: its powers explode")
            norms.append(float(np.linalg.norm(power, 2)))
    radius = float(np.abs(np.linalg.eigvals(W)).max())
    return Growth(radius, float(np.linalg.norm(W, 2)), np.array(norms))


def rnn_step_jacobians(params: RNNParams, trace: RNNSequenceTrace) -> Array:
    """Return dh_t/dh_{t-1} = diag(1 - h_t²) W_h for every step: (T, ..., H, H)."""
    jacobians: Array = (1 - trace.h**2)[..., :, None] * np.asarray(params.W_h)
    return jacobians


def state_jacobians(params: CellParams, xs: npt.ArrayLike, state: Any = None) -> Array:
    """Return d s_T/d s_t for every step of one sequence xs (T, D): the products of Jacobians.

    s is h, of S = H numbers, or (h, C) of an LSTM, S = 2H: what a step hands on. The result is
    (T, S, S), row a number of s_T, column a number of s_t; the last one is the identity. All rows
    are found in one backward pass, as a batch of S losses. Raises CellInputError as the cells do,
    or when xs has batch axes.
    """
    xs = np.asarray(xs)
    if xs.ndim != 2:
        raise CellInputError(f"xs has shape {xs.shape}, expected (T, D): one sequence")
    units, _ = sizes_of(params)
    size = 2 * units if isinstance(params, LSTMParams) else units
    repeated = np.broadcast_to(xs[:, None], (len(xs), size, xs.shape[1]))
    wide = None if state is None else map_leaves(lambda s: np.broadcast_to(s, (size, units)), state)
    _, trace = sequence(params, repeated, wide)
    last = np.eye(size)
    d_hs = np.zeros((len(xs), size, units))
    d_hs[-1] = last[:, :units]
    total_h = np.empty_like(d_hs)
    if not isinstance(params, LSTMParams):
        sequence_backward(params, trace, d_hs, d_hs_total=total_h)
        return total_h
    assert isinstance(trace, LSTMSequenceTrace)
    total_c = np.empty_like(d_hs)
    lstm_sequence_backward(
        params, trace, d_hs, last[:, units:], d_hs_total=total_h, d_cs_total=total_c
    )
    through_c = total_c - total_h * trace.o * (1 - trace.tanh_c**2)  # h_t and C_t held apart
    return np.concatenate([total_h, through_c], axis=-1)


def singular_values(jacobians: Array) -> Array:
    """Return the singular values of each Jacobian (..., S, S), largest first: (..., S)."""
    values: Array = np.linalg.svd(jacobians, compute_uv=False)
    return values


def gradient_norms(
    params: CellParams, xs: npt.ArrayLike, d_hs: npt.ArrayLike, state: Any = None
) -> Array:
    """Return ||dL/dh_t|| at every step, (T, ...), for a loss that sends d_hs (T, ..., H) into h.

    Of an LSTM it is the gradient at h_t and C_t together, because both carry it back. Raises
    CellInputError as the cells do.
    """
    _, trace = sequence(params, xs, state)
    total_h = np.empty(np.shape(d_hs))
    if isinstance(params, LSTMParams) and isinstance(trace, LSTMSequenceTrace):
        total_c = np.empty_like(total_h)
        lstm_sequence_backward(params, trace, d_hs, d_hs_total=total_h, d_cs_total=total_c)
        through_c = total_c - total_h * trace.o * (1 - trace.tanh_c**2)
        both: Array = np.sqrt((total_h**2).sum(axis=-1) + (through_c**2).sum(axis=-1))
        return both
    sequence_backward(params, trace, d_hs, d_hs_total=total_h)
    norms: Array = np.linalg.norm(total_h, axis=-1)
    return norms


def reach(norms: npt.ArrayLike, fraction: float = 0.01) -> int:
    """How many steps back from the last a gradient stays above `fraction` of what it is there.

    norms (T,) are those of :func:`gradient_norms` for a loss at the last step. 0 means not even
    one; T - 1 means to the beginning. Raises CellInputError when there is nothing to compare with.
    """
    norms = np.asarray(norms, dtype=float)
    if norms.ndim != 1 or norms.size == 0 or not norms[-1] > 0:
        raise CellInputError(
            f"norms has shape {norms.shape}, expected (T,) with a positive last one"
        )
    below = np.flatnonzero(norms[::-1] < fraction * norms[-1])
    return int(below[0]) - 1 if below.size else norms.size - 1


def last_step_only(shape: tuple[int, ...], direction: Array | None = None) -> Array:
    """Return d_hs of `shape` (T, ..., H) for a loss at the last step: `direction` or a unit one."""
    d_hs = np.zeros(shape)
    d_hs[-1] = 1 / np.sqrt(shape[-1]) if direction is None else direction
    return d_hs
