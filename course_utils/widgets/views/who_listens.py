"""The view of three networks before the same letter: which earlier ones each listens to."""

from functools import lru_cache
from types import MappingProxyType

import numpy as np
import traitlets

from course_utils.cells import softmax
from course_utils.cells.checks import Array
from course_utils.training.listening import listening
from course_utils.training.model import predict
from course_utils.training.stored_writers import small_writer
from course_utils.training.tasks import novel
from course_utils.widgets.views.controls import Settings, Slider
from course_utils.widgets.views.letters import ROW, WIDE, box_of, frame, lines_of, named, tinted
from course_utils.widgets.views.live_view import LiveView
from course_utils.widgets.views.scene import Label, Mark, Pick, Picture, Scene, Table

_CELLS = {"RNN": "rnn", "GRU": "gru", "LSTM": "lstm"}
_LEFT, _TOP, _LETTERS = 8.0, 26.0, 150
_DISTANCES = (1, 2, 5, 10, 20, 50)


class WhoListens(LiveView):
    """RNN, GRU and LSTM, small and trained alike: what each listens to before letter `at`.

    A letter is the darker the more its vector sways the log-probability of the framed one, which is
    the length of a gradient. `place` says where in the held-out text the passage begins.
    """

    stored = ("small_writers", "held_out")
    title = "Which letters the next one listens to"
    name = traitlets.Unicode("listening").tag(sync=True)
    controls = (
        Slider("at", "letter", 2, _LETTERS, 1),
        Slider("place", "place in the text", 0, 40_000, 50),
    )
    defaults: Settings = MappingProxyType({"at": 100, "place": 300})

    def draw(self, settings: Settings) -> Picture:
        """Return the passage once for each network, and how far back each listens as a table."""
        at, start = int(settings["at"]), int(settings["place"])
        tokens = novel.stored("held_out")[start : start + _LETTERS]
        lines = lines_of(novel.text_of(tokens))
        row, column = next(
            (r, at - 1 - first) for r, (first, line) in enumerate(lines) if at <= first + len(line)
        )
        marks: list[Mark] = []
        picks: list[Pick] = []
        rows, high = [], 34 + ROW * len(lines)
        for k, (label, cell) in enumerate(_CELLS.items()):
            y = _TOP + high * k
            heard, p = _heard(cell, start, at)
            values = np.zeros(len(tokens))
            values[: at - 1] = heard / heard.max()
            marks.append(Label(_LEFT, y - 8, f"{label}: p = {p:.3f}", 15, bold=True))
            marks += tinted(lines, list(values), _LEFT, y, "candidate")
            marks.append(frame(row, column, _LEFT, y))
            picks += [
                Pick(box_of(r, c, _LEFT, y), "at", first + c + 1, f"letter {first + c + 1}")
                for r, (first, line) in enumerate(lines)
                for c in range(len(line))
                if first + c
            ]
            rows.append((label, f"{p:.3f}", *_shares(heard)))
        letter = novel.text_of(tokens[at - 1 : at])
        words = (
            f"Letter {at}, “{named(letter)}”: "
            + ", ".join(f"{r[0]} gave it {r[1]}" for r in rows)
            + ". The table has the share of the gradient that falls on the last few letters."
        )
        columns = ("cell", "p", *(f"last {d}" for d in _DISTANCES))
        tables = (Table("How far back each listens", columns, tuple(rows)),)
        return Picture(Scene(_TOP + high * 3 - 18, tuple(marks), tuple(picks), WIDE), words, tables)


@lru_cache(300)
def _heard(cell: str, start: int, at: int) -> tuple[Array, float]:
    """The gradient's length for each letter before `at`, and the probability of that letter."""
    tokens = novel.stored("held_out")[start : start + at]
    params = small_writer(cell)
    p = softmax(predict(params, tokens[:-1, None])[-1, 0])[tokens[-1]]
    return listening(params, tokens), float(p)


def _shares(heard: Array) -> list[str]:
    back = np.cumsum(heard[::-1]) / heard.sum()
    return [f"{back[min(d, len(back)) - 1]:.0%}" for d in _DISTANCES]
