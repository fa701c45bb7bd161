"""What the explorer needs to know of a kind of cell, and nothing more."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array, as_floats
from course_utils.widgets.diagram import Diagram
from course_utils.widgets.values import Tab, Values

Choice = Mapping[str, str]
"""The convention a cell is read by: the value chosen for each of its switches."""


class Preset(NamedTuple):
    """A setting worth looking at, and one sentence that says what to look for."""

    title: str
    note: str
    params: Any
    x: Array
    """(D,) for one step, (T, D) for a sequence"""
    state: Any


class Option(NamedTuple):
    """One way of a convention, and a sentence for whoever switches to it."""

    value: str
    title: str
    note: str


class Convention(NamedTuple):
    """A point in which texts and libraries differ; the first option is this course's."""

    name: str
    title: str
    options: tuple[Option, ...]


class Family(NamedTuple):
    """One kind of cell under one convention: how it is named, computed, drawn and written down.

    Its functions take the values of one step: parameters, ``x`` and the state before the step.
    """

    name: str
    title: str
    choice: Choice
    conventions: tuple[Convention, ...]
    diagram: Diagram
    presets: Mapping[str, Preset]
    carried: Mapping[str, tuple[str, str]]
    """what a step hands to the next: (its field of the trace, its letter), by ``h_prev``, …"""
    values: Callable[[Any, Any, Any], Values]
    """(params, x, state) -> named arrays, checked; raises CellInputError"""
    params: Callable[[Values], Any]
    """what the step function takes: other conventions are translated into this course's"""
    state: Callable[[Values], Any]
    trace: Callable[[Values], Any]
    """One step of the cell on these numbers: its trace, a named tuple."""
    tabs: Callable[[Values], tuple[Tab, ...]]
    """the tabs of the parameters"""
    code: Callable[[Values], "Code"]
    under: Callable[[Choice], "Family"]
    """the same cell under another convention; raises CellInputError where it is unknown"""


class Code(NamedTuple):
    """A setting as Python: the pieces of a script that computes it."""

    imports: tuple[str, ...]
    params: str
    """statements that end with ``params`` as the step function takes them"""
    state: str
    """an expression"""
    step: str
    """a call with params, x and state"""


def chosen(conventions: tuple[Convention, ...], choice: Choice) -> dict[str, str]:
    """Return `choice` with the course's own where nothing is chosen, or raise CellInputError."""
    known = {c.name: [option.value for option in c.options] for c in conventions}
    for name, value in choice.items():
        if name not in known:
            raise CellInputError(f"convention is {name!r}, expected one of {', '.join(known)}")
        if value not in known[name]:
            raise CellInputError(
                f"convention {name} is {value!r}, expected one of {', '.join(known[name])}"
            )
    return {name: choice.get(name, values[0]) for name, values in known.items()}


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
