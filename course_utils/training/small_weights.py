"""Weights in a quarter of the room: whole numbers of 8 bits, with a scale for each row."""

from os import PathLike
from typing import Any

import numpy as np

from course_utils.cells import leaves, map_leaves
from course_utils.cells.checks import Array
from course_utils.training.saving import load_params, save_params

_LARGEST = 127


def rounded(params: Any) -> Any:
    """Return `params` as they are after a round trip through 8 bits, in float64."""
    return map_leaves(lambda a: _restored(*packed(a)), params)


def packed(array: Array) -> tuple[Array, Array]:
    """Return whole numbers of 8 bits and the scale of each row; a vector is one row."""
    scale = np.abs(array).max(axis=-1, keepdims=True) / _LARGEST
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    return np.rint(array / scale).astype(np.int8), scale


def save_small(path: str | PathLike[str], params: Any) -> None:
    """Write `params`: every row as whole numbers from -127 to 127 times a scale of its own."""
    save_params(path, tuple(map_leaves(lambda a, k=k: packed(a)[k], params) for k in (0, 1)))


def load_small(path: str | PathLike[str]) -> Any:
    """Read what :func:`save_small` wrote, in float64; equals :func:`rounded` of what was written.

    Raises CellInputError when the file is not such a file.
    """
    whole, scales = load_params(path)
    return map_leaves(_restored, whole, scales)


def _restored(whole: Array, scale: Array) -> Array:
    return whole * scale.astype(np.float64)


def largest_rounding(params: Any) -> float:
    """Return the largest difference that :func:`rounded` makes to a number in `params`."""
    pairs = zip(leaves(params), leaves(rounded(params)), strict=True)
    return max(float(np.abs(a - b).max()) for (_, a), (_, b) in pairs)
