"""Lines and displays of LaTeX, with matrices and numbers in them."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from course_utils.formulas.matrices import matrix, number

__all__ = ["aligned", "display", "factor", "matrix", "number", "row"]


def factor(value: float) -> str:
    """Return a number as it stands behind a sign: in parentheses, if it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def row(values: npt.ArrayLike, digits: int = 4) -> str:
    """Return a bracketed row vector."""
    return matrix(np.asarray(values, dtype=np.float64).reshape(1, -1), digits)


def aligned(lines: Iterable[str]) -> str:
    """Join lines, each with one `&` where they line up."""
    body = " \\\\[4pt]\n".join(lines)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def display(*formulas: str) -> str:
    """Return formulas side by side as one Markdown display."""
    return "$$" + r", \quad ".join(formulas) + "$$"
