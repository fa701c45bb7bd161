"""The self-check of an assignment: a verdict in a few plain lines, and the points as a number."""

from typing import Any

from course_utils.exercises.personal import Checked, leave_for_grader, own_data, own_seed
from course_utils.exercises.registry import exercise, marked
from course_utils.exercises.verdict import Verdict


def check(
    id: str, answers: Any, *, data: Any = None, attempt: int = 0, points: float = 1.0
) -> float:
    """Print what the marker says of `answers` and return the points earned.

    As the last expression of a test cell it gives partial credit in nbgrader. The numbers are those
    of whoever works here (see personal.py), in the given attempt, or else `data`. Never raises for
    what a student hands in. Raises KeyError for an unknown exercise.
    """
    definition = marked(id)
    try:
        verdict = definition.mark(own_data(id, attempt) if data is None else data, answers)
    except ValueError as error:
        print(f"{id}: 0 of {points:g} points. {error}.")
        return 0.0
    leave_for_grader(Checked(id, attempt, answers, verdict))
    return _report(id, verdict, points)


def check_function(
    id: str,
    function: Any,
    *,
    points: float = 1.0,
    trials: int = 5,
    seed: object = 0,
    batch: bool = False,
) -> float:
    """Print what the marker says of a function and return the points earned.

    It is tried on `trials` fresh draws that `seed` fixes. `batch` says that batch axes are asked
    for. Never raises for what the function does. Raises KeyError for an unknown exercise and
    ValueError for one that asks for no function.
    """
    definition = exercise(id)
    verdict = definition.mark_function(function, trials=trials, seed=own_seed(seed), batch=batch)
    leave_for_grader(Checked(id, 0, None, verdict))
    return _report(id, verdict, points)


def _report(id: str, verdict: Verdict, points: float) -> float:
    earned = round(float(points) * verdict.score, 4)
    print(f"{id}: {earned:g} of {points:g} points")
    messages: dict[str, list[str]] = {}
    for name, part in verdict.parts.items():
        messages.setdefault(part.message, []).append(name)
    for message, names in messages.items():
        print(f"  {', '.join(names)}: {message}")
    for note in verdict.notes:
        print(f"  {note}")
    return earned
