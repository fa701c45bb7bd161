"""The lectures' blackboard: numbers as one writes them on paper, and figures told in words too.

The notebooks beside it import it. What is computed comes from course_utils; here it is only shown.
"""

import re
from collections.abc import Mapping
from html import escape

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from IPython.display import HTML, Math, display
from matplotlib.figure import Figure

from course_utils.cells import Affine, affine
from course_utils.exercises.latex import matrix

_PAGE = 58
"""So many digits side by side fit a page of 800 pixels."""


def line(label: str, values: npt.ArrayLike, digits: int = 5) -> None:
    """Print a label and a vector, each number with `digits` decimals."""
    numbers = "  ".join(f"{v:.{digits}f}" for v in np.atleast_1d(values))
    print(f"{label:<24} [{numbers}]")


def by_hand(name: str, gate: Affine, v: npt.ArrayLike, unit: int) -> None:
    """Print one row of W v + b as a person writes it; units count from 1."""
    weights, bias, z = gate.W[unit - 1], gate.b[unit - 1], affine(gate, v)[unit - 1]
    pairs = zip(weights, np.asarray(v), strict=True)
    products = " + ".join(f"{_in_a_product(w)}·{_in_a_product(a)}" for w, a in pairs)
    print(f"{name}[{unit}] = {products} + {_in_a_product(bias)} = {z:g}")


def formulas(named: Mapping[str, npt.ArrayLike]) -> None:
    """Display matrices side by side, each by its name in LaTeX; a vector stands as a column.

    What is too wide for a page of 800 pixels goes into another row.
    """
    rows, taken = [[]], 0
    for name, values in named.items():
        width = _width(name, values)
        if rows[-1] and taken + width > _PAGE:
            rows.append([])
            taken = 0
        rows[-1].append(f"{name} = {matrix(values, 9)}")
        taken += width
    for row in rows:
        display(Math(r" \quad ".join(row)))


def show(figure: Figure, words: str) -> None:
    """Display a figure and, folded under it, what it shows, for readers who do not see it."""
    display(figure, metadata={"image/png": {"alt": words}})
    fold = f"<details><summary>The figure in words</summary><p>{escape(words)}</p></details>"
    display(HTML(fold))
    plt.close(figure)


def _width(name: str, values: npt.ArrayLike) -> int:
    """About how many digits wide `name = matrix` is, brackets and gaps included."""
    array = np.asarray(values, dtype=float)
    columns = array.reshape(len(array), -1).T if array.ndim else array.reshape(1, 1)
    digits = sum(max(len(f"{number:.9g}") for number in column) for column in columns)
    letters = len(re.sub(r"\\[a-z]+|[{}_^]", "", name))
    return letters + digits + 2 * len(columns) + 3


def _in_a_product(number: float) -> str:
    return f"({number:g})" if number < 0 else f"{number:g}"
