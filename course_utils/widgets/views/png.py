"""The stored picture of a scene: what GitHub, nbviewer and an HTML export show."""

import base64
import io
from collections.abc import Callable
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from course_utils.widgets.picture import COLOURS as EXPLORER_COLOURS
from course_utils.widgets.picture import mathtext
from course_utils.widgets.views.scene import Boxes, Dots, Label, Line, Scene

COLOURS = {**EXPLORER_COLOURS, "faint": "#616161", "soft": "#eeeeee"}
"""Of the light theme; view.css names the same."""
_INK, _PAPER = "#212121", "#ffffff"
_POINTS = 0.72
"""100 units are an inch, so a unit is 0.72 points."""
_SHAPES = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}
_ALIGN = {"start": "left", "middle": "center", "end": "right"}


def as_png(scene: Scene) -> str:
    """Return the scene as PNG in base64."""
    figure = Figure(figsize=(scene.width / 100, scene.height / 100), dpi=130, facecolor=_PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
    axes.set_axis_off()
    for order, mark in enumerate(scene.marks):
        _DRAW[mark.kind](axes, mark, order)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode()


def _boxes(axes: Any, mark: Boxes, order: int) -> None:
    corners = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in mark.boxes]
    colour = COLOURS[mark.role]
    look: dict[str, Any] = {"facecolor": colour, "alpha": mark.opacity, "linewidth": 0}
    if mark.outline:
        look = {"facecolor": "none", "edgecolor": colour, "linewidth": 2 * _POINTS}
    axes.add_collection(PolyCollection(corners, zorder=order, **look), autolim=False)


def _line(axes: Any, mark: Line, order: int) -> None:
    xs, ys = zip(*mark.points, strict=True)
    axes.plot(
        xs,
        ys,
        color=COLOURS[mark.role],
        linewidth=mark.width * _POINTS,
        linestyle=(0, (4, 3)) if mark.dashed else "-",
        zorder=order,
    )


def _dots(axes: Any, mark: Dots, order: int) -> None:
    xs, ys = zip(*mark.points, strict=True)
    size = 2 * mark.size * _POINTS
    look = {"color": COLOURS[mark.role], "markersize": size, "zorder": order, "linestyle": ""}
    axes.plot(xs, ys, marker=_SHAPES[mark.shape], **look)


def _label(axes: Any, mark: Label, order: int) -> None:
    axes.text(
        mark.x,
        mark.y,
        mathtext(mark.text),
        fontsize=mark.size * _POINTS,
        color=_PAPER if mark.light else COLOURS["faint"] if mark.faint else _INK,
        ha=_ALIGN[mark.anchor],
        va="baseline",
        weight="bold" if mark.bold else "normal",
        family="monospace" if mark.mono else "sans-serif",
        rotation=-mark.turn,
        rotation_mode="anchor",
        zorder=order,
        parse_math="_" in mark.text,
    )


_DRAW: dict[str, Callable[[Any, Any, int], None]] = {
    "boxes": _boxes,
    "line": _line,
    "dots": _dots,
    "label": _label,
}
