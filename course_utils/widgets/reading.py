"""What a reader sees in a trace: plain numbers, which of them are saturated, and the text twin."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells.checks import Array
from course_utils.widgets.diagram import Diagram
from course_utils.widgets.values import Values, nice_above

FLAT = 0.01
"""A gate is called saturated where the slope of its squashing function is below this."""


_SLOPES: dict[str, Callable[[Array], Array]] = {
    "sigmoid": lambda y: y * (1 - y),
    "tanh": lambda y: 1 - y * y,
}


class Reading(NamedTuple):
    """The numbers of one setting, ready to be drawn."""

    numbers: dict[str, Array]
    """every value that can be set and every field of the trace, by name"""
    saturated: dict[str, list[bool]]
    """for each squashed node, unit by unit"""
    scale: float
    """the bars' axis ends at scale, on either side of 0 where `below`"""
    below: bool
    """some number of the bars is negative, in some step"""
    full: dict[str, float]
    """the size that fills a box or a line, by the kind of node"""
    units: int


class Row(NamedTuple):
    """One quantity over all steps."""

    name: str
    unit: int | None
    """of which unit, counted from 0; none for an input"""
    numbers: Array
    """(T,)"""


def read(diagram: Diagram, values: Values, traces: Sequence[Any], step: int = 0) -> Reading:
    """Gather what `diagram` needs of a step's values and trace; one scale serves all the steps."""
    numbers: dict[str, Array] = {**values, **traces[step]._asdict()}
    saturated = {
        node.name: (_SLOPES[node.kind](numbers[node.name]) < FLAT).tolist()
        for node in diagram.nodes
        if node.kind in _SLOPES
    }
    barred = {name for bar in diagram.bars for name in (bar.name, bar.ghost) if name}

    def over_time(names: Iterable[str]) -> Array:
        """All numbers of some quantities in all steps, in a row, and 0."""
        rows = [values[n] if n in values else getattr(t, n) for n in names for t in traces]
        return np.concatenate([np.zeros(1), *rows])

    def size(names: Iterable[str]) -> float:
        return nice_above(max(float(np.abs(over_time(names)).max()), 1.0))

    def of_kinds(*kinds: str) -> list[str]:
        return [node.name for node in diagram.nodes if node.kind in kinds]

    state = size(of_kinds("state", "value"))
    full = {"sigmoid": 1.0, "tanh": 1.0, "state": state, "value": state}
    full |= {kind: size(of_kinds(kind)) for kind in ("sum", "vector")}
    below = bool((over_time(barred) < 0).any())
    return Reading(numbers, saturated, size(barred), below, full, traces[step].h.shape[-1])


def decimals(value: float, most: int = 4) -> str:
    """Four decimals for small numbers, fewer for large ones, and a true minus sign."""
    digits = min(most, 4 if abs(value) < 10 else 3 if abs(value) < 100 else 1)
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def table(diagram: Diagram, reading: Reading) -> list[tuple[str, list[str]]]:
    """Return (symbol, one number per unit) for every node, in order of working; x has its own."""
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


def steps_table(carried: Mapping[str, tuple[str, str]], reading: Reading) -> list[Row]:
    """Return the inputs and the carried states of every step, one row per entry or unit."""
    xs = reading.numbers["xs"].T
    rows = [Row(f"x, entry {j + 1}" if len(xs) > 1 else "x", None, x) for j, x in enumerate(xs)]
    for field, letter in carried.values():
        along = reading.numbers[f"{field}_along"].T
        rows += [Row(f"{letter}, unit {k + 1}", k, numbers) for k, numbers in enumerate(along)]
    return rows


def steps_as_text(carried: Mapping[str, tuple[str, str]], reading: Reading) -> str:
    """Return the table of steps as aligned lines of text."""
    rows = steps_table(carried, reading)
    head = "".join(f"{t + 1:>10}" for t in range(len(rows[0].numbers)))
    lines = ["".join(f"{decimals(v):>10}" for v in row.numbers) for row in rows]
    named = [f"{row.name:<15}{line}" for row, line in zip(rows, lines, strict=True)]
    return "\n".join([f"{'step':<15}{head}", *named])
