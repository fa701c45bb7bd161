"""The stored picture of a sequence: its inputs and the carried states, one column a step."""

from collections.abc import Sequence
from typing import Any

from matplotlib.patches import Rectangle

from course_utils.widgets.reading import Reading, Row, decimals, steps_table

_LINE, _LEFT, _FIRST = 21.0, 14.0, 150.0
_MOST_ROWS = 8


def steps_height(rows: Sequence[Row]) -> float:
    """Return the room that the table takes, in units of the picture; one step takes none."""
    return _LINE * (len(rows[:_MOST_ROWS]) + 1) + 10 if rows and len(rows[0].numbers) > 1 else 0.0


def rows_shown(carried: Any, reading: Reading, units: list[int]) -> list[Row]:
    """Return the rows of the table for the units that are shown."""
    return [row for row in steps_table(carried, reading) if row.unit is None or row.unit in units]


def draw_steps(axes: Any, top: float, width: float, rows: Sequence[Row], step: int) -> None:
    """Write the table below `top`; the step shown stands on grey."""
    count = len(rows[0].numbers)
    column = min(64.0, (width - _FIRST) / count)
    height = steps_height(rows)
    left = _FIRST + column * step
    axes.add_patch(Rectangle((left, top), column, height - 6, fc="#e8e8e8", zorder=1))
    _line(axes, top + 14, "step", [str(t + 1) for t in range(count)], column, "#616161")
    for k, row in enumerate(rows[:_MOST_ROWS]):
        numbers = [decimals(value, 2) for value in row.numbers]
        _line(axes, top + 14 + _LINE * (k + 1), row.name, numbers, column, "#212121")


def _line(axes: Any, y: float, name: str, texts: list[str], column: float, ink: str) -> None:
    how = {"fontsize": 9.5, "va": "center", "color": ink, "zorder": 4}
    axes.text(_LEFT, y, name, **how)
    for t, text in enumerate(texts):
        axes.text(_FIRST + column * (t + 0.9), y, text, ha="right", **how)
