"""Bad input is answered at the door: which argument, what came, what was expected."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]


class CellInputError(ValueError):
    """An argument of a cell has the wrong type, shape or values. The message names the argument."""


def as_floats(name: str, value: npt.ArrayLike) -> Array:
    """Return `value` as a float array of any shape; float32 stays float32, integers become float64.

    Raises CellInputError when it is missing, ragged, not real numbers, or holds NaN or infinity.
    """
    if value is None:
        raise CellInputError(f"{name} is missing: got None, expected an array of numbers")
    try:
        array = np.asarray(value)
    except ValueError:
        raise CellInputError(
            f"{name} is ragged: its rows differ in length, expected a rectangular array of numbers"
        ) from None
    if array.dtype.kind not in "fiub":
        raise CellInputError(
            f"{name} has dtype {array.dtype}, expected real numbers (float64, float32 or integers)"
        )
    floats: Array = array if array.dtype.kind == "f" else array.astype(np.float64)
    if not np.logical_and.reduce(np.isfinite(floats), axis=None):  # .all(), without its detour
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(floats))[0])
        raise CellInputError(
            f"{name} holds {floats[where]} at index {list(where)}, expected finite numbers"
        )
    return floats


def as_features(name: str, value: npt.ArrayLike, size: int) -> Array:
    """Return `value` as floats of shape (..., size).

    Raises CellInputError when the last axis has another length.
    """
    array = as_floats(name, value)
    if array.ndim == 0 or array.shape[-1] != size:
        hint = ""
        if array.ndim == 2 and array.shape == (size, 1):
            hint = f"; a column vector? {name}.ravel() has the feature axis last"
        raise CellInputError(
            f"{name} has shape {array.shape}, expected (..., {size}): the feature axis last{hint}"
        )
    return array


def as_matrix(name: str, value: npt.ArrayLike, shape: tuple[int | None, int | None]) -> Array:
    """Return `value` as a float matrix; None in `shape` stands for any positive length.

    Raises CellInputError when it has another number of axes or another length on one of them.
    """
    array = as_floats(name, value)
    fits = array.ndim == 2 and all(
        got > 0 if n is None else got == n for got, n in zip(array.shape, shape, strict=True)
    )
    if not fits:
        expected = "(" + ", ".join("any" if n is None else str(n) for n in shape) + ")"
        raise CellInputError(f"{name} has shape {array.shape}, expected a matrix of {expected}")
    return array


def as_vector(name: str, value: npt.ArrayLike, size: int) -> Array:
    """Return `value` as floats of shape (size,).

    Raises CellInputError when it has another shape.
    """
    array = as_floats(name, value)
    if array.shape != (size,):
        raise CellInputError(f"{name} has shape {array.shape}, expected ({size},)")
    return array


def as_gradient(name: str, value: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return an incoming gradient as floats of exactly `shape`, or raise CellInputError."""
    gradient = as_features(name, value, shape[-1])
    if gradient.shape != shape:
        raise CellInputError(f"{name} has shape {gradient.shape}, expected {shape}")
    return gradient


def in_batch(name: str, value: Array, batch: tuple[int, ...]) -> Array:
    """Return `value` of shape (..., H) with its leading axes broadcast to `batch`.

    Raises CellInputError when they do not fit.
    """
    shape = (*batch, value.shape[-1])
    try:
        return np.broadcast_to(value, shape)
    except ValueError:
        raise CellInputError(f"{name} has shape {value.shape}, expected {shape}") from None
