"""An exercise as an assignment gives it: its statement and its numbers, and no reference.

This file is the same in a student's notebook and where submissions run; it imports nothing of the
course but refusing.py. What an entry holds is written by entries.py.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from course_utils.exercises.refusing import ClosedBookError, Refused, closed

Data = Mapping[str, Any]


class _Drawn:
    """One set of an exercise's numbers."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.student: str = entry["student"]
        self.attempt: int = entry["attempt"]
        self.statement: str = entry["statement"]
        self.data: Data = _arrays(entry["data"])
        self.solution: Data | None = _arrays(entry["solution"]) if "solution" in entry else None


def _arrays(values: dict[str, Any]) -> Data:
    arrays = {name: np.array(value, dtype=dtype) for name, (dtype, value) in values.items()}
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)


class GivenExercise:
    """An exercise without its reference."""

    def __init__(self, id: str, entry: dict[str, Any]) -> None:
        self.id = id
        self.title: str = entry["title"]
        self.arguments: tuple[str, ...] = tuple(entry["arguments"])
        self.returns: tuple[str, ...] = tuple(entry["returns"])
        self._draws = [_Drawn(draw) for draw in entry["draws"]]
        self._fixed: bool = entry["fixed"]

    def draw(self, student: str = "class", attempt: int = 0) -> Data:
        """Return the numbers of the class, or of whose work this is."""
        for drawn in self._draws:
            if self._fixed or (drawn.student, drawn.attempt) == (student, attempt):
                return drawn.data
        raise ClosedBookError(
            f"exercise({self.id!r}).draw({student!r}, {attempt!r}): an assignment has only the "
            "numbers that it shows; a lecture draws others"
        )

    def statement(self, data: Any) -> str:
        """Return the problem with its numbers, as Markdown."""
        return self._with("statement", data).statement

    def solve(self, data: Any) -> Data:
        """Raise ClosedBookError: there is no reference here."""
        solution = self._with("solve", data).solution
        if solution is None:
            raise closed(f"exercise({self.id!r}).solve")
        return solution

    def _with(self, method: str, data: Any) -> _Drawn:
        for drawn in self._draws:
            if _same(drawn.data, data):
                return drawn
        raise closed(f"exercise({self.id!r}).{method} for other numbers than this assignment's")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Refused(f"exercise({self.id!r}).{name}")

    def __repr__(self) -> str:
        return f"exercise({self.id!r})"


def _same(data: Data, other: Any) -> bool:
    try:
        return list(data) == list(other) and all(np.array_equal(data[k], other[k]) for k in data)
    except Exception:
        return False


def not_in_assignment(id: object, known: Iterable[str]) -> KeyError:
    """Return the error for an exercise that the assignment does not ask."""
    names = ", ".join(sorted(known)) or "none"
    return KeyError(f"there is no exercise {id!r} in this assignment; there are {names}")
