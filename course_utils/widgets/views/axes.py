"""A plot over steps, as marks: its axes, and the curves in it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from course_utils.widgets.views.scene import (
    Anchor,
    Boxes,
    Dots,
    Label,
    Line,
    Mark,
    Point,
    Role,
    Shape,
)

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_NUMBERS = 6


class Axes(NamedTuple):
    """A field of the sheet; x runs over the steps, y over numbers or powers of ten."""

    left: float
    top: float
    width: float
    height: float
    first: int
    last: int
    low: float
    """the number at the bottom, or its exponent"""
    high: float
    log: bool = False

    @property
    def bottom(self) -> float:
        """Where the bottom line is."""
        return self.top + self.height

    @property
    def right(self) -> float:
        """Where the last step is."""
        return self.left + self.width

    def x(self, t: float) -> float:
        """The place of step t."""
        return self.left + self.width * (t - self.first) / max(self.last - self.first, 1)

    def y(self, value: float) -> float:
        """The place of a value; one off the scale lies on its edge."""
        if self.log:
            value = math.log10(value) if value > 0 else -math.inf
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.top + self.height * (1 - share)

    def frame(self, *, numbers: bool = True) -> list[Mark]:
        """Bottom line and, where wanted, the numbers at the left, each with its line."""
        marks: list[Mark] = [Line(((self.left, self.bottom), (self.right, self.bottom)))]
        for value in self._numbers():
            y = self.y(10.0**value if self.log else value)
            is_middle = value == 0 and not self.log and self.low < 0
            marks.append(Line(((self.left, y), (self.right, y)), "faint" if is_middle else "soft"))
            if numbers:
                text = self._power_of_ten(value) if self.log else f"{value:.3g}".replace("-", "−")
                marks.append(Label(self.left - 8, y + 5, text, 15, "end", faint=True))
        return marks

    def steps(self) -> list[Mark]:
        """The numbers of a few steps below the bottom line, the first and the last among them."""
        marks: list[Mark] = []
        for t in self._ticks():
            marks.append(Line(((self.x(t), self.bottom), (self.x(t), self.bottom + 5))))
            # the ends stay inside, so that one panel's last is not read with the next one's first
            anchor: Anchor = "start" if t == self.first else "end" if t == self.last else "middle"
            marks.append(Label(self.x(t), self.bottom + 20, str(t), 15, anchor, faint=True))
        return marks

    def points(self, values: Sequence[float], first: int | None = None) -> tuple[Point, ...]:
        """The places of the values of the steps from `first` on, by default from the left."""
        start = self.first if first is None else first
        return tuple((self.x(t), self.y(float(v))) for t, v in enumerate(values, start))

    def curve(self, points: tuple[Point, ...], role: Role, shape: Shape) -> list[Mark]:
        """A line through points, with marks at every few of them."""
        every = max(1, len(points) // 8)
        return [Line(points, role, 2.5), Dots(points[::-every][::-1], role, shape)]

    def band(self, first: int, last: int) -> Boxes:
        """The steps from `first` to `last` with a tint behind them."""
        x = self.x(first)
        return Boxes(((x, self.top, self.x(last) - x, self.height),), "candidate", 0.12)

    def _ticks(self) -> list[int]:
        every = next(n for n in (1, 2, 5, 10, 20, 25, 50) if self.last / n <= 5 or n == 50)
        between = (t for t in range(every, self.last, every))
        inside = (t for t in between if self.first < t < self.last - every / 2)
        return [self.first, *inside, self.last]

    def _numbers(self) -> list[float]:
        """Round numbers, or exponents, of which few lie on the axis."""
        span = self.high - self.low
        if self.log:
            every: float = max(1, math.ceil(span / _MOST_NUMBERS))
        else:
            tens = (10.0**k for k in range(-6, 7))
            every = next(n * ten for ten in tens for n in (1, 2, 5) if span / (n * ten) <= 4)
        first, last = math.ceil(self.low / every - 1e-9), math.floor(self.high / every + 1e-9)
        return [n * every for n in range(first, last + 1)]

    def _power_of_ten(self, exponent: float) -> str:
        return f"10{str(int(exponent)).translate(_RAISED)}" if exponent else "1"


def power(value: float, decimals: int = 0) -> str:
    """A size as a power of ten with one digit in front, 1e-08 as 1·10⁻⁸; near 1 as it is."""
    if value == 0:
        return "0"
    if 0.01 <= value < 99.5:
        return f"{value:.2g}"
    mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_RAISED)}"
