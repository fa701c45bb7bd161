"""Numbers, vectors and matrices as LaTeX, in the layout of the handwritten solutions."""

from typing import Any

import numpy as np
import numpy.typing as npt


def number(value: Any, digits: int = 4) -> str:
    """Return at most `digits` significant digits after rounding, without trailing zeros."""
    value = float(value)
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    places = max(digits - 1 - int(np.floor(np.log10(abs(value)))), 0)
    text = f"{value:.{min(places, 8)}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def matrix(values: npt.ArrayLike, digits: int = 4) -> str:
    """Return a bracketed matrix; a vector stands as a column."""
    array = np.asarray(values, dtype=np.float64)
    rows = array.reshape(-1, 1) if array.ndim < 2 else array
    body = r" \\ ".join(" & ".join(number(v, digits) for v in row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
