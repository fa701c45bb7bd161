"""Marking functions: what they return on fresh draws, and how they behave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.exercises import marking
from course_utils.exercises.answers import AnswerError, as_answer, is_missing
from course_utils.exercises.calling import Call, Failure, LocalFunction, Outcome, StudentFunction
from course_utils.exercises.diagnosis import Finding, Sheet
from course_utils.exercises.tolerance import CODE, Tolerance
from course_utils.exercises.trials import as_kind, fresh, stacked
from course_utils.exercises.verdict import PartVerdict, Verdict, total

if TYPE_CHECKING:
    from course_utils.cells.checks import Array
    from course_utils.exercises.definition import Exercise

SECONDS = 2.0
"""How long one call may take."""

_PROPERTY = 0.25
"""What a property weighs beside a value."""

_SINGLE = Tolerance(1e-4, 1e-4)
"""float32 in, float32 out."""


class CallFailedError(Exception):
    """A call that gave nothing to compare. The message is for the student."""


def mark_function(
    exercise: Exercise, function: Any, *, trials: int = 5, seed: object = 0, batch: bool = False
) -> Verdict:
    """Mark `function`, called with the arguments of `exercise` by name or in their order.

    The parts of the verdict are those it returns, judged on `trials` fresh draws of different sizes
    to 1e-6, and then its properties: `dtype`, float32 input works; `arguments`, it leaves what it
    is given as it was; `batch`, batch axes in front work, which costs marks only where `batch` says
    that they were asked for. Never raises for what the function does. Raises ValueError where the
    exercise asks for no function.
    """
    if not exercise.returns or exercise.sample is None:
        raise ValueError(f"{exercise.id} asks for no function")
    if not callable(function):
        what = (
            "has no answer yet" if is_missing(function) else f"is of type {type(function).__name__}"
        )
        return _failed(exercise, f"The function {what}, expected a function.", batch)
    first = fresh(exercise, seed, 0)
    drawn = [first, *(fresh(exercise, seed, k) for k in range(1, max(int(trials), 1)))]
    single, whole = as_kind(exercise, first, "float32"), as_kind(exercise, first, "int64")
    batches = [stacked(exercise, first)] if exercise.batched else []
    calls = _Calls(exercise, function, [*drawn, single, whole, *batches])
    parts: dict[str, PartVerdict] = {}
    try:
        for data in drawn:
            parts = _one_trial(exercise, calls.next(), data)
            if not all(part.correct for part in parts.values()):
                break
    except CallFailedError as failure:
        return _failed(exercise, str(failure), batch)
    if not all(part.correct for part in parts.values()):
        return total(MappingProxyType(parts | _properties_lost(exercise, batch)), calls.notes())
    complaint = _try_dtype(exercise, calls, single, "float32", _SINGLE)
    parts["dtype"] = _property(complaint, "Works in float32 as well.", _PROPERTY)
    integers = _try_dtype(exercise, calls, whole, "int64", CODE)
    if batches:
        complaint = _try_batch(exercise, calls, batches[0])
        complaint += " (Not asked for here.)" if complaint and not batch else ""
        good = "Works with batch axes in front."
        parts["batch"] = _property(complaint, good, _PROPERTY if batch else 0.0)
    complaint = f"It changes its argument {calls.changed}: work on a copy." if calls.changed else ""
    parts["arguments"] = _property(complaint, "Leaves its arguments as they were.", _PROPERTY)
    notes = (*calls.notes(), *([f"{integers} It costs nothing."] if integers else []))
    return total(MappingProxyType(parts), notes)


class _Calls:
    """Calls a student's function as it wants to be called, one set of data after the other."""

    def __init__(self, exercise: Exercise, function: Any, data: list[dict[str, Array]]) -> None:
        self._exercise = exercise
        callee = function if isinstance(function, StudentFunction) else LocalFunction(function)
        by_name = callee.takes(exercise.arguments)
        calls = [self._call(given, by_name) for given in data]
        self._outcomes: Iterator[Outcome] = callee.outcomes(calls, SECONDS)
        self._printed = False
        self.changed = ""

    def _call(self, given: Mapping[str, Array], by_name: bool) -> Call:
        whole = self._exercise.whole
        sent: dict[str, Any] = {
            name: int(given[name]) if name in whole and given[name].ndim == 0 else given[name]
            for name in self._exercise.arguments
        }
        return Call(kwargs=sent) if by_name else Call(args=tuple(sent.values()))

    def next(self) -> dict[str, Any]:
        """Return what the next call gave, by part name, unread. Raises CallFailedError."""
        outcome = next(self._outcomes, Outcome(failure=Failure("time")))
        self._printed = self._printed or bool(outcome.printed)
        for key in outcome.changed:
            self.changed = self.changed or self._name(key)
        if outcome.failure is not None:
            raise CallFailedError(_in_words(outcome.failure))
        return self._by_part(outcome.value)

    def _name(self, key: int | str) -> str:
        return self._exercise.arguments[key] if isinstance(key, int) else key

    def notes(self) -> tuple[str, ...]:
        """Return remarks that cost nothing."""
        return ("The function prints; it only has to return.",) if self._printed else ()

    def _by_part(self, got: Any) -> dict[str, Any]:
        returns = self._exercise.returns
        if is_missing(got):
            raise CallFailedError(
                "The function returns nothing (None); a return line may be missing."
            )
        if isinstance(got, Mapping):
            return {name: got.get(name) for name in returns}
        if len(returns) == 1:
            every = [part.name for part in self._exercise.parts]
            if isinstance(got, tuple) and len(got) == len(every) > 1 and np.ndim(got[0]) > 0:
                return {returns[0]: got[every.index(returns[0])]}
            return {returns[0]: got}
        if not isinstance(got, tuple | list) or len(got) != len(returns):
            raise CallFailedError(
                f"The function returns one {type(got).__name__}, "
                f"expected {len(returns)} values: {', '.join(returns)}."
            )
        return dict(zip(returns, got, strict=True))


def _one_trial(
    exercise: Exercise, got: dict[str, Any], data: dict[str, Array]
) -> dict[str, PartVerdict]:
    given = SimpleNamespace(**data)
    right = exercise.run(given)
    parts: dict[str, PartVerdict] = {}
    own: dict[str, Array] = {}
    for name in exercise.returns:
        try:
            own[name] = as_answer(name, got[name], right[name].shape)
        except AnswerError as error:
            parts[name] = PartVerdict(0.0, False, False, (), str(error))
    told: list[str] = []
    for name, finding in Sheet(exercise, given, own, CODE).examine().items():
        if finding.off and not finding.slips:
            finding = Finding()  # a function has no arithmetic slips
        parts[name] = marking.say(exercise.part(name), own[name], finding, told)
        told += parts[name].slips
    return {name: parts[name] for name in exercise.returns}


def _try_dtype(
    exercise: Exercise, calls: _Calls, sent: dict[str, Array], kind: str, tolerance: Tolerance
) -> str:
    """Return what goes wrong with float arguments of dtype `kind`, or ""."""
    exact = {n: v if n in exercise.whole else v.astype(np.float64) for n, v in sent.items()}
    right = exercise.run(SimpleNamespace(**exact))
    try:
        got = calls.next()
        for name in exercise.returns:
            answer = as_answer(name, got[name], right[name].shape)
            if tolerance.miss(answer, right[name]) > 1:
                return f"With {kind} input {name} is not right: is something cut to {kind}?"
    except (CallFailedError, AnswerError) as failure:
        return f"With {kind} input: {failure}"
    return ""


def _try_batch(exercise: Exercise, calls: _Calls, batch: dict[str, Array]) -> str:
    """Return what goes wrong with two examples stacked, or ""."""
    try:
        got = calls.next()
    except CallFailedError as failure:
        return f"With a batch axis in front of {' and '.join(exercise.batched)}: {failure}"
    rights = [
        exercise.run(SimpleNamespace(**(batch | {n: batch[n][k] for n in exercise.batched})))
        for k in range(2)
    ]
    for name in exercise.returns:
        right = np.stack([r[name] for r in rights])
        try:
            answer = as_answer(name, got[name], right.shape)
        except AnswerError as error:
            return f"With a batch axis in front: {error}"
        if CODE.miss(answer, right) > 1:
            return f"With a batch axis in front {name} is not what each example gives on its own."
    return ""


def _property(complaint: str, good: str, weight: float) -> PartVerdict:
    holds = not complaint
    return PartVerdict(float(holds), holds, False, (), complaint or good, weight)


def _properties_lost(exercise: Exercise, batch: bool) -> dict[str, PartVerdict]:
    """The properties of a function that computes something else earn nothing."""
    names = ["dtype", "arguments", *(["batch"] if batch and exercise.batched else [])]
    message = "Looked at once the values are right."
    return {name: PartVerdict(0.0, False, False, (), message, _PROPERTY) for name in names}


def _failed(exercise: Exercise, message: str, batch: bool) -> Verdict:
    parts = {name: PartVerdict(0.0, False, False, (), message) for name in exercise.returns}
    return total(MappingProxyType(parts | _properties_lost(exercise, batch)))


def _in_words(failure: Failure) -> str:
    if failure.kind == "time":
        return f"The function did not return within {SECONDS:g} seconds."
    name = failure.names[0] if failure.names else "an error"
    return f"The function raised {name}" + (f": {failure.text}." if failure.text else ".")
