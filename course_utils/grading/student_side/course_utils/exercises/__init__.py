"""The exercises of this assignment: their statements and numbers, read from handout.json."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..refusal import NotWhileGradingError, Refused, refuse_missing

_HANDOUT: dict[str, Any] = json.loads(
    Path(__file__).parents[2].joinpath("handout.json").read_text(encoding="utf-8")
)
_CLASS = "class"
_PLACEHOLDER = "YOUR STUDENT ID"

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


class Exercise:
    """An exercise without its reference."""

    def __init__(self, id: str, entry: dict[str, Any]) -> None:
        self.id = id
        self.title: str = entry["title"]
        self.arguments: tuple[str, ...] = tuple(entry["arguments"])
        self.returns: tuple[str, ...] = tuple(entry["returns"])
        self._draws = [_Drawn(draw) for draw in entry["draws"]]
        self._fixed: bool = entry["fixed"]

    def draw(self, student: str = _CLASS, attempt: int = 0) -> Data:
        """Return the numbers of the class, or of whose work is graded."""
        for drawn in self._draws:
            if self._fixed or (drawn.student, drawn.attempt) == (student, attempt):
                return drawn.data
        raise NotWhileGradingError(
            f"exercise({self.id!r}).draw({student!r}, {attempt!r}): while grading, there are only "
            "the numbers that this assignment shows"
        )

    def statement(self, data: Any) -> str:
        """Return the problem with its numbers, as Markdown."""
        return self._with("statement", data).statement

    def solve(self, data: Any) -> Data:
        """Raise NotWhileGradingError: there is no reference here."""
        solution = self._with("solve", data).solution
        if solution is None:
            raise _refused(f"exercise({self.id!r}).solve")
        return solution

    def _with(self, method: str, data: Any) -> _Drawn:
        for drawn in self._draws:
            if _same(drawn.data, data):
                return drawn
        raise _refused(f"exercise({self.id!r}).{method} for other numbers than this assignment's")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Refused(f"exercise({self.id!r}).{name}")

    def __repr__(self) -> str:
        return f"exercise({self.id!r})"


def _refused(what: str) -> NotWhileGradingError:
    return NotWhileGradingError(
        f"{what} is not available while grading: an answer is worked out by its own numbers and "
        "code"
    )


def _same(data: Data, other: Any) -> bool:
    try:
        return list(data) == list(other) and all(np.array_equal(data[k], other[k]) for k in data)
    except Exception:
        return False


_exercises = {id: Exercise(id, entry) for id, entry in _HANDOUT["exercises"].items()}


def exercise(id: str) -> Exercise:
    """Return an exercise of this assignment. Raises KeyError where it has no such one."""
    if id not in _exercises:
        known = ", ".join(sorted(_exercises)) or "none"
        raise KeyError(f"there is no exercise {id!r} in this assignment; there are {known}")
    return _exercises[id]


exam = exercise


def own_data(id: str, attempt: int = 0) -> Data:
    """Return the numbers of whose work is graded."""
    return exercise(id).draw(_HANDOUT["student"], attempt)


def sign_in(student: str) -> None:
    """Say who works here. While grading, the grader knows."""
    if not isinstance(student, str) or student.strip() in ("", _PLACEHOLDER):
        raise ValueError(
            f"sign_in got {student!r}, expected your student id, as the course lists it"
        )
    if student.strip() != _HANDOUT["student"]:
        print(f"Worked as {student.strip()!r}, graded with the numbers of {_HANDOUT['student']!r}.")


def check(id: str, answers: Any, *, points: float = 1.0, **options: Any) -> float:
    """Leave the marking to the grader."""
    print(f"{id}: marked by the grader.")
    return 0.0


def check_function(id: str, function: Any, *, points: float = 1.0, **options: Any) -> float:
    """Leave the marking to the grader."""
    print(f"{id}: marked by the grader.")
    return 0.0


refuse_missing(__name__)
