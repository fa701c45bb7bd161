"""Calling a student's function: what it returns, prints, changes, and how it fails.

The function may be here, as in a self-check, or in the kernel of a submission, where the grader
asks for its outputs. Both are called by :func:`outcome_of`: the grader gives that kernel a copy of
this file, so that it imports nothing of ours but the time limit.
"""

import copy
import inspect
import io
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from .time_limit import TimeIsUp, time_limit

PATIENCE = 10.0
"""How many seconds a call may last for each second of processor time: the machine may be busy."""

_MOST_PRINTED = 10_000
_LONGEST_MESSAGE = 200


@dataclass(frozen=True)
class Call:
    """The arguments of one call, by place and by name."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a call returned nothing."""

    kind: Literal["raised", "time"]
    names: tuple[str, ...] = ()
    """The exception's class and those it comes from, by name."""
    text: str = ""
    """The first line of its message."""


@dataclass(frozen=True)
class Outcome:
    """What one call did."""

    value: Any = None
    printed: str = ""
    changed: Mapping[int | str, Any] = field(default_factory=dict)
    """The arguments that were changed in place, by place or name, as they are afterwards."""
    failure: Failure | None = None


class StudentFunction(ABC):
    """A function to be marked, wherever it is."""

    @abstractmethod
    def parameters(self) -> tuple[frozenset[str], frozenset[str]] | None:
        """Return the parameters that may and that must be given by name; None where unknown."""

    @abstractmethod
    def outcomes(self, calls: Sequence[Call], seconds: float) -> Iterator[Outcome]:
        """Yield what each of `calls` does, in their order.

        A call may use `seconds` of processor time, and may last `PATIENCE` times as long. It ends
        after a call that ran out of time.
        """

    def takes(self, names: Sequence[str]) -> bool:
        """Tell whether its own parameter names are `names`, in whatever order."""
        known = self.parameters()
        return known is not None and set(names) <= known[0] and known[1] <= set(names)


class LocalFunction(StudentFunction):
    """A function of this process."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def parameters(self) -> tuple[frozenset[str], frozenset[str]] | None:
        """See StudentFunction."""
        return parameters_of(self._function)

    def outcomes(self, calls: Sequence[Call], seconds: float) -> Iterator[Outcome]:
        """See StudentFunction; a call is made when its outcome is asked for."""
        for call in calls:
            outcome = outcome_of(self._function, call, seconds)
            yield outcome
            if outcome.failure is not None and outcome.failure.kind == "time":
                return


def parameters_of(function: Any) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the parameters of `function` that may and that must be given by name."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    required = [p for p in named if p.default is p.empty]
    return frozenset(p.name for p in named), frozenset(p.name for p in required)


def outcome_of(
    function: Callable[..., Any], call: Call, processor: float, seconds: float | None = None
) -> Outcome:
    """Call `function` and keep watch. Warnings are ignored, and what it prints is kept.

    It may use `processor` seconds of processor time, and last `seconds`, by default `PATIENCE`
    times as long. Raises nothing but KeyboardInterrupt.
    """
    seconds = PATIENCE * processor if seconds is None else seconds
    call = copy.deepcopy(call)
    before = copy.deepcopy(call)
    out = _Printed()
    value: Any = None
    failure: Failure | None = None
    try:
        with warnings.catch_warnings(), redirect_stdout(out), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            with np.errstate(all="ignore"), time_limit(seconds, processor):
                value = function(*call.args, **call.kwargs)
    except TimeIsUp:
        failure = Failure("time")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: it is the student's function
        failure = Failure("raised", _names(error), _first_line(error))
    return Outcome(value, out.getvalue(), _changed(before, call), failure)


def _changed(before: Call, after: Call) -> dict[int | str, Any]:
    changed: dict[int | str, Any] = {
        place: value
        for place, (value, kept) in enumerate(zip(after.args, before.args, strict=True))
        if not _same(value, kept)
    }
    return changed | {
        name: value for name, value in after.kwargs.items() if not _same(value, before.kwargs[name])
    }


def _same(value: Any, kept: Any) -> bool:
    try:
        if isinstance(kept, np.ndarray):
            same_kind = value.shape == kept.shape and value.dtype == kept.dtype
            return bool(same_kind and value.tobytes() == kept.tobytes())
        if isinstance(kept, dict):
            return list(value) == list(kept) and all(_same(value[k], kept[k]) for k in kept)
        if isinstance(kept, list | tuple):
            return len(value) == len(kept) and all(map(_same, value, kept))
        return type(value) is type(kept) and bool(value == kept or value != value)
    except Exception:  # something else stands there now
        return False


def _names(error: BaseException) -> tuple[str, ...]:
    return tuple(one.__name__ for one in type(error).__mro__[:10])


def _first_line(error: BaseException) -> str:
    try:
        lines = str(error).strip().splitlines()
    except KeyboardInterrupt:
        raise
    except BaseException:  # an exception of the student's own making
        return ""
    return lines[0][:_LONGEST_MESSAGE] if lines else ""


class _Printed(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        super().write(text[: max(_MOST_PRINTED - self.tell(), 0)])
        return len(text)
