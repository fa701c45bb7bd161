"""Whose numbers an answer is right for: recognising an answer to another student's data."""

from collections.abc import Iterable
from typing import Any

from course_utils.exercises.answers import AnswerError, as_answer, is_missing
from course_utils.exercises.definition import Data, Exercise

_FEWEST_NUMBERS = 3
"""Fewer right numbers are met by chance."""


def right_for(
    exercise: Exercise, answers: Any, students: Iterable[str], attempt: int = 0
) -> list[str]:
    """Return those of `students` on whose data every number that was given is right.

    At least three numbers have to be given: fewer fit by chance. On a fixed instance the answer is
    everybody or nobody.
    """
    return [s for s in students if is_right(exercise, exercise.draw(s, attempt), answers)]


def is_right(exercise: Exercise, data: Data, answers: Any) -> bool:
    """Tell whether every number that was given is right on `data`, without looking for slips."""
    expected = exercise.run(exercise.given(data))
    numbers = 0
    for part in exercise.parts:
        try:
            value = answers.get(part.name)
        except Exception:  # no mapping, or one of the student's own making
            return False
        if is_missing(value) or part.read is not None:
            continue
        try:
            answer = as_answer(part.name, value, expected[part.name].shape, typed=True)
        except AnswerError:
            return False
        if part.tolerance.miss(answer, expected[part.name]) > 1:
            return False
        numbers += answer.size
    return numbers >= _FEWEST_NUMBERS
