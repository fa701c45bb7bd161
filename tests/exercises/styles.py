"""The ways in which a person writes down right numbers."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    "float128": lambda a: a.astype(np.longdouble),
    "object array": lambda a: a.astype(object),
}


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    copied = array.copy()
    copied.setflags(write=False)
    return copied
