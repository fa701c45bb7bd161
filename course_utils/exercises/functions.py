"""Marking functions: what they return on fresh draws, and how they behave."""

from __future__ import annotations

import inspect
import io
import warnings
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.exercises import marking
from course_utils.exercises.answers import AnswerError, as_answer, is_missing
from course_utils.exercises.diagnosis import Finding, Sheet
from course_utils.exercises.drawing import Draws
from course_utils.exercises.time_limit import TimeIsUp, time_limit
from course_utils.exercises.tolerance import CODE, Tolerance
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
    calls = _Calls(exercise, function)
    parts: dict[str, PartVerdict] = {}
    try:
        for k in range(max(int(trials), 1)):
            parts = _one_trial(exercise, calls, _fresh(exercise, seed, k))
            if not all(part.correct for part in parts.values()):
                break
    except CallFailedError as failure:
        return _failed(exercise, str(failure), batch)
    if not all(part.correct for part in parts.values()):
        return total(MappingProxyType(parts | _properties_lost(exercise, batch)), calls.notes())
    complaint = _try_dtype(exercise, calls, _fresh(exercise, seed, 0), "float32", _SINGLE)
    parts["dtype"] = _property(complaint, "Works in float32 as well.", _PROPERTY)
    whole = _try_dtype(exercise, calls, _fresh(exercise, seed, 0), "int64", CODE)
    if exercise.batched:
        complaint = _try_batch(exercise, calls, _fresh(exercise, seed, 0))
        complaint += " (Not asked for here.)" if complaint and not batch else ""
        good = "Works with batch axes in front."
        parts["batch"] = _property(complaint, good, _PROPERTY if batch else 0.0)
    complaint = f"It changes its argument {calls.changed}: work on a copy." if calls.changed else ""
    parts["arguments"] = _property(complaint, "Leaves its arguments as they were.", _PROPERTY)
    notes = (*calls.notes(), *([f"{whole} It costs nothing."] if whole else []))
    return total(MappingProxyType(parts), notes)


class _Calls:
    """Calls a student's function as it wants to be called, and keeps watch."""

    def __init__(self, exercise: Exercise, function: Any) -> None:
        self._exercise = exercise
        self._function = function
        self._by_name = _takes_names(function, exercise.arguments)
        self._printed = False
        self.changed = ""

    def __call__(self, given: Mapping[str, Array]) -> dict[str, Any]:
        """Return what the function gave, by part name, unread. Raises CallFailedError."""
        whole = self._exercise.whole
        sent: dict[str, Any] = {
            name: int(given[name])
            if name in whole and given[name].ndim == 0
            else given[name].copy()
            for name in self._exercise.arguments
        }
        kept = {name: np.array(value) for name, value in sent.items()}
        out = io.StringIO()
        try:
            with warnings.catch_warnings(), redirect_stdout(out), redirect_stderr(io.StringIO()):
                warnings.simplefilter("ignore")
                with np.errstate(all="ignore"), time_limit(SECONDS):
                    got = (
                        self._function(**sent) if self._by_name else self._function(*sent.values())
                    )
        except TimeIsUp:
            raise CallFailedError(
                f"The function did not return within {SECONDS:g} seconds."
            ) from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: it is the student's function
            raise CallFailedError(_first_line(error)) from None
        self._printed = self._printed or bool(out.getvalue())
        for name, value in sent.items():
            if not self.changed and not np.array_equal(value, kept[name]):
                self.changed = name
        return self._by_part(got)

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


def _takes_names(function: Any, names: tuple[str, ...]) -> bool:
    """Tell whether the function's own parameter names are the exercise's, in whatever order."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    by_name = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    required = {p.name for p in parameters if p.default is p.empty and p.name in by_name}
    return set(names) <= by_name and required <= set(names)


def _fresh(exercise: Exercise, seed: object, k: int) -> dict[str, Array]:
    """Return data for trial k: the first of the usual sizes, later ones larger."""
    assert exercise.sample is not None
    sizes = {
        letter: size + (k * (place + 1)) % 3
        for place, (letter, size) in enumerate(exercise.sizes.items())
    }
    draws = Draws("function", exercise.id, seed, k)
    data = exercise.sample(draws, **sizes)
    return {
        name: np.array(value, dtype=np.int64 if name in exercise.whole else np.float64)
        for name, value in data.items()
    }


def _one_trial(
    exercise: Exercise, calls: _Calls, data: dict[str, Array], tolerance: Tolerance = CODE
) -> dict[str, PartVerdict]:
    got = calls(data)
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
    for name, finding in Sheet(exercise, given, own, tolerance).examine().items():
        if finding.off and not finding.slips:
            finding = Finding()  # a function has no arithmetic slips
        parts[name] = marking.say(exercise.part(name), own[name], finding, told)
        told += parts[name].slips
    return {name: parts[name] for name in exercise.returns}


def _try_dtype(
    exercise: Exercise, calls: _Calls, data: dict[str, Array], kind: str, tolerance: Tolerance
) -> str:
    """Return what goes wrong with float arguments of dtype `kind`, or ""."""
    sent = {
        name: value
        if name in exercise.whole
        else np.rint(value).astype(kind)
        if kind.startswith("int")
        else value.astype(kind)
        for name, value in data.items()
    }
    exact = {n: v if n in exercise.whole else v.astype(np.float64) for n, v in sent.items()}
    right = exercise.run(SimpleNamespace(**exact))
    try:
        got = calls(sent)
        for name in exercise.returns:
            answer = as_answer(name, got[name], right[name].shape)
            if tolerance.miss(answer, right[name]) > 1:
                return f"With {kind} input {name} is not right: is something cut to {kind}?"
    except (CallFailedError, AnswerError) as failure:
        return f"With {kind} input: {failure}"
    return ""


def _try_batch(exercise: Exercise, calls: _Calls, data: dict[str, Array]) -> str:
    """Return what goes wrong with two examples stacked, or ""."""
    stacked = {
        name: np.stack([data[name], np.roll(data[name], 1, axis=-1)])
        if name in exercise.batched
        else data[name]
        for name in exercise.arguments
    }
    try:
        got = calls(stacked)
    except CallFailedError as failure:
        return f"With a batch axis in front of {' and '.join(exercise.batched)}: {failure}"
    rights = [
        exercise.run(SimpleNamespace(**(data | {n: stacked[n][k] for n in exercise.batched})))
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


def _first_line(error: BaseException) -> str:
    try:
        text = str(error).strip().splitlines()[0][:200] if str(error).strip() else ""
    except Exception:  # an exception of the student's own making
        text = ""
    return f"The function raised {type(error).__name__}" + (f": {text}." if text else ".")
