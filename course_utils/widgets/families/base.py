"""What the explorer needs to know of a kind of cell, and nothing more."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array, as_floats
from course_utils.widgets.diagram import Diagram
from course_utils.widgets.families.challenges import Challenge
from course_utils.widgets.values import Values

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


class Block(NamedTuple):
    """Numbers that stand side by side on a tab: of a matrix, or of a bias, which is one column."""

    key: str
    symbol: str
    reads: tuple[str, ...] = ()
    """the vectors that the columns of a matrix read: ``h_prev``, ``x``"""
    column: str = ""
    """what the one column of a bias is called"""


class Tab(NamedTuple):
    """Parameters that are set together, one row per unit."""

    name: str
    title: str
    role: str
    blocks: tuple[Block, ...]


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
    challenges: tuple[Challenge, ...]
    carried: Mapping[str, tuple[str, str]]
    """what a step hands to the next: (its field of the trace, its letter), by ``h_prev``, …"""
    values: Callable[[Any, Any, Any], Values]
    """(params, x, state) -> named arrays, checked; raises CellInputError"""
    params: Callable[[Values], Any]
    """what the step function takes: other conventions are translated into this course's"""
    state: Callable[[Values], Any]
    trace: Callable[[Values], Any]
    """One step of the cell on these numbers: its trace, a named tuple."""
    program: list[list[Any]]
    """the same step for the browser; see program.py"""
    tabs: tuple[Tab, ...]
    """the tabs of the parameters"""
    code: "Code"
    under: Callable[[Choice], "Family"]
    """the same cell under another convention; raises CellInputError where it is unknown"""


class Code(NamedTuple):
    """A setting as Python: the pieces of a script that computes it.

    ``<forget.W>`` stands for the numbers of that key, ``<inputs>`` for how many numbers x has.
    """

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


def as_code(key: str) -> str:
    """Return Python for the numbers of `key`, which are to be filled in."""
    return f"np.array(<{key}>)"
