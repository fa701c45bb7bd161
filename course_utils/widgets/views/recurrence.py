"""The view of a recurrence: lines of a textbook, worked out step after step, drawn as curves."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import traitlets

from course_utils.cells import CellInputError
from course_utils.widgets.views.axes import Axes, power
from course_utils.widgets.views.controls import Settings, Slider
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.scene import (
    Boxes,
    Label,
    Line,
    Mark,
    Picture,
    Point,
    Role,
    Scene,
    Shape,
    Table,
)
from course_utils.widgets.views.stepping import Found, Stepping

_SHEET, _LEFT, _WIDE, _TOP, _GAP, _HIGH, _ROW = 490.0, 52.0, 420.0, 40.0, 66.0, 150.0, 16.0
"""As wide as a phone can show."""
_MOST_TOLD = 12
_PLACE = re.compile(r"\{([^{}]*)\}")
_CROSSED = re.compile(r"(\w+) ([<>]) (-?\d+(?:\.\d+)?)")
_LOOKS: tuple[tuple[Role, Shape], ...] = (
    ("state", "circle"),
    ("forget", "square"),
    ("input", "triangle"),
    ("candidate", "diamond"),
)


class Curve(NamedTuple):
    """One line of the recurrence over all steps."""

    of: str
    """the letter of a quantity, "h" for h_t"""
    label: str
    role: Role | None = None
    """its colour; by default one after the other"""
    shape: Shape | None = None
    """of its marks"""
    dashed: bool = False
    """drawn as a dashed line without marks"""


class Panel(NamedTuple):
    """One plot over the steps."""

    curves: Sequence[Curve]
    low: float
    """the number at the bottom; on a logarithmic axis its power of ten"""
    high: float
    log: bool = False
    """sizes by their powers of ten; what is 0 lies at the bottom"""
    words: Sequence[str] = ()
    """what stands under the steps 1, 2, … in place of their numbers; it may end before the last"""
    wanted: Mapping[int, tuple[float, float]] = {}
    """by step, from where to where the curve should be there: drawn as a field"""


class Recurrence(LiveView):
    """Quantities of one unit over the steps, by lines of a textbook that sliders change.

    ``Recurrence("h_0 = 1   h_t = tanh(w h_{t-1})", [Slider("w", "weight w", -3, 3, 0.05)],
    [Panel([Curve("h", "h_t")], -1, 1)], w=1.2)``

    `lines` are numbers, one of each quantity, in order of working: ``h_0`` is where a quantity
    starts, ``h_t`` is worked out at every step, and what has no index once. A capital H counts as
    h, as in all formulas of the course. `inputs` are the numbers of the steps 1, 2, … by the letter
    of ``x_t``, 0 after their end; ``delayed={"d": ("r", "s")}`` lets ``d_t`` be what r was s steps
    ago, and 0 before. `says` is the sentence under the picture: ``{w}`` stands for a number,
    ``{h_10}`` for h after 10 steps, ``{h > 0.3}`` for the steps at which it is so. Raises
    CellInputError where these do not fit together.
    """

    title = "Step after step"
    name = traitlets.Unicode("recurrence").tag(sync=True)
    _called = ("Recurrence", "lines", "controls", "panels")

    def __init__(
        self,
        lines: str,
        controls: Sequence[Slider],
        panels: Sequence[Panel],
        *,
        steps: int = 40,
        inputs: Mapping[str, Sequence[float]] | None = None,
        delayed: Mapping[str, tuple[str, str]] | None = None,
        title: str = "",
        says: str = "",
        **settings: Any,
    ) -> None:
        self.controls = tuple(controls)
        if title:
            self.title = title
        keys = [control.key for control in self.controls]
        missing = next((key for key in keys if key not in settings), None)
        if missing:
            raise CellInputError(f"{missing} has no number to start with, expected {missing}=…")
        self.defaults = {key: settings[key] for key in keys}
        self._panels = tuple(map(_looking, panels))
        self._says = says
        self._stepping = Stepping(lines, keys, steps, inputs or {}, delayed or {})
        self._check()
        super().__init__(**settings)

    def _check(self) -> None:
        """Raise CellInputError where a curve, or what is said, is no quantity of the lines."""
        found = self._stepping.values(self.defaults)
        if not self._panels or not all(panel.curves for panel in self._panels):
            raise CellInputError("there is nothing to draw, expected a panel with a curve")
        for panel in self._panels:
            if not panel.low < panel.high:
                raise CellInputError(
                    f"a panel goes from {panel.low:g} to {panel.high:g}, expected low < high"
                )
        for curve in (curve for panel in self._panels for curve in panel.curves):
            if curve.of not in found.series:
                raise CellInputError(
                    f"there is no curve of {curve.of}, expected one of {', '.join(found.series)}"
                )
        _PLACE.sub(lambda place: _told(place[1], found), self._says)

    def own_data(self) -> dict[str, Any]:
        """Return the program of the lines, what goes into it, and how it is drawn."""
        panels = [
            {
                **panel._asdict(),
                "curves": [curve._asdict() for curve in panel.curves],
                "words": list(panel.words),
                "wanted": [[step, *ends] for step, ends in panel.wanted.items()],
            }
            for panel in self._panels
        ]
        return {**self._stepping.program(), "panels": panels, "says": self._says}

    def draw(self, settings: Settings) -> Picture:
        """Return the panels one below the other, and the numbers of all steps.

        Raises CellInputError where a number is too large.
        """
        found = self._stepping.values(settings)
        marks: list[Mark] = []
        top = _TOP
        for panel in self._panels:
            marks += _drawn(panel, found, top)
            top += _HIGH + _GAP + (_ROW if panel.words else 0)
        middle = _LEFT + _WIDE / 2
        marks.append(Label(middle, top - 24, "step", 15, "middle", faint=True))
        says = _PLACE.sub(lambda place: _told(place[1], found), self._says)
        return Picture(
            Scene(top - 14, tuple(marks), width=_SHEET), says, (_table(self._panels, found),)
        )


def _looking(panel: Panel) -> Panel:
    """The panel with colours and marks for all its curves."""
    curves = [
        curve._replace(role=curve.role or role, shape=curve.shape or shape)
        for curve, (role, shape) in zip(panel.curves, _LOOKS, strict=False)
    ]
    if len(curves) < len(panel.curves):
        raise CellInputError(
            f"a panel has {len(panel.curves)} curves, expected {len(_LOOKS)} at most"
        )
    return panel._replace(curves=curves)


def _drawn(panel: Panel, found: Found, top: float) -> list[Mark]:
    """One panel: what is wanted, axes, curves, and above them what they are."""
    first, last = min(found.first.values()), len(panel.words) or found.steps
    axes = Axes(_LEFT, top, _WIDE, _HIGH, first, last, panel.low, panel.high, panel.log)
    marks: list[Mark] = [_wanted(axes, panel)] if panel.wanted else []
    marks += axes.frame()
    marks += _words_below(axes, panel.words) if panel.words else axes.steps()
    x = _LEFT
    for curve in panel.curves:
        marks += _curve(axes, curve, axes.points(found.series[curve.of], found.first[curve.of]))
        marks += _curve(axes, curve, ((x, top - 18), (x + 26, top - 18)))
        marks.append(Label(x + 36, top - 13, curve.label, 14))
        x += _WIDE / len(panel.curves)
    return marks


def _curve(axes: Axes, curve: Curve, points: tuple[Point, ...]) -> list[Mark]:
    """A curve as far as the axes go; a sample of one in the line above them."""
    inside = tuple(point for point in points if point[0] <= axes.right + 1e-9)
    role, shape = curve.role or "state", curve.shape or "circle"
    return (
        [Line(inside, role, 2.0, dashed=True)] if curve.dashed else axes.curve(inside, role, shape)
    )


def _wanted(axes: Axes, panel: Panel) -> Mark:
    wide = 0.5 * axes.width / max(axes.last - axes.first, 1)
    boxes = [
        (axes.x(step) - wide / 2, axes.y(high), wide, axes.y(low) - axes.y(high))
        for step, (low, high) in panel.wanted.items()
    ]
    return Boxes(tuple(boxes), "candidate", 0.25)


def _words_below(axes: Axes, words: Sequence[str]) -> list[Mark]:
    """Words in two rows, one after the other, so that they do not meet."""
    return [
        Label(axes.x(step), axes.bottom + 20 + _ROW * (step % 2), word, 14, "middle", faint=True)
        for step, word in enumerate(words, 1)
    ]


def _told(place: str, found: Found) -> str:
    """What stands for a place in the sentence: a number, one of a step, or steps."""
    if crossed := _CROSSED.fullmatch(place):
        letter, sign, limit = crossed[1], crossed[2], float(crossed[3])
        if letter in found.series:
            return _steps_at(found, letter, 1 if sign == ">" else -1, limit)
    if place in found.once:
        return _said(found.once[place])
    letter, _, step = place.rpartition("_")
    if letter in found.series and step.isdecimal():
        at = int(step) - found.first[letter]
        if 0 <= at < len(found.series[letter]):
            return _said(found.series[letter][at])
    raise CellInputError(
        f"says has {{{place}}}, expected a slider such as {{w}}, a line at a step such as "
        "{h_10}, or {h > 0.5}"
    )


def _steps_at(found: Found, letter: str, sign: int, limit: float) -> str:
    """The steps at which a quantity is above a limit, or with a sign of −1 below it."""
    steps = [
        t
        for t, value in enumerate(found.series[letter], found.first[letter])
        if sign * value > sign * limit
    ]
    if not steps:
        return "no step"
    if len(steps) > _MOST_TOLD:
        return f"{len(steps)} steps"
    return f"step {steps[0]}" if len(steps) == 1 else f"steps {', '.join(map(str, steps))}"


def _said(value: float) -> str:
    size = abs(value)
    text = f"{size:.3g}" if 0.01 <= size < 999.5 else power(size, 1)
    return f"−{text}" if value < 0 and text != "0" else text


def _table(panels: Sequence[Panel], found: Found) -> Table:
    curves = {curve.of: curve.label for panel in panels for curve in panel.curves}
    rows = []
    for step in range(min(found.first[letter] for letter in curves), found.steps + 1):
        at = [(found.series[letter], step - found.first[letter]) for letter in curves]
        rows.append((str(step), *(_said(series[k]) if k >= 0 else "" for series, k in at)))
    return Table("Step by step", ("step", *curves.values()), tuple(rows))
