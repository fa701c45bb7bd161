"""A plot with a logarithmic axis, as marks."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from course_utils.widgets.views.scene import Anchor, Boxes, Dots, Label, Line, Mark, Point, Role

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class LogPanel(NamedTuple):
    """A field of the sheet; x runs over 1 … steps, y over powers of ten."""

    left: float
    top: float
    width: float
    height: float
    steps: int
    low: int
    """the exponent at the bottom"""
    high: int

    def x(self, t: float) -> float:
        """The place of step t."""
        return self.left + self.width * (t - 1) / max(self.steps - 1, 1)

    def y(self, value: float) -> float:
        """The place of a value; one off the scale lies on its edge."""
        exponent = math.log10(value) if value > 0 else -math.inf
        share = (min(max(exponent, self.low), self.high) - self.low) / (self.high - self.low)
        return self.top + self.height * (1 - share)

    def points(self, values: Sequence[float]) -> tuple[Point, ...]:
        """The places of the values of steps 1, 2, …"""
        return tuple((self.x(t), self.y(float(v))) for t, v in enumerate(values, 1))

    def axes(self, *, numbers: bool) -> list[Mark]:
        """Bottom line, ticks of both axes and, where wanted, the powers of ten."""
        bottom, right = self.top + self.height, self.left + self.width
        marks: list[Mark] = [Line(((self.left, bottom), (right, bottom)))]
        for t in _ticks(self.steps):
            marks.append(Line(((self.x(t), bottom), (self.x(t), bottom + 5))))
            # the ends stay inside, so that one panel's last is not read with the next one's first
            anchor: Anchor = "start" if t == 1 else "end" if t == self.steps else "middle"
            marks.append(Label(self.x(t), bottom + 20, str(t), 15, anchor, faint=True))
        every = max(1, -(-(self.high - self.low) // 6))
        for exponent in range(self.low, self.high + 1):
            if exponent % every == 0:
                y = self.y(10.0**exponent)
                marks.append(Line(((self.left, y), (right, y)), "soft"))
                if numbers:
                    text = f"10{str(exponent).translate(_RAISED)}" if exponent else "1"
                    marks.append(Label(self.left - 8, y + 5, text, 15, "end", faint=True))
        return marks

    def curve(self, values: Sequence[float], role: Role, shape: str) -> list[Mark]:
        """A line through the values, with marks at every few steps."""
        points = self.points(values)
        every = max(1, len(points) // 8)
        dots = Dots(points[::-every][::-1], role, shape, 4.0)  # type: ignore[arg-type]
        return [Line(points, role, 2.5), dots]

    def band(self, first: int, last: int) -> Boxes:
        """The steps from `first` to `last` with a tint behind them."""
        x = self.x(first)
        return Boxes(((x, self.top, self.x(last) - x, self.height),), "candidate", 0.12)


def power(value: float) -> str:
    """A size as a power of ten with one digit in front, 1e-08 as 1·10⁻⁸; near 1 as it is."""
    if value == 0:
        return "0"
    if 0.01 <= value < 99.5:
        return f"{value:.2g}"
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"


def _ticks(steps: int) -> list[int]:
    """1 and a few round numbers, the last step among them."""
    every = next(n for n in (1, 2, 5, 10, 20, 25, 50) if steps / n <= 5 or n == 50)
    return [1, *(t for t in range(every, steps, every) if 1 < t < steps - every / 2), steps]
