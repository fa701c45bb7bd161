"""The view of a network that goes on writing from words that are typed."""

import re
from collections.abc import Iterator
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import traitlets

from course_utils.cells import CellInputError, softmax
from course_utils.cells.checks import Array
from course_utils.training.model import predict
from course_utils.training.stored_writers import continued, writer
from course_utils.training.tasks import novel
from course_utils.widgets.views.controls import Preset, Settings, Slider, TextBox
from course_utils.widgets.views.letters import named
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.scene import Label, Mark, Picture, Scene, Table

_WIDE, _LEFT, _TOP, _ROW, _SIZE = 490.0, 8.0, 26.0, 27.0, 18.0
_LETTERS, _LINES, _LIKELIEST, _LONGEST = 360, 10, 6, 200
_LINE = re.compile(r"\S(.{0,44}\S)?(?!\S)|\S{46}")
"""At most 46 characters, as a phone can show, to where a word ends; of a longer word as many."""


class TextWriter(LiveView):
    """An LSTM that has read Moby-Dick goes on from `prompt`, one letter after the other.

    `temperature` says how daring it is, `draw` which of its many continuations is shown.
    """

    stored = ("writer",)
    title = "A network goes on writing"
    name = traitlets.Unicode("writer").tag(sync=True)
    controls = (
        TextBox("prompt", "your words", lambda text, typing: _checked(text)),
        Slider("temperature", "temperature", 0.1, 2.0, 0.1),
        Slider("draw", "draw number", 1, 40, 1),
    )
    defaults: Settings = MappingProxyType({"prompt": "The ship ", "temperature": 0.5, "draw": 1})
    presets: tuple[Preset, ...] = (
        Preset(
            "Never a risk",
            "At 0.1 it nearly always takes the likeliest letter. Does it get anywhere?",
            {"temperature": 0.1},
        ),
        Preset(
            "As it learned to", "At 1 it draws from its own probabilities.", {"temperature": 1.0}
        ),
        Preset("Anything goes", "At 2 unlikely letters come too often.", {"temperature": 2.0}),
    )

    def draw(self, settings: Settings) -> Picture:
        """Return the prompt in bold, what was written after it, and what was expected first."""
        prompt = settings["prompt"]
        text = written(prompt, settings["temperature"], settings["draw"])
        given, new = _wrapped(prompt), _wrapped(text + "…")
        high = _ROW * (len(given) + max(len(new), _LINES)) + 8
        scene = Scene(high, tuple(_marks(given, new)), width=_WIDE)
        words = (
            f"After “{prompt.strip()}” the network wrote {_LETTERS} characters at temperature "
            f"{settings['temperature']:.1f}."
        )
        rows = tuple((line,) for line in [*given, *new])
        tables = (Table("What is written", ("line by line",), rows), _expected(prompt))
        return Picture(scene, words, tables)


@lru_cache(200)
def written(prompt: str, temperature: float, draw: int) -> str:
    """Return what the stored network writes after `prompt`.

    Other words, other random numbers: with the same ones much the same text follows on all of them.
    """
    seed = [draw, sum(map(ord, prompt))]
    return continued(writer(), prompt, _LETTERS, temperature, seed)


def _checked(text: str) -> str:
    typed = novel.as_typed(text).replace("\n", " ")  # the box has one line
    unknown = next((c for c in typed if c not in novel.ALPHABET), None)
    if unknown is not None:
        raise CellInputError(f"“{unknown}” does not occur in the novel")
    if not typed.strip():
        raise CellInputError("the box is empty, expected a word or two")
    if len(typed) > _LONGEST:
        raise CellInputError(f"there are {len(typed)} characters, expected at most {_LONGEST}")
    return typed


def _wrapped(text: str) -> list[str]:
    """Cut a text into lines; a single line break becomes a space, two of them a new paragraph."""
    parts = (part.replace("\n", " ") for part in re.split(r"\n\n\s*", text))
    return [line[0] for part in parts for line in _LINE.finditer(part)]


def _marks(given: list[str], new: list[str]) -> Iterator[Mark]:
    """What was given in bold, what was written below it."""
    for row, line in enumerate([*given, *new]):
        yield Label(_LEFT, _TOP + _ROW * row, line, _SIZE, bold=row < len(given))


def _expected(prompt: str) -> Table:
    p: Array = softmax(predict(writer(), novel.tokens_of(prompt)[:, None])[-1, 0])
    likeliest = np.argsort(-p, kind="stable")[:_LIKELIEST]
    rows = tuple((named(novel.ALPHABET[k]), f"{p[k]:.3f}") for k in likeliest)
    return Table("What it expects after your words", ("next letter", "probability"), rows)
