"""A worked solution with one slip in it: name the line, and give its right value.

The slip is drawn from the rules of another exercise. Its line is known by working each line from
the lines above it as they stand: only the one with the slip does not follow.
"""

import re
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.answers import AnswerError, as_answer
from course_utils.exercises.catalogue import gru_step, lstm_states, rnn_step
from course_utils.exercises.definition import Data, Exercise, Part
from course_utils.exercises.diagnosis import Sheet
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import matrix, row
from course_utils.exercises.rules import Rule, Slip, Slips, singles
from course_utils.exercises.tolerance import EXACT, HAND

_LINE = re.compile(r"\(?(?:(?:the\s+)?line)?\s*[:#]?\s*(\d{1,4})\s*[.)]*", re.IGNORECASE)
"""A line by its number, as people write it: 2, "line 2", "2.", "(2)"."""

_FIRST = (
    "Work each line from the line above as it stands: one does not follow. The lines after it do."
)

_LATER = Slip(
    "line after the slip",
    None,
    "This line follows rightly from the lines above it.",
    f"It is wrong only because an earlier line is. {_FIRST}",
    "find the slip",
)
_EARLIER = Slip("line before the slip", None, "This line is right.", _FIRST, "find the slip")

RULES = (
    Rule(
        "value",
        lambda right, shown: right,
        (
            Slip(
                "wrong value repeated",
                lambda right, shown: shown,
                "This is the value as it stands in the solution.",
                "The line with the slip needs another one, worked from the lines above.",
                "find the slip",
            ),
        ),
    ),
)


def detect_line(given: Any, part: str, answer: Array, right: Array) -> Slip | None:
    """Say on which side of the slip the line lies that was named instead."""
    if part != "line" or answer == right:
        return None
    return _LATER if answer > right else _EARLIER


def slip_exercise(base: Exercise, id: str, title: str, lines: tuple[str, ...]) -> Exercise:
    """Return the exercise that hides a slip of `base` in its worked solution, line by line."""
    assert base.sample is not None

    def sample(draws: Draws, **sizes: int) -> dict[str, npt.ArrayLike]:
        while True:
            data = base.sample(draws, **sizes) if base.sample else {}
            given = _namespace(data)
            shown = base.run(given, _drawn_slip(base, draws))
            given_lines = {f"line_{n}": shown[name] for n, name in enumerate(lines, 1)}
            fit = base.accept(given, SimpleNamespace(**base.run(given)))
            if fit and len(_broken(base, given, [shown[name] for name in lines], lines)) == 1:
                return {**data, **given_lines}

    def shown_lines(given: Any) -> list[Array]:
        return [getattr(given, f"line_{n}") for n in range(1, len(lines) + 1)]

    def right_value(given: Any) -> tuple[int, Array]:
        shown = shown_lines(given)
        broken = _broken(base, given, shown, lines)
        place = broken[0] if broken else 0
        own = dict(zip(lines, shown, strict=True))
        return place, base.run(given, (), own)[lines[place]]

    def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
        place, value = right_value(given)
        yield "line", place + 1
        yield "value", rule.value(value, shown_lines(given)[place])

    def accept(given: Any, value: Any) -> bool:
        """The slip shows in its line, which is neither hidden by rounding nor absurd."""
        place, right = right_value(given)
        shown = shown_lines(given)[place]
        return HAND.miss(shown, right) > 3 and float(np.abs(shown).max()) < 20

    def statement(given: Any) -> str:
        written = "\n".join(
            rf"{n}. ${base.part(name).latex} = {row(np.round(shown, 4))}^\top$"
            for n, (name, shown) in enumerate(zip(lines, shown_lines(given), strict=True), 1)
        )
        return (
            f"The question was: {base.statement_text(given)}\n\n**Somebody's solution**, with one "
            f"slip in it; every other line follows from the lines above it:\n\n{written}\n\n"
            "Name the `line` with the slip, by its number, and give its right `value`, worked from "
            "the lines above it."
        )

    def worked(given: Any, value: Any) -> list[str]:
        place, _ = right_value(given)
        latex = base.part(lines[place]).latex
        shown = dict(zip(lines, shown_lines(given), strict=True))
        slips = Sheet(base, given, shown).examine()[lines[place]].slips
        made = " and ".join(slip.name for slip in slips)
        return [
            rf"\text{{line }} {int(value.line)}: \quad {latex} &\ne {matrix(shown[lines[place]])} "
            + (rf"\quad \text{{({made})}}" if made else ""),
            rf"{latex} &= {matrix(value.value)}",
        ]

    def read_line(name: str, value: Any, data: Data, shape: tuple[int, ...]) -> Array:
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and text in lines:
            return np.array(float(lines.index(text) + 1))
        if isinstance(text, str) and (named := _LINE.fullmatch(text)):
            text = int(named[1])
        number = as_answer(name, text, shape, typed=True)
        if float(number) not in range(1, len(lines) + 1):
            raise AnswerError(f"{name} is {float(number):g}, expected 1 to {len(lines)}.")
        return number

    return Exercise(
        id=id,
        title=title,
        parts=(
            Part("line", r"\text{line}", tolerance=EXACT, method_marks=False, read=read_line),
            Part("value", r"\text{value}"),
        ),
        rules=RULES,
        reference=reference,
        sample=sample,
        sizes=base.sizes,
        accept=accept,
        statement_text=statement,
        worked=worked,
        detectors=(detect_line,),
        whole=base.whole,
    )


def _drawn_slip(base: Exercise, draws: Draws) -> Slips:
    candidates = singles(base.drawn_rules)
    return candidates[draws.integer(0, len(candidates) - 1)]


def _broken(base: Exercise, given: Any, shown: list[Array], lines: tuple[str, ...]) -> list[int]:
    """Return the lines, from 0, that do not follow from those above them."""
    own = dict(zip(lines, shown, strict=True))
    follow = base.run(given, (), own)
    return [n for n, name in enumerate(lines) if not np.allclose(follow[name], own[name])]


def _namespace(data: dict[str, npt.ArrayLike]) -> SimpleNamespace:
    return SimpleNamespace(**{name: np.asarray(v, dtype=np.float64) for name, v in data.items()})


_BASES = {
    exercise.id: exercise for m in (lstm_states, gru_step, rnn_step) for exercise in m.EXERCISES
}

EXERCISES = (
    slip_exercise(
        _BASES["lstm_states"],
        "find_the_slip",
        "Find the slip: an LSTM step",
        ("z_i", "i_t", "C_t", "h_t"),
    ),
    slip_exercise(
        _BASES["gru_step"],
        "find_the_slip_gru",
        "Find the slip: a GRU step",
        ("r_t", "z_t", "h_tilde", "h_t"),
    ),
    slip_exercise(
        _BASES["rnn_step"],
        "find_the_slip_rnn",
        "Find the slip: an RNN step",
        ("z_t", "h_t", "scores", "y_hat"),
    ),
)
