"""The view of an embedding: a word's number, its one-hot vector, its row, and the rows near it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import traitlets

from course_utils.cells.checks import Array
from course_utils.widgets.views.controls import Choice, Preset, Settings, Slider
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.neighbours import (
    HAND_SET,
    MEASURES,
    WordTable,
    checked_table,
    likeness,
    mixed,
    nearest,
    trained_table,
)
from course_utils.widgets.views.scene import (
    Box,
    Boxes,
    Label,
    Line,
    Mark,
    Pick,
    Picture,
    Scene,
    Table,
    shaded,
)

_TOP, _ROW, _X, _E = 62.0, 27.0, 102.0, 150.0
_BARS = 606.0


class EmbeddingTable(LiveView):
    """One word of a table: one-hot times E is its row, and other rows lie more or less near it.

    ``EmbeddingTable()`` has a small table set by hand, ``EmbeddingTable.trained()`` rows of a
    trained one, ``EmbeddingTable(words, E)`` your own, of at most 16 words of 12 numbers. `word`
    is the word, `share` how much of the 1 is given to `other`, `measure` "cosine", "dot" or
    "distance". Raises CellInputError when words and table do not fit.
    """

    title = "From a word to its vector"
    name = traitlets.Unicode("embedding").tag(sync=True)
    presets: tuple[Preset, ...] = ()

    def __init__(
        self,
        words: Sequence[str] | None = None,
        E: npt.ArrayLike | None = None,
        *,
        table: WordTable = HAND_SET,
        **settings: Any,
    ) -> None:
        self._table = table
        if words is not None and E is not None:
            self._table, self._called = checked_table(words, E), ("EmbeddingTable", "words", "E")
        names = tuple((word, f"{k} {word}") for k, word in enumerate(self._table.words))
        self.controls = (
            Choice("word", "word", names),
            Choice("measure", "near by", tuple(MEASURES.items())),
            Slider("share", "share of word 2", 0.0, 1.0, 0.05),
            Choice("other", "word 2", names),
        )
        first = "books" if "books" in self._table.words else self._table.words[0]
        other = next(word for word in (*self._table.words[1:], first) if word != first)
        self.defaults = {"word": first, "measure": "cosine", "share": 0.0, "other": other}
        super().__init__(**settings)

    @classmethod
    def trained(cls, *, name: str = "trained-embedding", **settings: Any) -> "EmbeddingTable":
        """Return the view of sixteen rows that the reading model has learned."""
        view = cls(table=trained_table(), name=name, **settings)
        view._called = ("EmbeddingTable.trained",)
        return view

    def own_data(self) -> dict[str, Any]:
        """Return words, rows and columns."""
        words, E, columns = self._table
        return {"words": list(words), "E": E.tolist(), "columns": list(columns)}

    def draw(self, settings: Settings) -> Picture:
        """Return the one-hot vector beside E, their product below, and the nearest rows."""
        table, measure = self._table, settings["measure"]
        word, other = (table.words.index(settings[key]) for key in ("word", "other"))
        x = mixed(table, word, other, settings["share"])
        e = (x[:, None] * table.E).sum(axis=0)  # x @ E, added in this order in the browser, too
        values = np.round(likeness(table.E, e, measure), 9)  # what is 0 but for rounding is 0
        order = nearest(values, measure)
        marks = [*_product(table, x, e), *_neighbours(table, values, order, measure)]
        right = _E + _cell_width(table) * table.E.shape[1]
        picks = tuple(
            Pick((8.0, _TOP + _ROW * k, right - 8, _ROW), "word", w, f"{w}, row {k}")
            for k, w in enumerate(table.words)
        )
        height = _TOP + _ROW * (len(table.words) + 1) + 30
        near = next(k for k in order if x[k] == 0) if (x == 0).any() else order[0]
        one = settings["share"] in (0, 1)
        of = f"row {int(np.argmax(x))} of E" if one else "a mix of two rows of E"
        words = (
            f"{_who(settings)} is {of}: {', '.join(_number(v) for v in e)}. "
            f"Nearest other row by {measure}: “{table.words[near]}”, {_number(values[near])}."
        )
        return Picture(
            Scene(height, tuple(marks), picks), words, (_twin(table, x, e, values, measure),)
        )


def _who(settings: Settings) -> str:
    share, word, other = settings["share"], settings["word"], settings["other"]
    if share in (0, 1) or word == other:
        return f"“{other if share == 1 else word}”"
    return f"{1 - share:.0%} “{word}” and {share:.0%} “{other}”"


def _cell_width(table: WordTable) -> float:
    columns: int = table.E.shape[1]
    return min(66.0, 366.0 / columns)


def _product(table: WordTable, x: Array, e: Array) -> list[Mark]:
    """The one-hot vector as a column, E row by row, and under a line the sum of the products."""
    wide, rows = _cell_width(table), len(table.words)
    right, bottom = _E + wide * len(e), _TOP + _ROW * rows
    largest = max(float(np.abs(table.E).max()), 1e-12)
    cells: list[tuple[Box, float]] = [
        ((_E + wide * c + 1, _TOP + _ROW * r + 1, wide - 2, _ROW - 2), 0.5 * float(v) / largest)
        for r, row in zip([*range(rows), rows + 0.35], [*table.E, e], strict=True)
        for c, v in enumerate(row)
    ]
    marks: list[Mark] = [
        Label(_X + 16, _TOP - 10, "x_{t}", 16, "middle"),
        Label(_E - 9, _TOP - 10, "·", 16, "middle"),
        Label(_E, _TOP - 34, "E, a row for each word", 16),
        *shaded(cells, "candidate"),
    ]
    digits = 2 if wide > 40 else 1
    for c, name in enumerate(table.columns):
        marks.append(Label(_E + wide * (c + 0.5), _TOP - 10, name, 13.5, "middle", faint=True))
    for r, (word, share, row) in enumerate(zip(table.words, x, table.E, strict=True)):
        y = _TOP + _ROW * r + 18.5
        on = bool(share)
        marks.append(Label(_X - 10, y, word, 15, "end", bold=on))
        marks.append(Label(_X + 16, y, f"{share:.2g}", 15, "middle", bold=on, faint=not on))
        marks += [_entry(c, v, y, wide, digits) for c, v in enumerate(row)]
    frames = [(8.0, _TOP + _ROW * r, right - 8, _ROW) for r in np.flatnonzero(x)]
    marks.append(Boxes(tuple(frames), "state", outline=True))
    marks.append(Line(((_E, bottom + 4), (right, bottom + 4)), "state", 1.5))
    y = bottom + 0.35 * _ROW + 18.5
    marks.append(Label(_E - 10, y, "e_{t}", 16, "end"))
    return marks + [_entry(c, v, y, wide, digits) for c, v in enumerate(e)]


def _entry(column: int, value: float, y: float, wide: float, digits: int) -> Label:
    size = 14 if wide > 40 else 12  # a minus, two digits and a point must fit
    return Label(_E + wide * (column + 0.5), y, _number(value, digits), size, "middle")


def _neighbours(table: WordTable, values: Array, order: list[int], measure: str) -> list[Mark]:
    """Bars for every row, the nearest on top."""
    zero = _BARS + (44.0 if measure != "distance" and (values < 0).any() else 0.0)
    room = 708.0 - zero
    scale = max(float(np.nan_to_num(np.abs(values)).max()), 1e-12)
    marks: list[Mark] = [Label(_BARS - 68, _TOP - 10, f"near e_{{t}}, by {measure}", 16, bold=True)]
    up: list[Box] = []
    down: list[Box] = []
    for place, k in enumerate(order):
        y, value = _TOP + _ROW * place, float(values[k])
        marks.append(Label(_BARS - 8, y + 18.5, table.words[k], 15, "end"))
        text = _number(value)
        length = 0.0 if math.isnan(value) else value / scale * (room if value > 0 else 40.0)
        marks.append(Label(zero + max(length, 0.0) + 6, y + 18.5, text, 14))
        box = (zero + min(length, 0.0), y + 6, abs(length), _ROW - 12)
        (up if length > 0 else down).append(box)
    return [*marks, Boxes(tuple(up), "input"), Boxes(tuple(down), "forget")]


def _number(value: float, digits: int = 2) -> str:
    if math.isnan(value):
        return "none"
    text = f"{round(value, 9):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0", "") else text.replace("-", "−")


def _twin(table: WordTable, x: Array, e: Array, values: Array, measure: str) -> Table:
    numbers = np.column_stack([x, table.E, values])
    rows = [
        (word, *(_number(float(v)) for v in row))
        for word, row in zip(table.words, numbers, strict=True)
    ]
    columns = ("word", "x_t", *table.columns, measure)
    return Table(
        "One-hot vector, E and nearness",
        columns,
        (*rows, ("e_t", "", *(_number(float(v)) for v in e), "")),
    )
