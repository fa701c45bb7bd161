"""What a reader sees in a trace: plain numbers, which of them are saturated, and the text twin."""

import unicodedata
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells.checks import Array
from course_utils.widgets.diagram import Diagram
from course_utils.widgets.values import Values, nice_above

FLAT = 0.01
"""A gate is called saturated where the slope of its squashing function is below this."""


class Reading(NamedTuple):
    """The numbers of one setting, ready to be drawn."""

    numbers: dict[str, Array]
    """every value that can be set and every field of the trace, by name"""
    saturated: dict[str, list[bool]]
    """for each squashed node, unit by unit"""
    scale: float
    """the bars' axis runs from -scale to scale"""
    units: int


def read(diagram: Diagram, values: Values, trace: Any) -> Reading:
    """Gather what `diagram` needs of one step's values and trace."""
    numbers: dict[str, Array] = {**values, **trace._asdict()}
    slope = {"sigmoid": lambda y: y * (1 - y), "tanh": lambda y: 1 - y * y}
    saturated = {
        node.name: (slope[node.kind](numbers[node.name]) < FLAT).tolist()
        for node in diagram.nodes
        if node.kind in slope
    }
    shown = {name for bar in diagram.bars for name in (bar.name, bar.ghost) if name}
    size = max(float(np.abs(numbers[name]).max()) for name in shown)
    return Reading(numbers, saturated, nice_above(max(size, 1.0)), trace.h.shape[-1])


def decimals(value: float) -> str:
    """Four decimals for small numbers, fewer for large ones, and a true minus sign."""
    digits = 4 if abs(value) < 10 else 3 if abs(value) < 100 else 1
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def table(diagram: Diagram, reading: Reading) -> list[tuple[str, list[str]]]:
    """Return (symbol, one number a unit) for every node, in order of working; x has its own."""
    return [
        (node.symbol, [decimals(float(v)) for v in reading.numbers[node.name]])
        for node in diagram.nodes
    ]


def as_text(diagram: Diagram, reading: Reading) -> str:
    """Return the table as aligned lines of text."""
    return "\n".join(
        f"{symbol}{' ' * (15 - _width(symbol))}" + "".join(f"{number:>10}" for number in row)
        for symbol, row in table(diagram, reading)
    )


def as_sentence(diagram: Diagram, reading: Reading) -> str:
    """Return the table as one line, for the alternative text of a picture."""
    parts = [f"{symbol} = {', '.join(row)}" for symbol, row in table(diagram, reading)]
    return "; ".join(parts) + "."


def _width(text: str) -> int:
    """The tilde of C̃ is a character of its own, but takes no room."""
    return sum(not unicodedata.combining(c) for c in text)
