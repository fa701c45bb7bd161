"""The worked solution of what a test cell checks, with the student's own numbers."""

from typing import NamedTuple

from markupsafe import Markup

from course_utils.mathml import as_mathml
from nbexaminer.exercises import exercises
from nbexaminer.notebook.asked import asked_in


class Worked(NamedTuple):
    """An exercise worked through."""

    title: str
    steps: Markup


def worked(source: str, student: str) -> list[Worked]:
    """Return the solutions of the exercises that the test cell `source` asks `check` about.

    `source` is the course's own text. What the course has taken out since is passed over.
    """
    solutions = []
    asked = [(a.exercise, a.attempt) for a in asked_in(source) if a.has_worked_solution]
    for id, attempt in dict.fromkeys(asked):
        found = exercises().worked(id, student, attempt)
        solutions.append(Worked(found.title, as_mathml(found.latex, display=True)))
    return solutions
