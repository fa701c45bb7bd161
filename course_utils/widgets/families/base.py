"""What the explorer needs to know of a kind of cell, and nothing more."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array, as_floats
from course_utils.widgets.diagram import Diagram
from course_utils.widgets.values import Tab, Values


class Preset(NamedTuple):
    """A setting worth looking at, and one sentence that says what to look for."""

    title: str
    note: str
    params: Any
    x: Array
    state: Any


class Family(NamedTuple):
    """One kind of cell: how its numbers are named, computed, drawn and written down."""

    name: str
    title: str
    diagram: Diagram
    presets: Mapping[str, Preset]
    values: Callable[[Any, Any, Any], Values]
    """(params, x, state) -> named arrays, checked; raises CellInputError"""
    params: Callable[[Values], Any]
    state: Callable[[Values], Any]
    trace: Callable[[Values], Any]
    """One step of the cell on these numbers: its trace, a named tuple."""
    tabs: Callable[[Values], tuple[Tab, ...]]
    python: Callable[[Values], str]


def one_step_vector(name: str, value: Any) -> Array:
    """Return `value` as float64 of shape (N,): the explorer shows one step of one example."""
    array = as_floats(name, value)
    if array.ndim != 1 or array.size == 0:
        raise CellInputError(
            f"{name} has shape {array.shape}, expected one vector: the explorer shows one example"
        )
    return np.array(array, dtype=np.float64)


def as_code(array: Array) -> str:
    """Return the array as nested lists that Python reads back without loss."""
    return f"np.array({array.tolist()!r})"


def names(letter: str, count: int) -> tuple[str, ...]:
    """Return h_1, h_2, …"""
    return tuple(f"{letter}_{j + 1}" for j in range(count))
