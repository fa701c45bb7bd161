"""The numbers a person may set: by name, with the range of each slider, and how one is changed.

Pure: nothing here knows of a kernel or a browser. Changing a value gives new values; the old ones
stay as they were.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array

Values = Mapping[str, Array]
"""Every number of a cell that can be set, by name: weights and biases, ``x`` and the old state."""


class Field(NamedTuple):
    """One number that a person can set."""

    key: str
    at: tuple[int, ...]
    label: str
    """What a screen reader and an error message call it."""
    limit: float
    """The slider runs from -limit to limit."""
    step: float


class Row(NamedTuple):
    """Fields that stand side by side, and what the row is called."""

    label: str
    fields: tuple[Field, ...]


class Tab(NamedTuple):
    """A block of fields set out as the matrix that it is."""

    name: str
    title: str
    role: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    by_unit: bool
    """each row is a unit's, so that one can be shown without the others"""


_DEFAULT_LIMITS = {"h_0": 1.0, "c_0": 3.0, "xs": 5.0}
_STEPS = {"h_0": 0.01, "c_0": 0.05}


def matrix_tab(
    name: str, title: str, role: str, blocks: Sequence[tuple[str, str, Sequence[str]]], of: Values
) -> Tab:
    """One row a unit; `blocks` are (key, symbol, names of its columns), a bias being one column."""
    rows = []
    for unit in range(of[blocks[0][0]].shape[0]):
        fields: list[Field] = []
        for key, symbol, columns in blocks:
            for j, column in enumerate(columns):
                at = (unit, j) if of[key].ndim == 2 else (unit,)
                reads = f", from {column}" if of[key].ndim == 2 else ""
                fields.append(field_of(key, at, f"{symbol}, unit {unit + 1}{reads}", of))
        rows.append(Row(f"unit {unit + 1}", tuple(fields)))
    return Tab(name, title, role, tuple(c for block in blocks for c in block[2]), tuple(rows), True)


def field_of(key: str, at: tuple[int, ...], label: str, values: Values) -> Field:
    """Return the field of a number; its slider reaches as far as every number of its array."""
    limit = max(_DEFAULT_LIMITS.get(key, 10.0), nice_above(float(abs(values[key]).max())))
    return Field(key, at, label, limit, _STEPS.get(key, 0.1))


def change(values: Values, field: Field, raw: Any) -> Values:
    """Return `values` with one number replaced by `raw`, a number or what was typed in a box.

    Raises CellInputError, in one sentence, when it is no finite number or outside the slider.
    """
    old = values[field.key][field.at]
    stays = f"It stays at {_written(old)}."
    text = str(raw).strip().replace(",", ".").replace("−", "-")
    if not text:
        raise CellInputError(f"{field.label}: the box is empty, expected a number. {stays}")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CellInputError(f"{field.label}: “{_short(raw)}” is not a number. {stays}")
    if abs(number) > field.limit:
        raise CellInputError(
            f"{field.label}: {_written(number)} is outside {_written(-field.limit)} to "
            f"{_written(field.limit)}. {stays}"
        )
    array = values[field.key].copy()
    array[field.at] = number
    return {**values, field.key: array}


def nice_above(size: float) -> float:
    """Return the smallest of 1, 1.5, 2, 3, 5, 7.5 and their tenfolds that is not below `size`."""
    if size <= 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(size))
    return next(m * ten for m in (1, 1.5, 2, 3, 5, 7.5, 10, 15) if m * ten >= size)


def _written(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def _short(raw: Any) -> str:
    text = str(raw)
    return text if len(text) <= 20 else text[:19] + "…"
