"""A picture as data: marks on a sheet 760 wide, y downwards, and the same told in a table.

One description serves the live view in the browser, the stored picture and the reader who sees
neither. Nothing here knows of a kernel, a browser or matplotlib.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

WIDTH = 760.0

Role = Literal["state", "forget", "input", "candidate", "output", "plain", "faint", "soft"]
"""A colour by its name in the explorer, so that a gate has one colour throughout the course."""
Anchor = Literal["start", "middle", "end"]
Shape = Literal["circle", "square", "diamond", "triangle"]
"""Of a mark, which tells curves apart beside colour."""
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x, y, width, height"""


class Boxes(NamedTuple):
    """Rectangles of one look."""

    boxes: tuple[Box, ...]
    role: Role = "plain"
    opacity: float = 1.0
    outline: bool = False
    """drawn as a frame, not filled"""
    kind: str = "boxes"


class Line(NamedTuple):
    """A line through points."""

    points: tuple[Point, ...]
    role: Role = "faint"
    width: float = 1.0
    dashed: bool = False
    kind: str = "line"


class Dots(NamedTuple):
    """Marks at points, told apart by shape as well as by colour."""

    points: tuple[Point, ...]
    role: Role
    shape: Shape = "circle"
    size: float = 4.0
    kind: str = "dots"


class Label(NamedTuple):
    """Text; ``W_{fh}`` has a subscript. y is its base line."""

    x: float
    y: float
    text: str
    size: float = 15.0
    anchor: Anchor = "start"
    bold: bool = False
    faint: bool = False
    light: bool = False
    """white on a strong colour"""
    mono: bool = False
    """every letter as wide as every other"""
    turn: float = 0.0
    """degrees, clockwise, around (x, y)"""
    kind: str = "label"


Mark = Boxes | Line | Dots | Label


class Pick(NamedTuple):
    """A place that can be clicked to set a control; the control itself serves the keyboard."""

    box: Box
    key: str
    value: float | str
    title: str


class Scene(NamedTuple):
    """All that is drawn, in order."""

    height: float
    marks: tuple[Mark, ...]
    picks: tuple[Pick, ...] = ()
    width: float = WIDTH


class Table(NamedTuple):
    """Numbers as text, for readers of tables; each row begins with its heading."""

    caption: str
    columns: tuple[str, ...]
    """names of all columns, the headings' own first"""
    rows: tuple[tuple[str, ...], ...]

    def as_text(self) -> str:
        """Return the table as aligned lines."""
        lines = [self.columns, *self.rows]
        widths = [max(len(line[k]) for line in lines) for k in range(len(self.columns))]
        return "\n".join(
            "  ".join(
                text.ljust(w) if k == 0 else text.rjust(w)
                for k, (text, w) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )


class Picture(NamedTuple):
    """What a view shows for one setting."""

    scene: Scene
    words: str
    """what it shows, in a sentence or two: the text under the picture and its alternative"""
    tables: tuple[Table, ...]
    limits: Mapping[str, float] = {}
    """how far sliders go with this setting, where it is less than they could"""


def shaded(
    values: Iterable[tuple[Box, float]], positive: Role, negative: Role = "forget", levels: int = 20
) -> list[Boxes]:
    """Boxes as strong in colour as their value is large, -1 to 1: one mark for each strength."""
    found: dict[tuple[Role, int], list[Box]] = {}
    for box, value in values:
        level = round(levels * min(abs(value), 1.0))
        if level:
            found.setdefault((positive if value > 0 else negative, level), []).append(box)
    return [
        Boxes(tuple(boxes), role, level / levels) for (role, level), boxes in sorted(found.items())
    ]


def plain(text: str) -> str:
    """Return text without the braces of its subscripts: W_{h} as W_h."""
    return text.replace("{", "").replace("}", "")
