"""Text on a grid, a letter a place, each as strongly coloured as its value is large."""

import re
from collections.abc import Iterator, Sequence

from course_utils.widgets.views.scene import Box, Boxes, Label, Mark, Role, shaded

COLUMN, ROW, SIZE = 9.6, 24.0, 15.0
COLUMNS, WIDE = 38, 384.0
"""As many letters as a phone can show, and the width of such a sheet."""


def lines_of(text: str, most: int = COLUMNS) -> list[tuple[int, str]]:
    """Cut a text at its line breaks, and behind a word where `most` characters are too few.

    Each line comes with the place of its first character; a line break, or the space where it was
    cut, belongs to the line it ends.
    """
    whole, cut, long = rf"[^\n]{{1,{most}}}\Z", rf"[^\n]{{,{most - 1}}}[ \n]", rf"[^\n]{{{most}}}"
    return [(found.start(), found[0]) for found in re.finditer(f"{whole}|{cut}|{long}", text)]


def box_of(row: int, column: int, x: float, y: float) -> Box:
    """Return the box of a letter in a grid whose upper left corner is (x, y)."""
    return (x + COLUMN * column, y + ROW * row, COLUMN, ROW - 3)


def tinted(
    lines: Sequence[tuple[int, str]], values: Sequence[float], x: float, y: float, positive: Role
) -> Iterator[Mark]:
    """Yield the letters of `lines` over boxes as strong in colour as `values` are large, -1 to 1.

    A line break is shown as a faint ↵. Negative values have the colour of the forget gate.
    """
    placed = [
        (box_of(row, column, x, y), start + column, letter)
        for row, (start, line) in enumerate(lines)
        for column, letter in enumerate(line)
    ]
    # at most 0.75, so that ink stays readable on it in both themes
    yield from (
        mark._replace(opacity=0.75 * mark.opacity)
        for mark in shaded(((box, float(values[k])) for box, k, _ in placed), positive)
    )
    for (left, top, wide, _), _, letter in placed:
        if letter != " ":
            shown = "↵" if letter == "\n" else letter
            where = (left + wide / 2, top + SIZE)
            yield Label(*where, shown, SIZE, "middle", faint=letter == "\n", mono=True)


def frame(row: int, column: int, x: float, y: float) -> Boxes:
    """Return a frame around one letter."""
    left, top, wide, high = box_of(row, column, x, y)
    return Boxes(((left - 1, top - 1, wide + 2, high + 2),), "state", outline=True)


def named(letter: str) -> str:
    """Return a letter, or the name of what leaves no mark."""
    return {" ": "(space)", "\n": "(line break)"}.get(letter, letter)
