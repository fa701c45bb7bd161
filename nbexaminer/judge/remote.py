"""A submission's values and functions, as the trusted side has them."""

import builtins
import dis
import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from time import monotonic
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from course_utils.calling import PATIENCE, Call, Failure, Outcome, StudentFunction, TimeIsUp
from nbexaminer.judge.kernel import NoAnswerError, Respondent
from nbexaminer.student_side import wire

_BUDGET = 2.0
"""Seconds after which a kernel stops calling and answers with what it has."""
_MARGIN = 2.0
"""Seconds more than its own limits that a kernel has for one question."""
_MOST_CALLS = 50
_NAME = re.compile(r"\W")
_NOT_RAISED = (StopIteration, StopAsyncIteration, UnicodeError, BaseExceptionGroup)
"""The first two would end a `map` of the test's, or a loop over one, without a word; the others
are not made of a text alone."""


class Unsent(NamedTuple):
    """A value that cannot cross: what a submission's kernel says of its class."""

    type_name: str
    module: str

    @property
    def is_own(self) -> bool:
        """Whether its class is the submission's own, and of no package that is installed here."""
        root = self.module.partition(".")[0]
        return root == "__main__" or not (root in sys.stdlib_module_names or _installed(root))


@lru_cache(maxsize=256)
def _installed(root: str) -> bool:
    return root.isidentifier() and importlib.util.find_spec(root) is not None


class Line:
    """The line to a kernel while one test cell is judged: its questions share one limit.

    After the first question that was not answered in time, no other is asked.
    """

    def __init__(self, respondent: Respondent, seconds: float) -> None:
        """All questions together may take `seconds`."""
        self._respondent = respondent
        self._deadline = monotonic() + seconds
        self.out_of_time = False
        self.unsent: list[Unsent] = []
        """What could not cross, in order."""

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(self._deadline - monotonic(), 0.0)

    def values(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the values that the kernel has of `names`; nothing where it does not answer."""
        try:
            found = self._ask({"do": "values", "names": list(names)}, self.left)
        except (NoAnswerError, wire.WireError):
            return {}
        return {
            name: self._decoded(found[name])
            for name in names
            if isinstance(found, dict) and name in found
        }

    def outcomes(self, handle: int, calls: Sequence[Call], seconds: float) -> list[Outcome]:
        """Return what a function of the kernel's does: at least the first of `calls`.

        A call may use `seconds` of processor time, and last longer where the machine is busy.
        """
        limit = min(PATIENCE * seconds, self.left)
        question = {
            "do": "call",
            "function": handle,
            "calls": [self._encoded_call(call) for call in calls[:_MOST_CALLS]],
            "processor": min(seconds, limit),
            "seconds": limit,
            "budget": min(_BUDGET, limit),
        }
        try:
            answer = self._ask(question, limit + _BUDGET + _MARGIN)
            return [self._outcome(one) for one in answer] or [Outcome(failure=Failure("time"))]
        except (NoAnswerError, wire.WireError, TypeError, ValueError, KeyError, AttributeError):
            self.out_of_time = True
            return [Outcome(failure=Failure("time"))]

    def _encoded_call(self, call: Call) -> dict[str, Any]:
        try:
            return {
                "args": [wire.encode(value) for value in call.args],
                "kwargs": {name: wire.encode(value) for name, value in call.kwargs.items()},
            }
        except wire.WireError as error:
            self.unsent.append(Unsent("argument", "builtins"))
            raise TypeError(
                f"a test called a student's function with an argument that {error}; it can be "
                "given numbers, texts, arrays, and lists, tuples and dictionaries of them"
            ) from None

    def _ask(self, question: dict[str, Any], seconds: float) -> Any:
        if self.out_of_time or not self.left:
            raise NoAnswerError("was not asked")
        try:
            return self._respondent.ask(question, min(seconds, self.left + _MARGIN))
        except NoAnswerError:
            self.out_of_time = True
            raise

    def _decoded(self, value: Any) -> Any:
        try:
            return wire.decode(value, self._other)
        except wire.WireError as error:
            self.unsent.append(Unsent("object", "builtins"))
            return not_handed_over("object", str(error))

    def _other(self, kind: str, fields: list[Any]) -> Any:
        if kind == "unsent":
            self.unsent.append(Unsent(clean(fields[0], 60), clean(fields[-1], 200)))
            return not_handed_over(str(fields[0]), str(fields[1]))
        if kind == "function":
            handle, name, parameters = fields
            return _named(RemoteFunction, str(name))(self, int(handle), parameters)
        raise wire.WireError("is of an unknown kind")

    def _outcome(self, answer: Any) -> Outcome:
        failure = answer["failure"]
        if failure is not None:
            kind, names, text = failure
            self.out_of_time = self.out_of_time or kind == "time"
            failure = (
                Failure("time")
                if kind == "time"
                else Failure("raised", tuple(clean(name, 60) for name in names[:10]), clean(text))
            )
        return Outcome(
            self._decoded(answer["value"]),
            str(answer["printed"])[:10_000].encode("utf-8", "replace").decode(),
            {key: self._decoded(value) for key, value in answer["changed"]},
            failure,
        )


class RemoteFunction(StudentFunction):
    """A function of the submission's. It is called as if it were here.

    What it prints is printed here, and an exception that it raises is raised here, as the one of
    Python's own that it comes from. Its arguments are copies: what it changes in place is changed
    here only where it returns nothing, or where nothing is done with what it returns.
    """

    def __init__(self, line: Line, handle: int, parameters: Any) -> None:
        """`handle` is the kernel's number for it."""
        self._line = line
        self._handle = handle
        self._parameters = _parameters(parameters)

    def parameters(self) -> tuple[frozenset[str], frozenset[str]] | None:
        """See StudentFunction."""
        return self._parameters

    def outcomes(self, calls: Sequence[Call], seconds: float) -> Iterator[Outcome]:
        """See StudentFunction; many calls are one question."""
        done = 0
        while done < len(calls):
            outcomes = self._line.outcomes(self._handle, calls[done:], seconds)
            for outcome in outcomes[: len(calls) - done]:
                yield outcome
                if outcome.failure is not None and outcome.failure.kind == "time":
                    return
            done += len(outcomes)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function returns."""
        call = Call(args, kwargs)
        (outcome,) = self.outcomes([call], self._line.left)
        if outcome.printed:
            sys.stdout.write(Printed(outcome.printed))
        if outcome.value is None or _is_discarded_by(sys._getframe(1)):
            for key, value in outcome.changed.items():
                _change(args[key] if isinstance(key, int) else kwargs[key], value)
        if outcome.failure is not None:
            raise _raised(outcome.failure)
        return outcome.value


class Printed(str):
    """What a function of the submission's has printed, so that it can be told from a test's."""


class NotHandedOver:
    """Stands for a value that a submission did not hand over: too large, or no plain value.

    Its class has the name of the value's.
    """

    def __init__(self, reason: str = "") -> None:
        """`reason` goes behind the value's name: "holds too much"; "" for its type alone."""
        self.not_handed_over = reason


def not_handed_over(type_name: str, reason: str) -> NotHandedOver:
    """Return what stands here for a value of a type called `type_name`."""
    stand_in: NotHandedOver = _named(NotHandedOver, type_name)(clean(reason))
    return stand_in


def clean(text: Any, length: int = 200) -> str:
    """Return a text of the submission's as one line without control characters."""
    return "".join(c if c.isprintable() else " " for c in str(text)[:length]).strip()


def _named(kind: type, name: str) -> Any:
    """Return a class like `kind` that is called `name`, for messages that say what came."""
    return type(_NAME.sub("_", name[:60]) or "object", (kind,), {})


def _parameters(value: Any) -> tuple[frozenset[str], frozenset[str]] | None:
    try:
        known, required = value
        return frozenset(map(str, known)), frozenset(map(str, required))
    except (TypeError, ValueError):
        return None


def _is_discarded_by(caller: FrameType) -> bool:
    """Whether a call is a statement of its own: nothing is done with what it returns."""
    steps = (step for step in dis.get_instructions(caller.f_code) if step.offset > caller.f_lasti)
    following = next(steps, None)
    return following is not None and following.opname == "POP_TOP"


def _change(argument: Any, value: Any) -> None:
    """Make `argument` what the function has made of it."""
    if isinstance(argument, np.ndarray) and np.shape(value) == argument.shape:
        argument[...] = value
    elif isinstance(argument, list) and isinstance(value, list):
        argument[:] = value
    elif isinstance(argument, dict | set) and type(value) is type(argument):
        argument.clear()
        argument.update(value)


def _raised(failure: Failure) -> BaseException:
    if failure.kind == "time":
        return TimeIsUp()
    kinds = (getattr(builtins, name, None) for name in failure.names)
    known = (k for k in kinds if isinstance(k, type) and issubclass(k, Exception))
    kind = next((k for k in known if not issubclass(k, _NOT_RAISED)), Exception)
    error: BaseException = _named(kind, [*failure.names, "Exception"][0])()
    error.args = (failure.text,) if failure.text else ()
    error.raised_by_student = True  # type: ignore[attr-defined]
    return error
