"""Marking values: every part of an answer, in order of working."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.exercises.answers import AnswerError, as_answer, is_missing, wanted
from course_utils.exercises.diagnosis import Finding, Sheet, describe
from course_utils.exercises.verdict import PartVerdict, Verdict, total

if TYPE_CHECKING:
    from course_utils.cells.checks import Array
    from course_utils.exercises.definition import Data, Exercise, Part

METHOD_MARKS = 0.5
"""For one entry off among three or more: the method is right, the arithmetic is not."""


def mark(exercise: Exercise, data: Data, answers: Any) -> Verdict:
    """Mark `answers`, a mapping from part names to what the student wrote.

    A part is right, or right for the student's own earlier values, or wrong by a slip that is named
    where one is certain. Whatever the answers are, a verdict comes back.
    """
    given = exercise.given(data)
    shapes = {name: value.shape for name, value in exercise.run(given).items()}
    if not isinstance(answers, Mapping):
        return _unreadable(exercise, answers)
    own: dict[str, Array] = {}
    parts: dict[str, PartVerdict] = {}
    for part in exercise.parts:
        try:
            if is_missing(_get(answers, part.name)):
                parts[part.name] = _not_given(part, shapes[part.name])
            else:
                own[part.name] = _read(part, _get(answers, part.name), data, shapes[part.name])
        except AnswerError as error:
            parts[part.name] = PartVerdict(0.0, False, False, (), str(error), part.weight)
    told: list[str] = []
    for name, finding in Sheet(exercise, given, own).examine().items():
        verdict = say(exercise.part(name), own[name], finding, told)
        parts[name] = verdict
        told += [slip for slip in verdict.slips if slip not in told]
        told += ["" for _ in range(verdict.score < 1)]  # something went wrong before
    ordered = {part.name: parts[part.name] for part in exercise.parts}
    return total(MappingProxyType(ordered), _notes(exercise, answers))


def say(part: Part, answer: Array, finding: Finding, told: Iterable[str] = ()) -> PartVerdict:
    """Put a finding into words and marks; `told` are the slips that earlier parts have named."""
    if finding.right:
        return PartVerdict(1.0, True, False, (), "Right.", part.weight)
    if finding.followed:
        message = "Right for your own earlier values: full marks here."
        return PartVerdict(1.0, False, True, (), message, part.weight)
    if finding.slips:
        names = tuple(slip.name for slip in finding.slips)
        return PartVerdict(0.0, False, False, names, _in_words(finding, list(told)), part.weight)
    score, message = _unnamed(part, answer, finding, first=not list(told))
    return PartVerdict(score, False, False, (), message, part.weight)


def _in_words(finding: Finding, told: list[str]) -> str:
    if all(slip.name in told for slip in finding.slips):
        return "The same slip again: " + " and ".join(slip.name for slip in finding.slips) + "."
    if len(finding.slips) > 1:
        said = [f"({n}) {describe(slip)}" for n, slip in enumerate(finding.slips, 1)]
        return "Two slips meet here. " + " ".join(said)
    said_once = describe(finding.slips[0])
    return f"The digits are off, but the way is clear. {said_once}" if finding.near else said_once


def _unnamed(part: Part, answer: Array, finding: Finding, *, first: bool) -> tuple[float, str]:
    if finding.either:
        names = " or ".join(dict.fromkeys(slip.name for slip in finding.either))
        return 0.0, f"Not right: this is what one gets by {names}; the data cannot tell which."
    if finding.off:
        method = len(finding.off) == 1 and answer.size >= 3
        basis = " for your own earlier values" if finding.follows_own else ""
        verb, those = ("is", "that entry") if len(finding.off) == 1 else ("are", "those entries")
        message = (
            f"{_entries(answer, finding.off)} {verb} not right, the others are{basis}: "
            f"an arithmetic or copying slip in the working of {those}."
        )
        return (METHOD_MARKS if method else 0.0), message
    where = " This is the first part that goes wrong: start looking here." if first else ""
    return 0.0, f"Not right, and no slip that is known gives this.{where}"


def _entries(answer: Array, off: tuple[int, ...]) -> str:
    """Name entries as people do, from 1: "Entry 2", "Entries 1 and 3", "Entry (1, 2)"."""
    places = [tuple(int(i) + 1 for i in np.unravel_index(k, answer.shape)) for k in off]
    names = [str(place[0]) if len(place) == 1 else str(place) for place in places]
    joined = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{'Entry' if len(names) == 1 else 'Entries'} {joined}"


def _get(answers: Mapping[Any, Any], name: str) -> Any:
    try:
        return answers.get(name)
    except Exception:  # a mapping of the student's own making
        return None


def _read(part: Part, value: Any, data: Data, shape: tuple[int, ...]) -> Array:
    if part.read is not None:
        return part.read(part.name, value, data, shape)
    return as_answer(part.name, value, shape)


def _not_given(part: Part, shape: tuple[int, ...]) -> PartVerdict:
    if part.optional:
        return PartVerdict(0.0, False, False, (), "Not given; it is optional.", 0.0)
    what = wanted(shape) if part.read is None else "an answer"
    message = f"{part.name} has no answer yet, expected {what}."
    return PartVerdict(0.0, False, False, (), message, part.weight)


def _unreadable(exercise: Exercise, answers: Any) -> Verdict:
    names = ", ".join(part.name for part in exercise.parts)
    message = f"The answers came as a {type(answers).__name__}, expected a dictionary with {names}."
    parts = {
        part.name: PartVerdict(
            0.0, False, False, (), message, 0.0 if part.optional else part.weight
        )
        for part in exercise.parts
    }
    return total(MappingProxyType(parts), (message,))


def _notes(exercise: Exercise, answers: Mapping[Any, Any]) -> tuple[str, ...]:
    names = [part.name for part in exercise.parts]
    try:
        strange = [str(key)[:40] for key in list(answers)[:20] if key not in names]
    except Exception:  # a mapping of the student's own making
        return ()
    if not strange:
        return ()
    return (f"There is no part called {', '.join(strange)}; the parts are {', '.join(names)}.",)
