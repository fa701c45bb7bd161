"""The ways in which a person writes down right numbers, and a right function."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.cells import Affine, affine, sigmoid

Writing = Callable[[NDArray[Any]], Any]


def significant(array: NDArray[Any], digits: int = 3) -> NDArray[Any]:
    """Round to significant digits, as a hand calculation does; whole numbers are written out."""
    rounded = [v if v == round(v) else float(f"{v:.{digits}g}") for v in array.ravel()]
    return np.array(rounded, dtype=np.float64).reshape(array.shape)


class ArrayLike:
    """What another library's tensor looks like to NumPy."""

    def __init__(self, values: NDArray[Any]) -> None:
        self._values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        return np.array(self._values, dtype=dtype)


class TensorWithGradient(ArrayLike):
    """What NumPy cannot read before it is detached, as PyTorch's."""

    def detach(self) -> ArrayLike:
        return ArrayLike(self._values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


WRITINGS: dict[str, Writing] = {
    "array": lambda a: a,
    "list": lambda a: a.tolist(),
    "tuple": lambda a: tuple(a.tolist()) if a.ndim else a.item(),
    "float32": lambda a: a.astype(np.float32),
    "column": lambda a: a.reshape(-1, 1) if a.ndim == 1 else a,
    "row": lambda a: a.reshape(1, -1) if a.ndim == 1 else a,
    "column of lists": lambda a: [[v] for v in a.tolist()] if a.ndim == 1 else a.tolist(),
    "numpy scalars": lambda a: [np.float64(v) for v in a] if a.ndim == 1 else a,
    "one-element arrays": lambda a: [np.array([v]) for v in a] if a.ndim == 1 else a,
    "fractions": lambda a: [Fraction(v) for v in a.tolist()] if a.ndim == 1 else a,
    "decimals": lambda a: [Decimal(str(v)) for v in a.tolist()] if a.ndim == 1 else a,
    "three digits": significant,
    "three digits in a list": lambda a: significant(a).tolist(),
    "four digits": lambda a: significant(a, 4),
    "four decimals": lambda a: np.round(a, 4),
    "big-endian": lambda a: a.astype(">f8"),
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a,
    "read-only": lambda a: _read_only(a),
    "fortran order": np.asfortranarray,
    "another library's tensor": ArrayLike,
    "a tensor with gradient": TensorWithGradient,
    "a list of tensors": lambda a: [TensorWithGradient(v) for v in a] if a.ndim else a,
    "float128": lambda a: a.astype(np.longdouble),
    "object array": lambda a: a.astype(object),
}


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    copied = array.copy()
    copied.setflags(write=False)
    return copied


# A forget gate, written in every way that is right ---------------------------------------------


def by_matrix(W_f: Any, b_f: Any, h_prev: Any, x: Any) -> Any:
    return 1 / (1 + np.exp(-(W_f @ np.concatenate([h_prev, x]) + b_f)))


def by_loops(W: Any, b: Any, h: Any, x: Any) -> Any:
    v = [*h, *x]
    out = []
    for row, bias in zip(W, b, strict=True):
        z = sum(w * value for w, value in zip(row, v, strict=True)) + bias
        out.append(1 / (1 + np.exp(-z)))
    return out


def by_blocks(W, b, h, x):  # type: ignore[no-untyped-def]
    H = b.shape[0]
    z = np.einsum("ij,...j->...i", W[:, :H], h) + np.einsum("ij,...j->...i", W[:, H:], x) + b
    return 0.5 * (1 + np.tanh(z / 2))


def by_columns(W_f: Any, b_f: Any, h_prev: Any, x: Any) -> Any:
    hx = np.vstack([np.reshape(h_prev, (-1, 1)), np.reshape(x, (-1, 1))])
    return sigmoid(np.dot(W_f, hx) + np.reshape(b_f, (-1, 1)))


def in_another_order(x: Any, h_prev: Any, b_f: Any, W_f: Any) -> Any:
    return by_matrix(W_f, b_f, h_prev, x)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "matrix product": by_matrix,
    "loops and a list": by_loops,
    "blocks and tanh": by_blocks,
    "columns": by_columns,
    "named arguments in another order": in_another_order,
    "keyword only": lambda *, W_f, b_f, h_prev, x: by_matrix(W_f, b_f, h_prev, x),
    "positional only": lambda W, b, h, x, /: by_matrix(W, b, h, x),
    "any arguments": lambda *a: by_matrix(*a),
    "a default more": lambda W_f, b_f, h_prev, x, debug=False: by_matrix(W_f, b_f, h_prev, x),
    "both parts": lambda W, b, h, x: (np.zeros_like(b), by_matrix(W, b, h, x)),
    "a dictionary": lambda W, b, h, x: {"f_t": by_matrix(W, b, h, x)},
    "the course's cells": lambda W, b, h, x: sigmoid(
        affine(Affine(W, b), np.concatenate([h, x], axis=-1))
    ),
    "a tuple": lambda W, b, h, x: tuple(by_matrix(W, b, h, x)),
    "float32 result": lambda W, b, h, x: by_matrix(W, b, h, x).astype(np.float32),
    "row product": lambda W, b, h, x: sigmoid(np.hstack([h, x]) @ W.T + b),
    "numpy.matmul": lambda W, b, h, x: sigmoid(np.add(np.matmul(W, np.append(h, x)), b)),
    "exponentials of both signs": lambda W, b, h, x: (lambda z: np.exp(z) / (np.exp(z) + 1))(
        W @ np.r_[h, x] + b
    ),
    "in place on its own copy": lambda W, b, h, x: in_place(W, b, h, x),
    "a vectorised scalar function": lambda W, b, h, x: np.vectorize(lambda z: 1 / (1 + np.exp(-z)))(
        W @ np.concatenate((h, x)) + b
    ),
}


def in_place(W: Any, b: Any, h: Any, x: Any) -> Any:
    z = W @ np.concatenate([h, x]) + b
    z = -z
    np.exp(z, out=z)
    z += 1
    return 1 / z
