"""The book closed in a student's own notebook, as it is where the notebook is marked.

A released assignment begins by calling `closed_book`. From there on `course_utils` has, in this
kernel, what it has in the marker's: the checks, and the numbers of the exercises that are asked.
The course's cells, references and worked steps import, and refuse to be called. So Validate, and
a check that is run by hand, say of an answer what the marker will say. It is no lock: the package
is installed beside the notebook. The lock is the marker's sandbox.
"""

import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

from course_utils.exercises.as_given import Data, GivenExercise, not_in_assignment
from course_utils.exercises.checking import check, check_function
from course_utils.exercises.definition import Exercise
from course_utils.exercises.entries import entry
from course_utils.exercises.exam import Exam
from course_utils.exercises.personal import is_graded, own_student, sign_in
from course_utils.exercises.refusing import Refused, RefusingFinder, refuse_missing
from course_utils.exercises.registry import marked

_PACKAGE = "course_utils"
_OPEN = f"{_PACKAGE}.exercises"
_asked: dict[str, tuple[int, ...]] = {}
_real: dict[str, ModuleType] = {}
"""The course's own modules, which go on working for each other."""


def closed_book(**asked: Iterable[int]) -> None:
    """Close the book in this notebook but for the exercises in `asked`, with their attempts.

    It stays closed until the kernel is started anew. Outside of a notebook, and where a grader runs
    the cell, nothing is closed. Raises KeyError for an exercise that the course has not.
    """
    shell = _shell()
    if shell is None or is_graded():
        return
    for id, attempts in asked.items():
        marked(id)  # loads every module that the checks need
        _asked[id] = tuple(sorted({0, *attempts}))
    if not _real:
        _close()
    _take_back(shell.user_ns)


def _shell() -> Any:
    """Return the notebook's IPython; None in a program."""
    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()


def _close() -> None:
    """Put a course_utils in the place of this one that has only what is open."""
    marked_names = (name for name in sys.modules if f"{name}.".startswith(f"{_PACKAGE}."))
    for name in tuple(marked_names):
        _real[name] = sys.modules.pop(name)
    top, open_ = ModuleType(_PACKAGE), ModuleType(_OPEN)
    top.__path__, open_.__path__ = [], []
    vars(open_).update(_names())
    vars(top)["exercises"] = open_
    sys.modules |= {_PACKAGE: top, _OPEN: open_}
    refuse_missing(_OPEN)
    sys.meta_path.insert(0, RefusingFinder())


def _names() -> dict[str, Callable[..., Any]]:
    """Return what `course_utils.exercises` has in an assignment."""
    return {
        "check": check,
        "check_function": check_function,
        "closed_book": closed_book,
        "exam": _exercise,
        "exercise": _exercise,
        "own_data": _own_data,
        "sign_in": sign_in,
    }


def _exercise(id: str) -> GivenExercise:
    """Return an exercise of this assignment. Raises KeyError where it has no such one."""
    if id not in _asked:
        raise not_in_assignment(id, _asked)
    return _given(id, own_student(), _asked[id])


@lru_cache(maxsize=64)
def _given(id: str, student: str, attempts: tuple[int, ...]) -> GivenExercise:
    return GivenExercise(id, entry(id, student, attempts))


def _own_data(id: str, attempt: int = 0) -> Data:
    """Return the numbers of whoever works here."""
    return _exercise(id).draw(own_student(), attempt)


def _take_back(names: dict[str, Any]) -> None:
    """Let names that the notebook took from the course before mean what they mean now."""
    taken = {name: _as_closed(value) for name, value in names.items() if not name.startswith("_")}
    changed = sorted(name for name, value in taken.items() if value is not names[name])
    names.update(taken)
    if changed:
        print(
            f"Closed from here on: {', '.join(changed)}. Where your work is marked, the book is "
            "closed from the first cell on: what was worked out above with these is not there."
        )


def _as_closed(value: Any) -> Any:
    """Return `value` as it would be had the book been closed when it was imported."""
    if isinstance(value, ModuleType):
        return import_module(value.__name__) if value.__name__ in _real else value
    if isinstance(value, Exercise | Exam):
        return _exercise(value.id) if value.id in _asked else Refused(repr(value))
    if isinstance(value, FunctionType | type) and value.__module__ in _real:
        return getattr(import_module(_public(value)), value.__name__, value)
    return value


def _public(value: FunctionType | type) -> str:
    """Return the shortest name of a module that has the function or class."""
    parts = value.__module__.split(".")
    names = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    having = (n for n in names if getattr(_real.get(n), value.__name__, None) is value)
    return next(having, value.__module__)
