"""The view of one unit of the writing network: a page of the novel, tinted by its cell state."""

from functools import lru_cache
from types import MappingProxyType

import numpy as np
import traitlets

from course_utils.cells import embedding_lookup, stack_sequence
from course_utils.cells.checks import Array
from course_utils.training.stored_writers import writer
from course_utils.training.tasks import novel
from course_utils.training.tasks.language import Tokens
from course_utils.widgets.views.controls import Choice, Preset, Settings, Slider
from course_utils.widgets.views.letters import ROW, WIDE, box_of, frame, lines_of, named, tinted
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.scene import Boxes, Label, Mark, Pick, Picture, Scene, Table

_LEFT, _TOP, _LINES = 8.0, 40.0, 8
_BEFORE = 400
"""So many characters are read before the page, so that the states are those of the middle."""
_QUANTITIES = {
    "c": "cell state C",
    "h": "hidden state h",
    "f": "forget gate f",
    "i": "input gate i",
    "o": "output gate o",
}


class UnitText(LiveView):
    """Eight lines that the network never learned from, tinted by one of its 256 units.

    `unit` counts from 1, `page` says where in the text; `quantity` is "c", "h", "f", "i" or "o".
    `at` is the letter whose number is said.
    """

    stored = ("writer", "held_out")
    title = "What one unit does while the network reads"
    name = traitlets.Unicode("unit").tag(sync=True)
    controls = (
        Slider("unit", "unit", 1, 256, 1),
        Slider("page", "page", 1, 104, 1),
        Choice("quantity", "show", tuple(_QUANTITIES.items())),
        Slider("at", "letter", 1, 608, 1),  # more than any page has
    )
    defaults: Settings = MappingProxyType({"unit": 1, "page": 2, "quantity": "c", "at": 1})
    presets: tuple[Preset, ...] = (
        Preset(
            "Length of the word",
            "Orange where a word begins, bluer the longer it gets.",
            {"unit": 232, "page": 2},
        ),
        Preset(
            "Inside quotation marks",
            "Orange from an opening mark on, pale or blue again behind the closing one.",
            {"unit": 173, "page": 75},
        ),
    )

    def draw(self, settings: Settings) -> Picture:
        """Return the page in its tint, and the unit's number at the ends of each line."""
        text, inside = page(int(settings["page"]))
        values = inside[settings["quantity"]][:, int(settings["unit"]) - 1]
        middle, half = _range(values, gate=settings["quantity"] in ("f", "i", "o"))
        lines = lines_of(text)
        at = min(int(settings["at"]), len(text)) - 1
        row, column = next(
            (r, at - start) for r, (start, line) in enumerate(lines) if at < start + len(line)
        )
        marks: list[Mark] = [
            *_legend(_QUANTITIES[settings["quantity"]], middle, half),
            *tinted(lines, list((values - middle) / half), _LEFT, _TOP, "candidate"),
            frame(row, column, _LEFT, _TOP),
        ]
        picks = tuple(
            Pick(box_of(r, c, _LEFT, _TOP), "at", start + c + 1, f"letter {start + c + 1}")
            for r, (start, line) in enumerate(lines)
            for c in range(len(line))
        )
        scene = Scene(_TOP + ROW * len(lines) + 6, tuple(marks), picks, WIDE)
        words = (
            f"Unit {settings['unit']}, {_QUANTITIES[settings['quantity']]}: "
            f"{_signed(values[at])} after letter {at + 1}, “{named(text[at])}”; "
            f"on this page from {_signed(values.min())} to {_signed(values.max())}."
        )
        rows = tuple(
            (
                line.rstrip("\n"),
                _signed(values[start]),
                _signed(values[start + len(line) // 2]),
                _signed(values[start + len(line) - 1]),
            )
            for start, line in lines
        )
        columns = ("line", "first letter", "middle", "last letter")
        return Picture(
            scene, words, (Table("The unit, line by line", columns, rows),), {"at": len(text)}
        )


@lru_cache(4)
def page(number: int) -> tuple[str, dict[str, Array]]:
    """Return eight lines of the held-out chapters and the network's inside on them, (T, H) each."""
    whole = novel.stored("held_out")
    start, end = _span(whole, number)
    before = max(start - _BEFORE, 0)
    inside = inside_of(whole[before:end])
    return novel.text_of(whole[start:end]), {k: v[start - before :] for k, v in inside.items()}


def inside_of(tokens: Tokens) -> dict[str, Array]:
    """Return c, h, f, i and o of the writing network over a text, (T, H) each."""
    params = writer()
    assert params.embedding is not None
    _, trace = stack_sequence(params.layers, embedding_lookup(params.embedding, tokens))
    return {name: np.array(getattr(trace.layers[0], name)) for name in _QUANTITIES}


def _span(whole: Tokens, number: int) -> tuple[int, int]:
    """Where a page begins and ends: so many line breaks on from the last one."""
    breaks = np.flatnonzero(whole == novel.ALPHABET.index("\n")) + 1
    first = min(_LINES * (number - 1), len(breaks) - _LINES - 1)
    return int(breaks[first]), int(breaks[first + _LINES])


def _range(values: Array, *, gate: bool) -> tuple[float, float]:
    """The middle of a unit's numbers on the page and half their range; a gate's is 0 to 1."""
    if gate:
        return 0.5, 0.5
    low, high = float(values.min()), float(values.max())
    return (low + high) / 2, max((high - low) / 2, 1e-9)


def _legend(name: str, middle: float, half: float) -> list[Mark]:
    return [
        Label(_LEFT, 20, name, 15),
        Label(180, 20, _signed(middle - half), 15, "end"),
        Boxes(((186.0, 8.0, 60.0, 15.0),), "forget", 0.75),
        Boxes(((246.0, 8.0, 60.0, 15.0),), "candidate", 0.75),
        Label(312, 20, _signed(middle + half), 15),
    ]


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
