"""Answers what the grader asks of this kernel: values by name, and the outputs of functions.

It runs beside the student's code and can be bent by it. The grader takes what comes from here as
the student's own word, and nothing else.
"""

import json
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

from course_utils.calling import Call, Outcome, outcome_of, parameters_of

from . import wire

MIME = "application/vnd.nbexaminer.answer"

_ROOM = wire.MOST_CHARACTERS * 3 // 4
"""Characters that the values of one answer may take together."""

_functions: list[Any] = []


class Answer:
    """What an expression of the grader's gives, shown as text of our own kind."""

    def __init__(self, text: str) -> None:
        self._text = text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {MIME: self._text}


def answer(question: str) -> Answer:
    """Answer one question, given and returned as text of wire.py's."""
    asked = json.loads(question)
    reply: Callable[[Any], Any] = {"values": _values, "call": _call}[asked["do"]]
    return Answer(wire.dumps(reply(asked)))


def _values(asked: Any) -> dict[str, Any]:
    """Return the values of those names that there are, by name."""
    names = vars(sys.modules["__main__"])
    found: dict[str, Any] = {}
    left = _ROOM
    for name in asked["names"]:
        if name in names:
            value = _encoded(names[name])
            size = len(json.dumps(value))
            found[name] = value if size <= left else _unsent(names[name], "holds too much")
            left -= size if size <= left else 0
    return found


def _call(asked: Any) -> list[Any]:
    """Return what a function does, call by call, until the time for this question is over."""
    function = _functions[asked["function"]]
    outcomes: list[Any] = []
    size, start = 0, monotonic()
    for call in asked["calls"]:
        args = tuple(wire.decode(value) for value in call["args"])
        kwargs = {name: wire.decode(value) for name, value in call["kwargs"].items()}
        outcome = outcome_of(function, Call(args, kwargs), asked["processor"], asked["seconds"])
        encoded = _outcome(outcome)
        size += len(json.dumps(encoded))
        if outcomes and size > _ROOM:
            break
        outcomes.append(encoded)
        if outcome.failure is not None and outcome.failure.kind == "time":
            break
        if monotonic() - start > asked["budget"]:
            break
    return outcomes


def _outcome(outcome: Outcome) -> dict[str, Any]:
    failure = outcome.failure
    return {
        "value": _encoded(outcome.value),
        "printed": outcome.printed.encode("utf-8", "replace").decode(),
        "changed": [[key, _encoded(value)] for key, value in outcome.changed.items()],
        "failure": failure and [failure.kind, list(failure.names), failure.text],
    }


def _encoded(value: Any) -> Any:
    try:
        return wire.encode(value, _other)
    except wire.WireError as error:
        return _unsent(value, str(error))
    except KeyboardInterrupt:  # the grader's
        raise
    except BaseException as error:  # whatever a student's object does when it is looked at
        return _unsent(value, f"cannot be read ({type(error).__name__})")


def _other(value: Any) -> Any:
    if not callable(value):
        return _unsent(value, "")
    known = [handle for handle, function in enumerate(_functions) if function is value]
    if not known:
        known = [len(_functions)]
        _functions.append(value)
    known_by_name = parameters_of(value)
    parameters = known_by_name and [sorted(names) for names in known_by_name]
    return ["function", known[0], type(value).__name__, parameters]


def _unsent(value: Any, reason: str) -> Any:
    return ["unsent", type(value).__name__, reason, str(type(value).__module__)]
