"""What the fused sequence functions share: checks, memory layout, and work done chunk by chunk.

The caller sees **time first, feature last**: inputs ``xs`` of shape (T, ..., D) and states over time
of shape (T, ..., H), with any batch axes between or none. Inside, the batch axes are one axis B and
the **feature stands first**, (T, F, B): one product ``W (G·H, N) @ v (N, B)`` gives all gates of a
step, and each gate is a contiguous block of it, ready for ufuncs in place.

What a step reads is one packed column, [h; 1; x]: the bias is the column of W that meets the 1, and
the inputs need no product or addition of their own.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.affine import Affine
from course_utils.cells.checks import Array, CellInputError, as_features

CHUNKS = 8
"""A backward pass handles a CHUNKS-th of the steps at once: long enough to spread the cost of its
calls over many steps, short enough that its buffers stay small beside the trace."""


class Sizes(NamedTuple):
    """The dimensions of one sequence."""

    steps: int
    inputs: int
    units: int
    batch: tuple[int, ...]
    """The caller's batch axes; () for a single sequence."""


def checked_sequence(xs: npt.ArrayLike, inputs: int, units: int) -> tuple[Array, Sizes]:
    """Return `xs` as floats of shape (T, ..., D) with its sizes, or raise CellInputError."""
    array = as_features("xs", xs, inputs)
    if array.ndim < 2:
        raise CellInputError(
            f"xs has shape {array.shape}, expected (T, ..., {inputs}): one row a time step"
        )
    if array.shape[0] == 0:
        raise CellInputError(f"xs has shape {array.shape}: no time steps, expected at least one")
    return array, Sizes(array.shape[0], inputs, units, array.shape[1:-1])


def checked_state(name: str, value: npt.ArrayLike | None, sizes: Sizes) -> Array:
    """Return an initial state as floats that broadcast to (..., H); None is a state of zeros.

    Raises CellInputError when the shape does not fit the batch axes of xs.
    """
    if value is None:
        return np.zeros((*sizes.batch, sizes.units), np.float32)  # promotes to the others' dtype
    state = as_features(name, value, sizes.units)
    try:
        fits = np.broadcast_shapes(state.shape[:-1], sizes.batch) == sizes.batch
    except ValueError:
        fits = False
    if not fits:
        raise CellInputError(
            f"{name} has batch axes {state.shape[:-1]}, expected those of xs, {sizes.batch}"
        )
    return state


def checked_gradient(name: str, value: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return an incoming gradient as floats of exactly `shape`, or raise CellInputError."""
    gradient = as_features(name, value, shape[-1])
    if gradient.shape != shape:
        raise CellInputError(f"{name} has shape {gradient.shape}, expected {shape}")
    return gradient


def columns(v: Array, sizes: Sizes) -> Array:
    """Lay (..., F) out as (F, B), broadcast over the batch."""
    wide = np.broadcast_to(v, (*sizes.batch, v.shape[-1]))
    return wide.reshape(-1, v.shape[-1]).T


def time_columns(v: Array) -> Array:
    """Lay (T, ..., F) out as (T, F, B): a view where the batch axes allow it."""
    steps, features = v.shape[0], v.shape[-1]
    count = v[0].size // features  # not -1: a batch may be empty
    return v.reshape(steps, count, features).transpose(0, 2, 1)


def rows(v: Array, sizes: Sizes) -> Array:
    """The way back, as a view: (F, B) gives (..., F), and (T, F, B) gives (T, ..., F)."""
    turned = v.swapaxes(-1, -2)
    return turned.reshape(*turned.shape[:-2], *sizes.batch, turned.shape[-1])


def packed_weights(gates: list[Affine], units: int) -> Array:
    """Stack gates as one matrix (G·H, H + 1 + D) over the columns [h; 1; x]."""
    total = units * len(gates)
    W = np.empty((total, gates[0].W.shape[1] + 1), np.result_type(*gates[0], *gates[-1]))
    for k, gate in enumerate(gates):
        block = W[k * units : (k + 1) * units]
        block[:, :units] = gate.W[:, :units]
        block[:, units] = gate.b
        block[:, units + 1 :] = gate.W[:, units:]
    return W


def unpacked_weights(W: Array, units: int) -> list[Affine]:
    """The way back: one Affine a gate, its W over [h, x]."""
    joined = np.concatenate([W[:, :units], W[:, units + 1 :]], axis=1)
    return [
        Affine(joined[k : k + units], W[k : k + units, units].copy())
        for k in range(0, W.shape[0], units)
    ]


def packed_inputs(xs: Array, h: Array, sizes: Sizes, dtype: np.dtype, extra: int = 0) -> Array:
    """Return (T + 1, H + 1 + D + extra, B): what each step reads, [h; 1; x], h still to come.

    A step writes its h straight into the next one's column; the last column holds the last h only.
    """
    units = sizes.units
    columns_x = time_columns(xs)
    held = np.empty(
        (sizes.steps + 1, units + 1 + sizes.inputs + extra, columns_x.shape[2]), dtype
    )
    held[0, :units] = columns(h, sizes)
    held[:, units] = 1.0
    held[:-1, units + 1 : units + 1 + sizes.inputs] = columns_x
    return held


def chunks_backward(steps: int) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) from the last chunk of steps to the first."""
    length = -(-steps // CHUNKS)
    for stop in range(steps, 0, -length):
        yield max(stop - length, 0), stop


def chunk_length(steps: int) -> int:
    """The longest chunk that :func:`chunks_backward` yields."""
    return -(-steps // CHUNKS)


def side_by_side(v: Array) -> Array:
    """Lay (K, F, B) out as (F, K·B), so that one product sums over time and batch at once."""
    return v.transpose(1, 0, 2).reshape(v.shape[1], -1)


def unbroadcast(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Sum a gradient (..., H) over the axes along which a state of `shape` was broadcast."""
    if gradient.shape == shape:
        return gradient
    missing = gradient.ndim - len(shape)
    repeated = tuple(missing + k for k, n in enumerate(shape) if n == 1)
    summed: Array = gradient.sum(axis=(*range(missing), *repeated)).reshape(shape)
    return summed
