"""What the fused sequence functions share: checks, memory layout, and work done chunk by chunk.

The caller sees **time first, feature last**: inputs ``xs`` of shape (T, ..., D) and states over
time of shape (T, ..., H), with any batch axes between or none. Inside, the batch axes are one axis
B and the **feature stands first**, (T, F, B): one product ``W (G·H, N) @ v (N, B)`` gives all gates
of a step, and each gate is a contiguous block of it, ready for ufuncs in place.

What a step reads is one packed column, [h; x; 1]: the bias is the column of W that meets the 1, and
the inputs need no product or addition of their own.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.affine import Affine
from course_utils.cells.checks import Array, CellInputError, as_features

CHUNK, CHUNKS, CACHED = 4, 18, 2**16
"""A backward pass handles several steps at once, so that one product sums over them: CHUNK steps,
or a CHUNKS-th of a long sequence, or as many as fit in CACHED bytes. That spreads the cost of its
calls, and keeps its buffers in the cache and small beside the trace."""


class Sizes(NamedTuple):
    """The dimensions of one sequence."""

    steps: int
    inputs: int
    units: int
    batch: tuple[int, ...]
    """The caller's batch axes; () for a single sequence."""

    @property
    def columns(self) -> int:
        """B, the batch axes as one."""
        return math.prod(self.batch)

    @property
    def over_time(self) -> tuple[int, ...]:
        """(T, ..., H), the shape of the states over time."""
        return (self.steps, *self.batch, self.units)


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


def checked_state(name: str, value: npt.ArrayLike | None, sizes: Sizes) -> Array | None:
    """Return an initial state as floats that broadcast to (..., H); None stands for zeros.

    Raises CellInputError when the shape does not fit the batch axes of xs.
    """
    if value is None:
        return None
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


def checked_total(name: str, room: Array | None, sizes: Sizes) -> Array | None:
    """Return `room` for a total gradient as (T, H, B), a view that can be written through.

    Raises CellInputError when its shape is not (T, ..., H) or its memory is not contiguous.
    """
    if room is None:
        return None
    if room.shape != sizes.over_time or not room.flags.c_contiguous:
        raise CellInputError(
            f"{name} has shape {room.shape}, expected {sizes.over_time} in C-contiguous memory"
        )
    return time_columns(room, sizes)


def plain(gates: Sequence[Any], shape: tuple[int, int]) -> bool:
    """Say whether every gate holds float arrays of the right shapes: the usual case, told fast.

    If not, the cell's own check converts them or says what is wrong.
    """
    return all(
        type(W) is np.ndarray
        and type(b) is np.ndarray
        and W.dtype.kind == b.dtype.kind == "f"
        and W.shape == shape
        and b.shape == shape[:1]
        for W, b in gates
    )


def all_finite(array: Array) -> bool:
    """Say whether no element is NaN or infinite."""
    return bool(np.logical_and.reduce(np.isfinite(array), axis=None))


def packed_weights(gates: Sequence[Affine]) -> Array:
    """Stack gates as one matrix (G·H, H + D + 1) over the columns [h; x; 1]."""
    Ws = [gate.W for gate in gates]
    bs = [gate.b for gate in gates]
    units, width = Ws[0].shape
    packed = np.empty((units * len(Ws), width + 1), np.result_type(*Ws, *bs))
    np.concatenate(Ws, out=packed[:, :-1])
    np.concatenate(bs, out=packed[:, -1])
    return packed


def unpacked_weights(packed: Array, units: int) -> list[Affine]:
    """The way back, as views: one Affine a gate, its W over [h, x]."""
    W, b = packed[:, :-1], packed[:, -1]
    return [Affine(W[k : k + units], b[k : k + units]) for k in range(0, len(b), units)]


def carved(dtype: npt.DTypeLike, *shapes: tuple[int, ...]) -> list[Array]:
    """Return uninitialised arrays of `shapes`, cut from one block where the allocator keeps those.

    The C allocator hands the pages of several freed blocks back to the system, and those of a
    single one beyond 32 MiB; to fetch them again at the next step costs as much as the elementwise
    work.
    """
    counts = [math.prod(shape) for shape in shapes]
    if sum(counts) * np.dtype(dtype).itemsize > 2**25:
        return [np.empty(shape, dtype) for shape in shapes]
    block = np.empty(sum(counts), dtype)
    arrays, start = [], 0
    for count, shape in zip(counts, shapes, strict=True):
        arrays.append(block[start : start + count].reshape(shape))
        start += count
    return arrays


def fill_inputs(held: Array, xs: Array, h: Array | None, sizes: Sizes) -> None:
    """Fill `held` (T + 1, ≥ H + D + 1, B) with what each step reads, [h; x; 1], h still to come.

    A step writes its h straight into the next one's column; the last column holds the last h only.
    """
    units, width = sizes.units, sizes.units + sizes.inputs
    held[0, :units] = 0.0 if h is None else columns(h, sizes)
    held[:-1, units:width] = time_columns(xs, sizes)
    held[:, width] = 1.0


def columns(v: Array, sizes: Sizes) -> Array:
    """Lay (..., F) out as (F, B), broadcast over the batch."""
    if v.shape[:-1] != sizes.batch:
        v = np.broadcast_to(v, (*sizes.batch, v.shape[-1]))
    return v.reshape(sizes.columns, v.shape[-1]).T


def time_columns(v: Array, sizes: Sizes) -> Array:
    """Lay (T, ..., F) out as (T, F, B): a view where the batch axes allow it."""
    return v.reshape(sizes.steps, sizes.columns, v.shape[-1]).transpose(0, 2, 1)


def rows(v: Array, sizes: Sizes) -> Array:
    """The way back, as a view: (F, B) gives (..., F), and (T, F, B) gives (T, ..., F)."""
    return v.swapaxes(-1, -2).reshape(*v.shape[:-2], *sizes.batch, v.shape[-2])


def chunks_backward(sizes: Sizes, rows: int, dtype: np.dtype[Any]) -> Iterator[tuple[slice, Array]]:
    """Yield chunks of steps, from the last to the first, each with room for its dL/dz.

    A chunk is a slice of K steps and an uninitialised array (rows, K, B), in memory that the next
    chunk uses again.
    """
    fitting = CACHED // max(rows * sizes.columns * dtype.itemsize, 1)
    length = min(max(CHUNK, fitting, -(-sizes.steps // CHUNKS)), sizes.steps)
    room = np.empty(rows * length * sizes.columns, dtype)
    for stop in range(sizes.steps, 0, -length):
        start = max(stop - length, 0)
        shape = (rows, stop - start, sizes.columns)
        yield slice(start, stop), room[: math.prod(shape)].reshape(shape)


def side_by_side(v: Array) -> Array:
    """Lay (K, F, B) out as (F, K·B), so that one product sums over time and batch at once."""
    return v.transpose(1, 0, 2).reshape(v.shape[1], v.shape[0] * v.shape[2])


def weight_gradient(d_z: Array, inputs: Array, d_W: Array) -> None:
    """Add a chunk's dL/dW to d_W (G, N): d_z is (G, K, B), inputs is (K, N, B)."""
    d_W += flat(d_z) @ side_by_side(inputs).T


def input_gradient(W_x: Array, d_z: Array, d_xs: Array) -> None:
    """Write dL/dx of a chunk into d_xs (K, B, D): W_x is (G, D), d_z is (G, K, B)."""
    np.matmul(d_z.transpose(1, 2, 0), W_x, out=d_xs)


def flat(d_z: Array) -> Array:
    """Lay (G, K, B) out as (G, K·B)."""
    return d_z.reshape(d_z.shape[0], d_z.shape[1] * d_z.shape[2])


def state_gradient(d: Array, given: tuple[int, ...] | None, sizes: Sizes) -> Array:
    """Give dL/d(initial state) the shape in which the state came, summed where it was broadcast.

    d is (H, B). A state that was not given has the full shape, (..., H).
    """
    gradient = rows(d, sizes)
    if given is None or gradient.shape == given:
        return gradient
    missing = gradient.ndim - len(given)
    repeated = tuple(missing + k for k, n in enumerate(given[:-1]) if n == 1)
    summed: Array = gradient.sum(axis=(*range(missing), *repeated)).reshape(given)
    return summed


def shape_of(state: Array | None) -> tuple[int, ...] | None:
    """The shape in which an initial state came; None if none was given."""
    return None if state is None else state.shape
