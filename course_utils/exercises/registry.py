"""Every exercise by its id: each module of the catalogue lists its own.

Beside the catalogue's, the forms that are at hand are known: see forms/at_hand.py.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TypeVar, cast

from course_utils.exercises import catalogue
from course_utils.exercises.definition import Exercise
from course_utils.exercises.drawing import LATEST
from course_utils.exercises.exam import Exam
from course_utils.exercises.forms import form_named

_T = TypeVar("_T", bound=Exercise | Exam)

_VERSIONS = tuple(str(version) for version in range(2, LATEST + 1))


def exercise(id: str) -> Exercise:
    """Return the exercise called `id`. Raises KeyError, listing the names, where there is none.

    "gru_step@2" is gru_step, its numbers drawn by version 2 of the rules of drawing. Raises
    FormError, with all that is wrong, where it is a form that gives no exercise.
    """
    if id in exams():
        raise KeyError(f"{id!r} is a whole paper: take it with exam({id!r})")
    return _found(id, _with_form(id, exercises()))


def exam(id: str) -> Exam:
    """Return the paper called `id`. Raises KeyError, listing the names, where there is none."""
    return _found(id, exams())


def marked(id: str) -> Exercise | Exam:
    """Return the exercise or the paper called `id`. Raises KeyError where there is neither.

    Raises FormError as `exercise` does.
    """
    return _found(id, _with_form(id, _catalogue()))


def known(id: str) -> Exercise | Exam | None:
    """Return the exercise or the paper called `id`, if there is one."""
    try:
        return marked(id)
    except KeyError:
        return None


def exercises() -> Mapping[str, Exercise]:
    """Return every exercise by id, in the catalogue's order."""
    return MappingProxyType({k: v for k, v in _catalogue().items() if isinstance(v, Exercise)})


def exams() -> Mapping[str, Exam]:
    """Return every paper by id."""
    return MappingProxyType({k: v for k, v in _catalogue().items() if isinstance(v, Exam)})


@cache
def _catalogue() -> dict[str, Exercise | Exam]:
    """Import every module of the catalogue. Raises ValueError on a doubled id."""
    found: dict[str, Exercise | Exam] = {}
    for module in pkgutil.iter_modules(catalogue.__path__):
        listed = importlib.import_module(f"{catalogue.__name__}.{module.name}")
        for one in getattr(listed, "EXERCISES", ()):
            if one.id in found:
                raise ValueError(f"two exercises are called {one.id!r}")
            found[one.id] = one
    return found


def _with_form(id: str, known: Mapping[str, _T]) -> Mapping[str, _T | Exercise]:
    """Return what is known, and the form that `id` names, where the catalogue has none such."""
    name = id.partition("@")[0]
    form = None if name in _catalogue() else form_named(name)
    return known if form is None else {**known, name: form}


def _found(id: str, known: Mapping[str, _T]) -> _T:
    name, at, version = id.partition("@")
    if name not in known:
        raise KeyError(f"there is no exercise {id!r}; there are {', '.join(sorted(known))}")
    if not at:
        return known[name]
    if version not in _VERSIONS:
        raise KeyError(f"there is no {id!r}: after @ comes one of {', '.join(_VERSIONS)}")
    return cast(_T, _drawn_by(known[name], int(version)))


@cache
def _drawn_by(one: Exercise | Exam, version: int) -> Exercise | Exam:
    """Return the same exercise or paper with its numbers drawn by another version."""
    if isinstance(one, Exercise):
        return _exercise_by(one, version)
    asked = (replace(q, exercise=_exercise_by(q.exercise, version)) for q in one.questions)
    return replace(one, id=f"{one.id}@{version}", questions=tuple(asked))


def _exercise_by(one: Exercise, version: int) -> Exercise:
    return replace(one, id=f"{one.id}@{version}", drawing=version)
