"""The view of a trained language model that reads along: its gates light up word by word."""

from collections.abc import Collection
from types import MappingProxyType

import numpy as np
import traitlets

from course_utils.cells.checks import Array
from course_utils.widgets.reader.grammar import VOCABULARY
from course_utils.widgets.reader.reading import MOST_WORDS, Reading, read, words_of
from course_utils.widgets.views.controls import (
    Choice,
    Control,
    Preset,
    Settings,
    Slider,
    TextBox,
)
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.scene import (
    Boxes,
    Label,
    Mark,
    Pick,
    Picture,
    Role,
    Scene,
    Table,
    shaded,
)

_LEFT, _TOP, _WIDE, _ROW = 30.0, 86.0, 480.0, 16.0
_NEXT, _BAR = 566.0, 26.0
_LIKELIEST = 8
_QUANTITIES: dict[str, tuple[str, str, Role]] = {
    "f": ("f_{t}", "forget gate f", "forget"),
    "i": ("i_{t}", "input gate i", "input"),
    "c_tilde": ("C̃_{t}", "candidate C̃", "candidate"),
    "o": ("o_{t}", "output gate o", "output"),
    "c": ("C_{t}", "cell state C", "candidate"),
    "h": ("h_{t}", "hidden state h", "candidate"),
}
_GATES = ("f", "i", "o")


class SentenceGates(LiveView):
    """A small trained LSTM reads the sentence you type: one row per unit, one column per word.

    `sentence` is what it reads, of the words it knows; `other` a second one of as many words, or
    nothing: then the map shows how the two differ. `quantity` is "f", "i", "c_tilde", "o", "c" or
    "h", `order` "number" or "moving", `at` the word after which the next one is guessed, 0 for the
    beginning.
    """

    stored = ("sentence_model",)
    title = "A language model reads along"
    name = traitlets.Unicode("sentence").tag(sync=True)
    controls: tuple[Control, ...] = (
        TextBox("sentence", "sentence", lambda text, typing: " ".join(words_of(text, typing))),
        TextBox("other", "compare with", lambda text, typing: _or_nothing(text, typing)),
        Choice("quantity", "show", tuple((k, v[1]) for k, v in _QUANTITIES.items())),
        Choice("order", "units", (("number", "by their number"), ("moving", "by movement"))),
        Slider("at", "next after word", 0, MOST_WORDS, 1),
    )
    defaults: Settings = MappingProxyType(
        {
            "sentence": "the writer of the books",
            "other": "",
            "quantity": "f",
            "order": "number",
            "at": 5,
        }
    )
    presets: tuple[Preset, ...] = (
        Preset(
            "is or are?",
            "“keys” came last, and yet: is. Type “writers” for “writer” and look again.",
            {"sentence": "the writer of the books near the keys", "at": 8},
        ),
        Preset(
            "Who remembers the number?",
            "Two sentences, one letter apart: what is left of it in C, in which row?",
            {
                "sentence": "the writer of the books near the key",
                "other": "the writers of the books near the key",
                "quantity": "c",
                "order": "moving",
                "at": 8,
            },
        ),
        Preset(
            "When is it written?",
            "The input gate, in a sentence with two verbs.",
            {"sentence": "the student that likes the letters is tired .", "quantity": "i", "at": 9},
        ),
    )

    def follow(self, settings: Settings, given: Collection[str]) -> Settings:
        """Go on to the last word of a new sentence; never beyond the end."""
        end = len(settings["sentence"].split())
        goes_on = "sentence" in given and "at" not in given
        return {**settings, "at": end if goes_on else min(settings["at"], end)}

    def draw(self, settings: Settings) -> Picture:
        """Return the heat map, the likeliest next words, and both as tables."""
        reading = read(tuple(settings["sentence"].split()))
        values, compared = _values(reading, settings)
        rows = _row_order(values, settings["order"])
        at = settings["at"]
        marks = [
            *_heat_map(reading, values, rows, settings["quantity"], at, compared),
            *_next_words(reading, at),
        ]
        wide = _column(reading)
        bottom = _TOP + _ROW * len(rows)
        picks = tuple(
            Pick(
                (_LEFT + wide * t, _TOP, wide, bottom - _TOP), "at", t, f"next word after “{word}”"
            )
            for t, word in enumerate(reading.words)
        )
        scene = Scene(bottom + 44, tuple(marks), picks)
        tables = (_word_table(reading), _unit_table(reading, values, settings), _KNOWN)
        words = _told(reading, settings, compared)
        return Picture(scene, words, tables, {"at": len(reading.words) - 1})


def _or_nothing(text: str, typing: bool) -> str:
    return " ".join(words_of(text, typing)) if text.strip() else ""


def _values(reading: Reading, settings: Settings) -> tuple[Array, bool]:
    """The numbers of the map, (T, H), and whether another sentence was taken from them."""
    values = reading.inside[settings["quantity"]]
    other = tuple(settings["other"].split())
    if len(other) != len(reading.words) - 1:
        return values, False
    return values - read(other).inside[settings["quantity"]], True


def _row_order(values: Array, order: str) -> list[int]:
    if order == "number":
        return list(range(values.shape[1]))
    return [int(k) for k in np.argsort(-np.ptp(values, axis=0), kind="stable")]


def _column(reading: Reading) -> float:
    return min(_WIDE / len(reading.words), 60.0)


def _heat_map(
    reading: Reading, values: Array, rows: list[int], quantity: str, at: int, compared: bool
) -> list[Mark]:
    symbol, _, role = _QUANTITIES[quantity]
    signed = compared or quantity not in _GATES
    wide, largest = _column(reading), max(float(np.abs(values).max()), 1.0) if signed else 1.0
    cells = [
        ((_LEFT + wide * t, _TOP + _ROW * r, wide - 1, _ROW - 1), float(values[t, unit]) / largest)
        for r, unit in enumerate(rows)
        for t in range(len(reading.words))
    ]
    bottom, right = _TOP + _ROW * len(rows), _LEFT + wide * len(reading.words)
    marks: list[Mark] = [
        Boxes(((_LEFT, _TOP, right - _LEFT - 1, bottom - _TOP - 1),), "soft"),
        *shaded(cells, "candidate" if signed else role),
        Boxes(
            ((_LEFT + wide * at - 1, _TOP - 2, wide + 1, bottom - _TOP + 3),), "state", outline=True
        ),
    ]
    for r, unit in enumerate(rows):
        marks.append(Label(_LEFT - 6, _TOP + _ROW * r + 12, str(unit + 1), 13, "end", faint=True))
    for t, word in enumerate(reading.words):
        x = _LEFT + wide * (t + 0.5) + 4
        text = "start" if t == 0 else word
        marks.append(Label(x, _TOP - 8, text, 16, turn=-40, bold=t == at, faint=t == 0))
    name = f"difference of {symbol}" if compared else symbol
    return marks + _legend(name, role, largest, signed, bottom + 14)


def _legend(name: str, role: Role, largest: float, signed: bool, y: float) -> list[Mark]:
    shares = [-1.0, -0.5, 0.0, 0.5, 1.0] if signed else [0.0, 0.25, 0.5, 0.75, 1.0]
    boxes = [((210.0 + 30 * k, y, 29.0, 14.0), share) for k, share in enumerate(shares)]
    low = f"−{largest:.2g}" if signed else "0"
    return [
        Label(_LEFT, y + 13, name, 16),
        Label(202, y + 12, low, 15, "end"),
        Boxes(((210.0, y, 149.0, 14.0),), "soft"),
        *shaded(boxes, "candidate" if signed else role),
        Label(366, y + 12, f"{largest:.2g}", 15),
        Label(410, y + 12, "one row per unit, one column per word", 15, faint=True),
    ]


def _likeliest(reading: Reading, at: int) -> list[tuple[str, float]]:
    p = reading.expected[at]
    return [(VOCABULARY[k], float(p[k])) for k in np.argsort(-p, kind="stable")[:_LIKELIEST]]


def _next_words(reading: Reading, at: int) -> list[Mark]:
    after = "at the start" if at == 0 else f"after “{reading.words[at]}”"
    marks: list[Mark] = [
        Label(_NEXT - 46, _TOP + 12, "next word", 16, bold=True),
        Label(_NEXT - 46, _TOP + 34, after, 16),
    ]
    boxes = []
    for place, (word, p) in enumerate(_likeliest(reading, at)):
        y = _TOP + 54 + _BAR * place
        boxes.append((_NEXT + 32, y, max(110 * p, 0.5), _BAR - 8))
        marks.append(Label(_NEXT + 26, y + 13, word, 16, "end"))
        marks.append(Label(_NEXT + 38 + 110 * p, y + 13, f"{p:.2f}", 15, faint=True))
    return [*marks, Boxes(tuple(boxes), "plain")]


def _told(reading: Reading, settings: Settings, compared: bool) -> str:
    at, best = settings["at"], _likeliest(reading, settings["at"])[:2]
    after = "At the start" if at == 0 else f"After “{' '.join(reading.words[1 : at + 1])}”"
    guess = " or ".join(f"“{word}” ({p:.0%})" for word, p in best)
    name = _QUANTITIES[settings["quantity"]][1]
    if compared:
        return (
            f"{after} it expects {guess}. Shown is the {name} minus that of “{settings['other']}”."
        )
    if settings["other"]:
        return f"{after} it expects {guess}. To be compared, both sentences need as many words."
    return f"{after} it expects {guess}. Shown is the {name}."


def _word_table(reading: Reading) -> Table:
    rows = []
    for t, word in enumerate(reading.words):
        own = "" if t == 0 else f"{reading.given[t]:.3f}"
        best = ", ".join(f"{w} {p:.2f}" for w, p in _likeliest(reading, t)[:3])
        rows.append(("(start)" if t == 0 else word, own, best))
    columns = ("word", "its probability before it was read", "likeliest next words")
    return Table("What it expects, word by word", columns, tuple(rows))


def _unit_table(reading: Reading, values: Array, settings: Settings) -> Table:
    name = _QUANTITIES[settings["quantity"]][1]
    words = ("(start)", *(f"{t} {word}" for t, word in enumerate(reading.words[1:], 1)))
    rows = tuple(
        (f"unit {k + 1}", *(f"{v:.2f}".replace("-", "−") for v in values[:, k]))
        for k in range(values.shape[1])
    )
    return Table(f"The {name}, unit by unit", ("unit", *words), rows)


_KNOWN = Table(
    "The words it knows",
    ("from", "words"),
    tuple(
        (f"{k + 1}", " ".join(sorted(VOCABULARY)[k : k + 12]))
        for k in range(0, len(VOCABULARY), 12)
    ),
)
