"""A form tried out for its author: its numbers, what each slip gives, and what the marker says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.definition import Data, Exercise
from course_utils.exercises.drawing import Draws
from course_utils.exercises.forms.making import made
from course_utils.exercises.forms.reading import Form, FormError, read_form
from course_utils.exercises.rules import Slip
from course_utils.exercises.verdict import Verdict
from course_utils.formulas import FormulaError
from course_utils.formulas.naming import text_of

DRAWS = 10
_LOOKED_AT = 400
"""Samples among which one is sought that keeps within its bounds."""
_FOR_ALIKE = 3
"""Draws on which slips that give the same are taken to give it always."""


@dataclass(frozen=True)
class TriedSlip:
    """A slip on the numbers of the class."""

    slip: Slip
    values: Data
    """What it gives, part by part."""
    wrong: tuple[str, ...]
    """The parts that it makes wrong."""
    verdict: Verdict
    named: tuple[bool, ...]
    """Whether it is named, draw by draw."""

    @property
    def said(self) -> str:
        """What the student is told where it costs marks."""
        return next((p.text for p in self.verdict.parts.values() if p.weight and p.score < 1), "")


@dataclass(frozen=True)
class Tried:
    """All that an author is shown of a form."""

    id: str
    mistakes: tuple[str, ...]
    """A sentence each; where there are none, the form is ready to be given out."""
    form: Form | None = None
    exercise: Exercise | None = None
    """None where the form gives none."""
    draws: tuple[Data, ...] = ()
    """The first is the class's; none where no numbers tell the slips apart."""
    slips: tuple[TriedSlip, ...] = ()

    def with_mistakes(self, more: Iterable[str]) -> "Tried":
        """Return the same with mistakes that others have found."""
        return replace(self, mistakes=(*self.mistakes, *more))


def tried(id: str, text: str, taken: frozenset[str] = frozenset()) -> Tried:
    """Try a form. Whatever it holds, an answer comes back.

    `taken` are the ids that a form cannot have.
    """
    if id in taken:
        return Tried(id, (f"the course has an exercise {id!r}, expected another name",))
    try:
        form = read_form(id, text)
        exercise = made(form)
    except FormError as error:
        return Tried(id, error.mistakes)
    if any(rule.since > 1 for rule in exercise.rules):
        exercise = replace(exercise, id=f"{id}@2", drawing=2)
    try:
        mistakes = list(_by_nature(form, exercise))
        if mistakes:
            return Tried(id, tuple(mistakes), form, exercise)
        draws = tuple(exercise.draw("class", attempt) for attempt in range(DRAWS))
        slips = tuple(_tried_slip(exercise, slip, draws) for slip in _slips(exercise))
        mistakes = [*_unnamed(slips), *_solution(exercise, draws), *_function(exercise)]
        return Tried(id, tuple(mistakes), form, exercise, draws, slips)
    except Exception as error:  # of the author's own Python, or numbers beyond all bounds
        said = str(error) if isinstance(error, RuntimeError | FormulaError) else _told(error)
        return Tried(id, (said.removeprefix(f"{exercise.id}: "),), form, exercise)


def _slips(exercise: Exercise) -> list[Slip]:
    return [slip for rule in exercise.rules for slip in rule.slips]


def _told(error: Exception) -> str:
    return f"it stops with {type(error).__name__}: {error}"


def _by_nature(form: Form, exercise: Exercise) -> Iterator[str]:
    """Yield what is wrong on every draw: no numbers fit, or a slip gives what another gives."""
    fit, missed = _fit_samples(form, exercise)
    if not fit:
        outside = max(missed, key=lambda name: missed[name], default="")
        where = f"; {text_of(outside)} is outside of its bounds most often" if outside else ""
        yield f"none of {_LOOKED_AT} draws keeps within its bounds{where}"
        return
    asked = [part.name for part in exercise.parts if not part.optional]
    runs: dict[str, list[Array]] = {"": [], **{slip.name: [] for slip in _slips(exercise)}}
    for given in fit:
        for name in runs:
            chosen = tuple(slip for slip in _slips(exercise) if slip.name == name)
            run = exercise.run(given, chosen)
            runs[name].append(np.concatenate([run[one].ravel() for one in asked]))
    for one, other in combinations(runs, 2):
        if all(_same(a, b) for a, b in zip(runs[one], runs[other], strict=True)):
            if one:
                yield f"slips {one!r} and {other!r} give the same numbers on every draw"
            else:
                yield f"slip {other!r} gives the right answer on every draw"


def _fit_samples(form: Form, exercise: Exercise) -> tuple[list[Any], dict[str, int]]:
    """Return some data that are fit, and how often each line was outside of its bounds."""
    assert exercise.sample is not None
    found: list[Any] = []
    missed: dict[str, int] = {}
    for k in range(_LOOKED_AT):
        data = exercise.sample(Draws(exercise.id, "tried", k), **exercise.sizes)
        given = SimpleNamespace(**{n: np.asarray(v, dtype=np.float64) for n, v in data.items()})
        if exercise.accept(given, SimpleNamespace(**exercise.run(given))):
            found.append(given)
        else:
            values = form.lines.evaluate(vars(given))
            for name, (low, high) in form.within.items():
                outside = np.min(values[name]) < low or np.max(values[name]) > high
                missed[name] = missed.get(name, 0) + bool(outside)
        if len(found) == _FOR_ALIKE:
            break
    return found, missed


def _same(a: Array, b: Array) -> bool:
    return bool(np.allclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True))


def _tried_slip(exercise: Exercise, slip: Slip, draws: tuple[Data, ...]) -> TriedSlip:
    first, *_ = draws
    values = exercise.run(exercise.given(first), (slip,))
    right = exercise.run(exercise.given(first))
    wrong = tuple(
        p.name for p in exercise.parts if p.tolerance.miss(values[p.name], right[p.name]) > 1
    )
    verdicts = [_marked(exercise, slip, data) for data in draws]
    named = tuple(verdict.slips == (slip.name,) for verdict in verdicts)
    return TriedSlip(slip, values, wrong, verdicts[0], named)


def _marked(exercise: Exercise, slip: Slip, data: Data) -> Verdict:
    run = exercise.run(exercise.given(data), (slip,))
    return exercise.mark(data, {name: np.round(value, 5) for name, value in run.items()})


def _unnamed(slips: tuple[TriedSlip, ...]) -> Iterator[str]:
    for one in slips:
        if not all(one.named):
            missing = one.named.count(False)
            yield (
                f"slip {one.slip.name!r} is not named on {missing} of {len(one.named)} draws: "
                "wider ranges, or more units, tell it from the others"
            )


def _solution(exercise: Exercise, draws: tuple[Data, ...]) -> Iterator[str]:
    for data in draws:
        verdict = exercise.mark(data, exercise.solve(data))
        if not verdict.correct:
            lost = ", ".join(name for name, part in verdict.parts.items() if not part.correct)
            yield f"the solution itself is not marked as right: {lost}"
            return


def _function(exercise: Exercise) -> Iterator[str]:
    """Yield what is wrong with the exercise as a function, where it asks for one."""
    if not exercise.returns:
        return

    def right(*values: Any) -> Any:
        run = exercise.run(SimpleNamespace(**dict(zip(exercise.arguments, values, strict=True))))
        return tuple(run[name] for name in exercise.returns)

    if len(exercise.returns) == 1:
        verdict = exercise.mark_function(lambda *values: right(*values)[0])
    else:
        verdict = exercise.mark_function(right)
    if verdict.score < 1:
        lost = [f"{name}: {part.message}" for name, part in verdict.parts.items() if part.score < 1]
        yield f"the formulas as a function do not get full marks ({'; '.join(lost)})"
