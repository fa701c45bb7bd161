"""Exercises written down for an assignment, without their reference: what as_given.py reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from course_utils.exercises.definition import Exercise
from course_utils.exercises.exam import Exam
from course_utils.exercises.personal import CLASS
from course_utils.exercises.registry import marked


def entry(
    id: str, student: str, attempts: Iterable[int], *, solutions: bool = False
) -> dict[str, Any]:
    """Return the numbers and statements of exercise `id` for `student` and for the class, as JSON.

    Only `solutions`, which is for a course's own model solution, puts answers in. Raises KeyError
    where there is no such exercise.
    """
    one = marked(id)
    fixed = isinstance(one, Exercise) and one.fixed is not None
    draws = [(whose, n) for whose in dict.fromkeys([student, CLASS]) for n in attempts]
    return {
        "title": one.title,
        "fixed": fixed,
        "arguments": list(one.arguments) if isinstance(one, Exercise) else [],
        "returns": list(one.returns),
        "draws": [
            _drawn(one, whose, attempt, solutions)
            for whose, attempt in (draws[:1] if fixed else draws)
        ],
    }


def _drawn(one: Exercise | Exam, student: str, attempt: int, solutions: bool) -> dict[str, Any]:
    data = one.draw(student, attempt)
    drawn = {
        "student": student,
        "attempt": attempt,
        "data": _written(one.shown(data)),
        "statement": one.statement(data),
    }
    return drawn | ({"solution": _written(one.solve(data))} if solutions else {})


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [value.dtype.str, value.tolist()] for name, value in values.items()}
