"""Which exercises a cell asks about: read once, and by one set of rules, from the course's text."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from nbexaminer.exercises import exercises
from nbexaminer.notebook.magics import python

_CHECKS = {"check", "check_function"}
"""Their second argument is an answer; elsewhere it is the attempt."""


class Asked(NamedTuple):
    """One call that names an exercise."""

    exercise: str
    attempt: int
    function: str
    """What is called, without what stands before a dot: `check` or `own_data`, say."""
    brings_data: bool
    """Whether the call brings numbers of its own, as `data`."""

    @property
    def has_worked_solution(self) -> bool:
        """Whether it checks numbers that the course has drawn: then it can work them through."""
        return self.function == "check" and not self.brings_data


def asked_in(source: str) -> tuple[Asked, ...]:
    """Return the calls of a code cell that name an exercise, one that is known here, as a literal.

    An attempt that is no literal is the first one, 0. Nothing is asked by what is no Python.
    """
    return tuple(one for one in _named(source) if exercises().knows(one.exercise))


@lru_cache(maxsize=1024)  # a class has the same cells a thousand times
def _named(source: str) -> tuple[Asked, ...]:
    """Return the calls of a code cell that begin with a text."""
    try:
        tree = ast.parse(python(source))
    except (SyntaxError, ValueError):
        return ()
    return tuple(_calls(tree))


def _calls(tree: ast.Module) -> Iterator[Asked]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        constants = [a.value for a in node.args if isinstance(a, ast.Constant)]
        if constants and isinstance(constants[0], str):
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            function = _name(node.func)
            attempt: Any = given.get("attempt")
            if attempt is None and len(node.args) == 2 and function not in _CHECKS:
                attempt = node.args[1]
            yield Asked(constants[0], _whole(attempt), function, "data" in given)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _whole(value: ast.expr | None) -> int:
    return value.value if isinstance(value, ast.Constant) and type(value.value) is int else 0
