"""W v + b: what every gate does before its activation."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import (
    Array,
    CellInputError,
    as_features,
    as_floats,
    as_gradient,
    as_matrix,
    as_vector,
)


class Affine(NamedTuple):
    """One weight matrix and its bias."""

    W: Array
    """(H, N): one row per unit."""
    b: Array
    """(H,): one number per unit."""


def affine(p: Affine, v: npt.ArrayLike) -> Array:
    """W v + b for every vector v of shape (..., N); returns (..., H).

    Written ``v @ W.T`` so that batch axes may stand in front: row for row it is W @ v. Raises
    CellInputError when the shapes do not fit or a number is not finite.
    """
    W = as_matrix("W", p.W, (None, None))
    return as_features("v", v, W.shape[1]) @ W.T + as_vector("b", p.b, W.shape[0])


def checked_affine(name: str, p: Affine, shape: tuple[int | None, int | None]) -> Affine:
    """Return `p` as float arrays of the expected shapes, or raise CellInputError."""
    W = as_matrix(f"{name}.W", p.W, shape)
    return Affine(W, as_vector(f"{name}.b", p.b, W.shape[0]))


def joined(h: Array, x: Array) -> Array:
    """[h, x], in this order: shapes (..., H) and (..., D) give (..., H + D).

    Batch axes are broadcast against each other. Raises CellInputError when they do not fit.
    """
    if h.shape[:-1] != x.shape[:-1]:
        try:
            batch = np.broadcast_shapes(h.shape[:-1], x.shape[:-1])
        except ValueError:
            raise CellInputError(
                f"the batch axes of h {h.shape[:-1]} and x {x.shape[:-1]} do not fit together"
            ) from None
        h = np.broadcast_to(h, batch + h.shape[-1:])
        x = np.broadcast_to(x, batch + x.shape[-1:])
    return np.concatenate([h, x], axis=-1)


def parted(hx: Array, units: int) -> tuple[Array, Array]:
    """h (..., H) and x (..., D) of a [h, x] (..., H + D): the way back from :func:`joined`."""
    return hx[..., :units], hx[..., units:]


def input_size(name: str, p: Affine) -> tuple[int, int]:
    """Return (H, D) as the shape (H, H + D) of a gate's W implies, or raise CellInputError."""
    shape = as_floats(f"{name}.W", p.W).shape
    if len(shape) != 2 or not 0 < shape[0] < shape[1]:
        raise CellInputError(
            f"{name}.W has shape {shape}, expected (H, H + D): a row per unit, reading [h, x]"
        )
    return shape[0], shape[1] - shape[0]


def affine_backward(p: Affine, v: npt.ArrayLike, d_out: npt.ArrayLike) -> tuple[Affine, Array]:
    """Return dL/dW and dL/db as an Affine, and dL/dv, from dL/d(W v + b) of shape (..., H).

    Batch axes are summed over. Raises CellInputError when the shapes do not fit or a number is not
    finite.
    """
    W = as_matrix("W", p.W, (None, None))
    v = as_features("v", v, W.shape[1])
    d_out = as_gradient("d_out", d_out, (*v.shape[:-1], W.shape[0]))
    (d_p,), d_v = gates_backward([Affine(W, p.b)], v, [d_out])
    return d_p, d_v


def gates_backward(
    gates: Sequence[Affine], v: Array, d_zs: Sequence[Array]
) -> tuple[list[Affine], Array]:
    """Return each gate's dL/dW and dL/db, and dL/dv, to which every gate that reads v adds.

    d_zs holds dL/dz of each gate, (..., H), v is (..., N). The caller has checked them.
    """
    vs = v.reshape(-1, v.shape[-1])
    rows = [d_z.reshape(-1, d_z.shape[-1]) for d_z in d_zs]
    d_v = np.add.reduce([d_z @ p.W for p, d_z in zip(gates, d_zs, strict=True)])
    return [Affine(d_z.T @ vs, d_z.sum(axis=0)) for d_z in rows], d_v
