"""Marking functions: what they return on fresh draws, and how they behave."""

import copy
from collections.abc import Iterator, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np

from course_utils.calling import Call, Failure, LocalFunction, Outcome, StudentFunction
from course_utils.cells.checks import Array
from course_utils.exercises.answers import AnswerError, as_answer, is_missing
from course_utils.exercises.function_slips import Diagnosis, Trial
from course_utils.exercises.problem import Problem
from course_utils.exercises.returned import Reading, ReturnedError, ways_to_read
from course_utils.exercises.tolerance import CODE, Tolerance
from course_utils.exercises.trials import as_kind, stacked
from course_utils.exercises.verdict import PartVerdict, Verdict, total

SECONDS = 2.0
"""How much processor time one call may use."""

_PROPERTY = 0.25
"""What a property weighs beside a value."""

_SINGLE = Tolerance(1e-4, 1e-4)
"""float32 in, float32 out."""


class CallFailedError(Exception):
    """A call that gave nothing to compare. The message is for the student."""


def mark_function(
    exercise: Problem, function: Any, *, trials: int = 5, seed: object = 0, batch: bool = False
) -> Verdict:
    """Mark `function`, called with the arguments of `exercise` by name or in their order.

    The parts of the verdict are those it returns, each right where it is so to 1e-6 on all of
    `trials` fresh draws of different sizes, and then its properties: `dtype`, float32 input works;
    `arguments`, it leaves what it is given as it was; `batch`, batch axes in front work, which
    costs marks only where `batch` says that they were asked for. Never raises for what the function
    does. Raises ValueError where the exercise asks for no function.
    """
    if not exercise.returns or exercise.sample is None:
        raise ValueError(f"{exercise.id} asks for no function")
    if not callable(function):
        what = (
            "has no answer yet" if is_missing(function) else f"is of type {type(function).__name__}"
        )
        return _failed(exercise, f"The function {what}, expected a function.", batch)
    tried = [Trial.drawn(exercise, seed, k) for k in range(max(int(trials), 1))]
    drawn = [dict(trial.data) for trial in tried]
    single, whole = (as_kind(exercise, drawn[0], kind) for kind in ("float32", "int64"))
    batches = [stacked(exercise, drawn[0])] if exercise.batched else []
    calls = _Calls(exercise, function, [*drawn, single, whole, *batches])
    diagnosis = Diagnosis(exercise, tried)
    try:
        got = [calls.next(trial.sizes if trial.sizes != tried[0].sizes else "") for trial in tried]
        ways = ways_to_read(exercise, got, [trial.right for trial in tried])
    except (CallFailedError, ReturnedError) as failure:
        return _failed(exercise, str(failure), batch)
    returned = diagnosis.best(ways)
    parts, reading = diagnosis.say(returned), returned.reading
    if set(returned.right) != set(exercise.returns):
        lost = _properties_lost(exercise, batch)
        return total(MappingProxyType(parts | lost), calls.notes(reading))
    complaint = _try_dtype(exercise, calls, reading, single, "float32", _SINGLE)
    parts["dtype"] = _property(complaint, "Works in float32 as well.", _PROPERTY)
    integers = _try_dtype(exercise, calls, reading, whole, "int64", CODE)
    if batches:
        complaint = _try_batch(exercise, calls, reading, batches[0])
        complaint += " (Not asked for here.)" if complaint and not batch else ""
        good = "Works with batch axes in front."
        parts["batch"] = _property(complaint, good, _PROPERTY if batch else 0.0)
    complaint = f"It changes its argument {calls.changed}: work on a copy." if calls.changed else ""
    parts["arguments"] = _property(complaint, "Leaves its arguments as they were.", _PROPERTY)
    notes = (*calls.notes(reading), *([f"{integers} It costs nothing."] if integers else []))
    return total(MappingProxyType(parts), notes)


class _Calls:
    """Calls a student's function as it wants to be called, one set of data after the other."""

    def __init__(self, exercise: Problem, function: Any, data: list[dict[str, Array]]) -> None:
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

    def next(self, sizes: str = "") -> Any:
        """Return what the next call gave, unread. Raises CallFailedError, which names `sizes`."""
        outcome = next(self._outcomes, Outcome(failure=Failure("time")))
        self._printed = self._printed or bool(outcome.printed)
        for key in outcome.changed:
            self.changed = self.changed or self._name(key)
        if outcome.failure is not None:
            words = _in_words(outcome.failure)
            raise CallFailedError(f"With {sizes}: {words}" if sizes else words)
        return _kept(outcome.value)

    def _name(self, key: int | str) -> str:
        return self._exercise.arguments[key] if isinstance(key, int) else key

    def notes(self, reading: Reading) -> tuple[str, ...]:
        """Return remarks that cost nothing."""
        prints = "The function prints; it only has to return." if self._printed else ""
        return tuple(note for note in (reading.note, prints) if note)


def _try_dtype(
    exercise: Problem,
    calls: _Calls,
    reading: Reading,
    sent: dict[str, Array],
    kind: str,
    tolerance: Tolerance,
) -> str:
    """Return what goes wrong with float arguments of dtype `kind`, or ""."""
    exact = {n: v if n in exercise.whole else v.astype(np.float64) for n, v in sent.items()}
    right = exercise.run(SimpleNamespace(**exact))
    try:
        got = reading.take(calls.next())
        for name in exercise.returns:
            answer = as_answer(name, got[name], right[name].shape)
            if tolerance.miss(answer, right[name]) > 1:
                return f"With {kind} input {name} is not right: is something cut to {kind}?"
    except (CallFailedError, ReturnedError, AnswerError) as failure:
        return f"With {kind} input: {failure}"
    return ""


def _try_batch(exercise: Problem, calls: _Calls, reading: Reading, batch: dict[str, Array]) -> str:
    """Return what goes wrong with two examples stacked, or ""."""
    try:
        got = reading.take(calls.next())
    except (CallFailedError, ReturnedError) as failure:
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
    return PartVerdict.wrong(complaint, weight) if complaint else PartVerdict.right(good, weight)


def _properties_lost(exercise: Problem, batch: bool) -> dict[str, PartVerdict]:
    """The properties of a function that computes something else earn nothing."""
    names = ["dtype", "arguments", *(["batch"] if batch and exercise.batched else [])]
    message = "Looked at once the values are right."
    return {name: PartVerdict.wrong(message, _PROPERTY) for name in names}


def _failed(exercise: Problem, message: str, batch: bool) -> Verdict:
    parts = {name: PartVerdict.wrong(message) for name in exercise.returns}
    return total(MappingProxyType(parts | _properties_lost(exercise, batch)))


def _kept(value: Any) -> Any:
    """Return `value` as it is now: a function may return one array again and again, changed."""
    try:
        return copy.deepcopy(value)
    except Exception:  # what cannot be copied is looked at as it is
        return value


def _in_words(failure: Failure) -> str:
    if failure.kind == "time":
        return f"The function did not return within {SECONDS:g} seconds."
    name = failure.names[0] if failure.names else "an error"
    return f"The function raised {name}" + (f": {failure.text}." if failure.text else ".")
