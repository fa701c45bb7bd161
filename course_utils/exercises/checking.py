"""The self-check of an assignment: a verdict in a few plain lines, and the points as a number."""

import sys
from typing import Any

from course_utils.exercises.equations.read_as import typeset
from course_utils.exercises.personal import (
    Checked,
    VerdictText,
    data_to_mark,
    is_graded,
    leave_for_grader,
    own_seed,
)
from course_utils.exercises.registry import exercise, marked
from course_utils.exercises.verdict import Verdict


def check(
    id: str,
    answers: Any,
    *,
    data: Any = None,
    attempt: int = 0,
    points: float = 1.0,
    rounding_costs: float = 0.0,
) -> float:
    """Print what the marker says of `answers` and return the points earned.

    As the last expression of a test cell it gives partial credit in nbgrader. The numbers are those
    of whoever works here (see personal.py), in the given attempt, or else `data`. A value that is
    right to two decimals or digits only loses the share `rounding_costs` of its marks: 0 to 1.
    Never raises for what a student hands in. Raises KeyError for an unknown exercise.
    """
    definition = marked(id)
    try:
        numbers = data_to_mark(id, attempt) if data is None else data
        verdict = definition.mark(numbers, answers, rounding_costs=rounding_costs)
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

    It is tried on `trials` fresh draws that `seed` fixes, while grading together with the
    submission. `batch` says that batch axes are asked for. Never raises for what the function does.
    Raises KeyError for an unknown exercise and ValueError for one that asks for no function.
    """
    definition = exercise(id)
    verdict = definition.mark_function(function, trials=trials, seed=own_seed(seed), batch=batch)
    leave_for_grader(Checked(id, 0, None, verdict))
    return _report(id, verdict, points)


def _report(id: str, verdict: Verdict, points: float) -> float:
    earned = round(float(points) * verdict.score, 4)
    if not is_graded():
        _show_what_was_read(verdict)
    headline = f"{id}: {earned:g} of {points:g} points"
    sys.stdout.write(VerdictText.of(id, headline, lines_of(verdict)))
    return earned


def _show_what_was_read(verdict: Verdict) -> None:
    """Show equations as they were read, typeset, above what is said of them."""
    read = [latex for part in verdict.parts.values() if (latex := typeset(part.remark))]
    if read and sys.modules.get("IPython") is not None:
        from IPython.core.getipython import get_ipython
        from IPython.display import Math, display

        if get_ipython() is not None:
            display(Math(r" \qquad ".join(read)))


def lines_of(verdict: Verdict, *, lost: bool = False) -> list[str]:
    """Return what is said of the parts, each text once, then the notes.

    With `lost`, only the reasons of the parts that cost marks, without where to read.
    """
    texts: dict[str, list[str]] = {}
    for name, part in verdict.parts.items():
        if not lost or (part.weight and part.score < 1):
            texts.setdefault(part.reason if lost else part.text, []).append(name)
    said = [f"{', '.join(names)}: {text}" for text, names in texts.items()]
    return said if lost else [*said, *verdict.notes]
