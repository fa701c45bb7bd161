"""The stored picture of a diagram: what GitHub, nbviewer and an HTML export show."""

import base64
import io
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle
from matplotlib.patheffects import withStroke

from course_utils.widgets.diagram import (
    BOX_WIDTH,
    Bar,
    Diagram,
    Node,
    Operator,
    Wire,
    bar_step,
    box_height,
)
from course_utils.widgets.picture_steps import draw_steps, rows_shown, steps_height
from course_utils.widgets.reading import FLAT, Reading, decimals

COLOURS = {
    "state": "#333333",
    "forget": "#D55E00",
    "input": "#009E73",
    "candidate": "#0072B2",
    "output": "#CC79A7",
    "plain": "#999999",
}
"""Okabe and Ito's palette; explorer.css names the same colours."""

_SIGNS = {True: "#56B4E9", False: "#E69F00"}
"""What is above 0, and below: the two colours of the palette that no part of a cell has."""

_INK, _PAPER, _FAINT = "#212121", "#ffffff", "#767676"
_POINTS = 0.72
"""The picture is 9 inches for 900 units: a unit is 0.72 points."""


def as_png(
    title: str,
    diagram: Diagram,
    reading: Reading,
    unit: int,
    *,
    carried: Mapping[str, tuple[str, str]],
    step: int,
) -> str:
    """Return the diagram of `reading` as PNG in base64, and below it the steps of a sequence.

    More than two units show `unit` only.
    """
    units = list(range(reading.units)) if reading.units <= 2 else [unit]
    rows = rows_shown(carried, reading, units)
    height = diagram.height + steps_height(rows)
    figure = Figure(figsize=(diagram.width / 100, height / 100), dpi=110, facecolor=_PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, diagram.width), ylim=(height, 0))
    axes.set_axis_off()
    kinds = {node.name: node.kind for node in diagram.nodes}
    for wire in diagram.wires:
        _draw_wire(axes, wire, kinds, reading, units)
    for operator in diagram.operators:
        _draw_operator(axes, operator)
    for node in diagram.nodes:
        _draw_node(axes, node, reading, units)
    _draw_bars(axes, diagram, reading, units)
    which = "" if reading.units <= 2 else f", unit {unit + 1} of {reading.units}"
    legend = f"{title}{which}. ▲▼ saturated: the slope is below {FLAT:g}"
    _write(axes, 130, diagram.height - 12, legend, 11, colour=_FAINT)
    if steps_height(rows):
        draw_steps(axes, diagram.height, diagram.width, rows, step)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode()


def lanes(units: list[int]) -> list[tuple[int, float]]:
    """(unit, offset) of the lines that run side by side, one for each unit shown."""
    return [(unit, 11.0 * (k - (len(units) - 1) / 2)) for k, unit in enumerate(units)]


def _draw_wire(
    axes: Any, wire: Wire, kinds: Mapping[str, str], reading: Reading, units: list[int]
) -> None:
    """A gate is a line as broad as it is open; other numbers are bands around a line."""
    alone = not wire.carries or (wire.bus and len(units) > 1)
    kind = "" if alone else kinds[wire.carries]
    for unit, offset in [(0, 0.0)] if alone else lanes(units):
        points = _shifted(wire.points, offset)
        value = 0.0 if alone else float(reading.numbers[wire.carries][unit])
        if kind == "sigmoid":
            _draw_line(axes, points, COLOURS[wire.role], 1.2 + 8.8 * abs(wire.complement - value))
            continue
        if value:
            broad = 10 * min(abs(value) / reading.full[kind], 1)
            _draw_line(axes, points, _SIGNS[value > 0], broad, alpha=0.75)
        _draw_line(axes, points, COLOURS[wire.role], 1.6)
    if wire.leaves:
        x, y = wire.points[-1]
        head = [(x, y - 9), (x + 14, y), (x, y + 9)]
        axes.add_patch(Polygon(head, fc=COLOURS[wire.role], zorder=1))


def _draw_line(axes: Any, points: Any, colour: str, width: float, **how: Any) -> None:
    xs, ys = zip(*points, strict=True)
    width *= _POINTS
    axes.plot(xs, ys, color=colour, lw=width, solid_capstyle="butt", zorder=1, **how)


def _shifted(points: tuple[tuple[float, float], ...], offset: float) -> list[tuple[float, float]]:
    """Move a line of right angles sideways, so that its corners stay corners."""
    moved = [list(point) for point in points]
    for k, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        axis = 1 if y1 == y2 else 0
        if (x1, y1) != (x2, y2):
            moved[k][axis] = points[k][axis] + offset
            moved[k + 1][axis] = points[k + 1][axis] + offset
    return [(x, y) for x, y in moved]


def _draw_operator(axes: Any, operator: Operator) -> None:
    colour = COLOURS[operator.role]
    if operator.sign == "tanh":
        axes.add_patch(_box(operator.x, operator.y, 40, 22, colour, 1.6))
    else:
        axes.add_patch(
            Circle((operator.x, operator.y), 13, fc=_PAPER, ec=colour, lw=1.6 * _POINTS, zorder=2)
        )
    _write(axes, operator.x, operator.y, operator.sign, 14, ha="center", va="center")


def _draw_node(axes: Any, node: Node, reading: Reading, units: list[int]) -> None:
    height = box_height(len(units))
    left, top = node.x - BOX_WIDTH / 2, node.y - height / 2
    axes.add_patch(_box(node.x, node.y, BOX_WIDTH, height, COLOURS[node.role], 1.6))
    _write(axes, left + 7, top + 12, mathtext(node.symbol), 13, va="center")
    if node.label:
        at = left + BOX_WIDTH - 6, top + 12
        _write(axes, *at, node.label, 10.5, ha="right", va="center", colour=_FAINT)
    _draw_meters(axes, node, reading, units, top)
    for k, text in enumerate(_lines(node, reading, units)):
        _write(axes, left + BOX_WIDTH - 16, top + 31 + 18 * k, text, 14, ha="right", va="center")
    for k, unit in enumerate(units):
        if node.name in reading.saturated and reading.saturated[node.name][unit]:
            mark = "▲" if reading.numbers[node.name][unit] > 0.5 else "▼"
            _write(axes, left + BOX_WIDTH - 8, top + 31 + 18 * k, mark, 8, ha="center", va="center")


def _draw_meters(axes: Any, node: Node, reading: Reading, units: list[int], top: float) -> None:
    """Behind each number how large it is: from the left for a gate, else from the middle."""
    numbers = reading.numbers[node.name]
    shown = units
    if node.kind == "vector":
        shown = list(range(len(numbers))) if len(numbers) <= len(units) else []
    gate, room = node.kind == "sigmoid", BOX_WIDTH - 4
    for k, unit in enumerate(shown):
        value = float(numbers[unit])
        share = min(abs(value) / reading.full[node.kind], 1)
        width = room * share if gate else room * share / 2 * (1 if value > 0 else -1)
        corner = node.x - room / 2 if gate else node.x, top + 22 + 18 * k
        axes.add_patch(
            Rectangle(corner, width, 17, fc=_SIGNS[value > 0], alpha=0.42, lw=0, zorder=3)
        )


def _lines(node: Node, reading: Reading, units: list[int]) -> list[str]:
    numbers = reading.numbers[node.name]
    if node.kind != "vector":
        return [decimals(float(numbers[unit])) for unit in units]
    per_line = -(-len(numbers) // len(units))
    texts = [f"{v:.3g}".replace("-", "−") for v in numbers[: 4 * len(units)]]
    return [" ".join(texts[k : k + per_line]) for k in range(0, len(texts), per_line)]


def _draw_bars(axes: Any, diagram: Diagram, reading: Reading, units: list[int]) -> None:
    left, top, width, _ = diagram.bars_box
    _write(axes, left, top + 8, mathtext(diagram.bars_title), 13, va="center")
    _write(axes, left, top + 24, diagram.bars_note, 11.5, va="center", colour=_FAINT)
    room = (width - 76) / (2 if reading.below else 1)
    zero, stretch = left + 74 + (room if reading.below else 0), room / reading.scale
    step = bar_step(diagram, len(units))
    y = top + 46
    for unit in units:
        axes.plot([zero, zero], [y - 8, y + step * (len(diagram.bars) - 0.5)], color=_FAINT, lw=0.6)
        ends = {"": 0.0}
        for bar in diagram.bars:
            start = ends[bar.start]
            length = float(reading.numbers[bar.name][unit])
            ends[bar.name] = start + length
            _draw_bar(axes, bar, zero + start * stretch, length * stretch, y, step)
            if bar.ghost:
                ghost = float(reading.numbers[bar.ghost][unit]) * stretch
                _outline(axes, zero, ghost, y, step)
            _write(axes, left + 70, y, mathtext(bar.symbol), 11.5, ha="right", va="center")
            y += step
        y += step / 2


def _draw_bar(axes: Any, bar: Bar, x: float, length: float, y: float, step: float) -> None:
    axes.add_patch(
        Rectangle((x, y - step * 0.36), length, step * 0.72, fc=COLOURS[bar.role], zorder=2)
    )


def _outline(axes: Any, x: float, length: float, y: float, step: float) -> None:
    axes.add_patch(
        Rectangle(
            (x, y - step * 0.45),
            length,
            step * 0.9,
            fill=False,
            ec=_INK,
            ls=(0, (3, 2)),
            zorder=3,
            path_effects=[withStroke(linewidth=2.4, foreground=_PAPER)],
        )
    )


def _box(x: float, y: float, width: float, height: float, colour: str, line: float) -> Any:
    return FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=5",
        fc=_PAPER,
        ec=colour,
        lw=line * _POINTS,
        zorder=2,
    )


def _write(axes: Any, x: float, y: float, text: str, size: float, **how: Any) -> None:
    axes.text(x, y, text, fontsize=size * _POINTS, color=how.pop("colour", _INK), zorder=4, **how)


def mathtext(symbol: str) -> str:
    """Return C̃_t and h_{t-1} as Matplotlib's mathematics writes them."""
    if "_" not in symbol:
        return symbol
    tex = (
        symbol.replace("C̃", r"\tilde{C}")
        .replace("H̃", r"\tilde{H}")
        .replace("∘", r"\circ")
        .replace("tanh ", r"\tanh\,")
    )
    words = re.split(
        r"((?:\\\w+(?:\{\w\})?|[^\W_])_(?:\{[^}]*\}|[^\W_])| ?\\circ ?|\\tanh\\,)", tex
    )
    return "".join(f"${w}$" if k % 2 else w for k, w in enumerate(words))
