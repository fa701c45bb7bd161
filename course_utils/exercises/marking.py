"""Marking values: every part of an answer, in order of working."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.answers import (
    AnswerError,
    as_answer,
    is_missing,
    wanted,
    without_blanks,
)
from course_utils.exercises.diagnosis import Finding, Sheet, describe, same_again, where_to_read
from course_utils.exercises.lectures import TOPICS
from course_utils.exercises.problem import Data, Part, Problem
from course_utils.exercises.verdict import PartVerdict, Verdict, total

_MOST_DESCRIBED = 12
"""Of more entries than this it is not said one by one how they are off."""

METHOD_MARKS = 0.5
"""For one entry off among three or more: the method is right, the arithmetic is not."""


def mark(exercise: Problem, data: Data, answers: Any, *, rounding_costs: float = 0.0) -> Verdict:
    """Mark `answers`, a mapping from part names to what the student wrote.

    A part is right, or right for the student's own earlier values, or wrong by a slip that is named
    where one is certain. What is right to two digits only loses the share `rounding_costs` of its
    marks. Whatever the answers are, a verdict comes back.
    """
    given = exercise.given(data)
    shapes = {name: value.shape for name, value in exercise.run(given).items()}
    if not isinstance(answers, Mapping):
        return _unreadable(exercise, answers)
    own: dict[str, Array] = {}
    unread: list[str] = []
    parts: dict[str, PartVerdict] = {}
    for part in exercise.parts:
        try:
            if is_missing(_get(answers, part)):
                parts[part.name] = _not_given(part, shapes[part.name])
            else:
                own[part.name] = _read(part, _get(answers, part), data, shapes[part.name])
        except AnswerError as error:
            unread.append(part.name)
            parts[part.name] = PartVerdict.wrong(str(error), part.weight)
    told: list[str] = []
    sheet = Sheet(exercise, given, own)
    findings = sheet.examine()
    for name in unread:
        part = exercise.part(name)
        value = _get(answers, part)
        parts[name] = _one_blank(exercise, part, value, given, own, sheet) or parts[name]
    names = [part.name for part in exercise.parts]
    for name, finding in findings.items():
        if any(one in names[: names.index(name)] for one in unread):
            finding = replace(finding, first=False)
        verdict = say(exercise.part(name), own[name], finding, told, rounding_costs)
        parts[name] = verdict
        told += [slip for slip in verdict.slips if slip not in told]
    for part in exercise.parts:
        if part.remark is not None and part.name in own:
            remark = part.remark(part.name, _get(answers, part), data)
            parts[part.name] = parts[part.name].noting(remark)
    ordered = {part.name: parts[part.name] for part in exercise.parts}
    return total(
        MappingProxyType(_without_loss(exercise, ordered, findings)), _notes(exercise, answers)
    )


def say(
    part: Part,
    answer: Array,
    finding: Finding,
    told: Iterable[str] = (),
    rounding_costs: float = 0.0,
) -> PartVerdict:
    """Put a finding into words and marks; `told` are the slips that earlier parts have named."""
    if finding.right or finding.followed:
        verdict = PartVerdict.right if finding.right else PartVerdict.followed
        if finding.rounded:
            score = 1.0 - min(max(rounding_costs, 0.0), 1.0)
            return verdict(_two_digits(finding, score), part.weight, score=score)
        basis = "" if finding.right else " for your own earlier values: full marks here"
        return verdict(f"Right{basis}.", part.weight)
    if finding.slips:
        names = tuple(slip.name for slip in finding.slips)
        if finding.nearest is not None and finding.nearest.certain and not finding.as_well:
            said = finding.nearest.in_words(part.name)
            return PartVerdict.wrong(said, part.weight, slips=names)
        if set(names) <= set(told):
            return PartVerdict.wrong(same_again(names), part.weight, slips=names)
        read = where_to_read(finding.slips)
        also = finding.nearest.as_well() if finding.nearest and finding.as_well else ""
        return PartVerdict.wrong(
            _in_words(finding), part.weight, slips=names, read=read, remark=also
        )
    one_off = 1 in (len(finding.off), len(finding.few)) and not finding.empty
    method = one_off and _has_method_marks(part, answer)
    message = _unnamed(answer, finding)
    if finding.nearest is not None:
        said = finding.nearest.in_words(part.name)
        message = _explained(said, finding) if finding.nearest.certain else f"{message} {said}"
    return PartVerdict.wrong(message, part.weight, score=METHOD_MARKS if method else 0.0)


def _two_digits(finding: Finding, score: float) -> str:
    if score < 1:
        basis = " for your own earlier values" if finding.followed else ""
        return f"Only two digits were given: right{basis} as far as they go. Give three next time."
    basis = " for your own earlier values: full marks here" if finding.followed else ""
    return f"Right{basis}, to two digits. Give three next time."


def _in_words(finding: Finding) -> str:
    if len(finding.slips) > 1:
        return f"Two slips meet here. {describe(finding.slips)}"
    said_once = describe(finding.slips)
    return f"The digits are off, but the way is clear. {said_once}" if finding.near else said_once


def _explained(said: str, finding: Finding) -> str:
    return f"{said} How it is worked: {TOPICS[finding.topic]}." if finding.topic else said


def _unnamed(answer: Array, finding: Finding) -> str:
    basis = " for your own earlier values" if finding.follows_own else ""
    if finding.few:
        these = "" if len(finding.few) == answer.size else f" in {_entries(answer, finding.few)}"
        return f"Too few digits to tell{these}: give three decimals, or three digits."
    if finding.either:
        names = " or ".join(dict.fromkeys(slip.name for slip in finding.either))
        return f"Not right: this is what one gets by {names}; these numbers cannot tell which."
    if finding.empty:
        what = (
            "the numbers are all alike, or 0 and 1 alone, and say" if answer.size > 1 else "0 says"
        )
        return (
            f"Not right: {what} nothing of the question's numbers. Nothing is followed through "
            "from here."
        )
    if finding.off:
        verb, those = ("is", "that entry") if len(finding.off) == 1 else ("are", "those entries")
        return (
            f"{_capital(_entries(answer, finding.off))} {verb} not right, the others are{basis}: "
            f"an arithmetic or copying slip in the working of {those}. {_how(answer, finding)}"
        )
    if finding.reordered:
        return f"Not right: these are the right numbers{basis}, but in another order."
    if finding.taken:
        return f"Not right: these are the numbers of {finding.taken}."
    said = ["Not right, and no slip that is known gives this.", _how(answer, finding)]
    if finding.first:
        said.append("This is the first part that goes wrong: start looking here.")
    if finding.topic:
        said.append(f"How it is worked: {TOPICS[finding.topic]}.")
    return " ".join(sentence for sentence in said if sentence)


def _how(answer: Array, finding: Finding) -> str:
    """Say which entries are off and how, those alike together; "" where there are too many."""
    groups: dict[str, tuple[int, ...]] = {}
    for k, how in enumerate(finding.entries):
        groups[how] = (*groups.get(how, ()), k)
    right = groups.pop("", ())
    if not groups or len(finding.entries) > _MOST_DESCRIBED:
        return ""
    if answer.size == 1:
        return f"It {next(iter(groups))}."
    said = []
    for how, places in groups.items():
        many = len(places) > 1
        plural = how.replace("is ", "are ", 1).replace("has ", "have ", 1) if many else how
        said.append(f"{_entries(answer, places)} {plural}")
    if right and not finding.off:
        said.append(f"{_entries(answer, right)} {'is' if len(right) == 1 else 'are'} right")
    return f"{_capital(', '.join(said))}."


def _entries(answer: Array, off: tuple[int, ...]) -> str:
    """Name entries as people do, from 1: "entry 2", "entries 1 and 3", "entry (1, 2)"."""
    places = [tuple(int(i) + 1 for i in np.unravel_index(k, answer.shape)) for k in off]
    names = [str(place[0]) if len(place) == 1 else str(place) for place in places]
    joined = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{'entry' if len(names) == 1 else 'entries'} {joined}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _without_loss(
    exercise: Problem, parts: dict[str, PartVerdict], findings: Mapping[str, Finding]
) -> dict[str, PartVerdict]:
    """Return the parts with no weight for optional ones that would only cost marks.

    They count where what comes later earns marks by the student's own values: it may rest on them.
    """
    counted = dict(parts)
    names = list(parts)
    own = [n for n, finding in findings.items() if finding.followed or finding.follows_own]
    for name in (part.name for part in exercise.parts if part.optional):
        rest = total({n: one for n, one in counted.items() if n != name}).score
        later = names[names.index(name) + 1 :]
        rested_on = any(n in own and parts[n].score for n in later)
        if parts[name].weight and not rested_on and parts[name].score < rest:
            said = parts[name].noting("It is optional, and costs nothing.")
            counted[name] = replace(said, weight=0.0)
    return counted


def _get(answers: Mapping[Any, Any], part: Part) -> Any:
    try:
        return answers.get(part.name, answers.get(part.formerly or part.name))
    except Exception:  # a mapping of the student's own making
        return None


def _read(part: Part, value: Any, data: Data, shape: tuple[int, ...]) -> Array:
    if part.read is not None:
        return part.read(part.name, value, data, shape)
    return as_answer(part.name, value, shape, typed=True)


def _has_method_marks(part: Part, value: Array) -> bool:
    return part.method_marks and value.size >= 3


def _one_blank(
    exercise: Problem, part: Part, value: Any, given: Any, own: Mapping[str, Array], sheet: Sheet
) -> PartVerdict | None:
    """Return the verdict where one entry is blank and the others right: as where one is wrong."""
    for right in (sheet.expected(part.name), sheet.following(part.name)):
        filled, blank = without_blanks(value, right)
        if part.read is not None or len(blank) != 1 or not _has_method_marks(part, right):
            return None
        try:
            answer = as_answer(part.name, filled, right.shape, typed=True)
        except AnswerError:
            return None
        finding = Sheet(exercise, given, {**own, part.name: answer}).examine()[part.name]
        if finding.right or finding.followed:
            basis = " for your own earlier values" if finding.followed else ""
            which = _capital(_entries(right, blank))
            message = f"{which} is not filled in, the others are right{basis}."
            return PartVerdict.wrong(message, part.weight, score=METHOD_MARKS)
    return None


def _not_given(part: Part, shape: tuple[int, ...]) -> PartVerdict:
    if part.optional:
        return PartVerdict.wrong("Not given; it is optional.", weight=0.0)
    what = wanted(shape) if part.read is None else "an answer"
    return PartVerdict.wrong(f"{part.name} has no answer yet, expected {what}.", part.weight)


def _unreadable(exercise: Problem, answers: Any) -> Verdict:
    names = ", ".join(part.name for part in exercise.parts)
    message = f"The answers came as a {type(answers).__name__}, expected a dictionary with {names}."
    parts = {
        part.name: PartVerdict.wrong(message, 0.0 if part.optional else part.weight)
        for part in exercise.parts
    }
    return total(MappingProxyType(parts), (message,))


def _notes(exercise: Problem, answers: Mapping[Any, Any]) -> tuple[str, ...]:
    names = [part.name for part in exercise.parts]
    try:
        known = {*names, *(part.formerly or part.name for part in exercise.parts)}
        strange = [str(key)[:40] for key in list(answers)[:20] if key not in known]
    except Exception:  # a mapping of the student's own making
        return ()
    if not strange:
        return ()
    return (f"There is no part called {', '.join(strange)}; the parts are {', '.join(names)}.",)
