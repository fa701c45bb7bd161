"""An exercise, defined once: a problem that is drawn, shown, marked and worked."""

from functools import lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np

from course_utils.exercises import functions, marking
from course_utils.exercises.drawing import Draws
from course_utils.exercises.hints import hints
from course_utils.exercises.latex import aligned
from course_utils.exercises.problem import Data, Part, Problem, any_data, frozen
from course_utils.exercises.rules import Slips
from course_utils.exercises.separation import draw_apart
from course_utils.exercises.tolerance import HAND
from course_utils.exercises.verdict import Verdict

__all__ = ["Data", "Exercise", "Part", "frozen"]


class Exercise(Problem):
    """A problem with what is done with it; the catalogue's docstring tells how one is written."""

    def draw(self, student: str = "class", attempt: int = 0) -> Data:
        """Return the data of one student's attempt: frozen arrays, the same on every machine.

        Numbers are small and have few digits, and are drawn again until every slip and every pair
        of slips gives another answer than the right one. A fixed instance has one set of data.
        """
        return self.fixed if self.fixed is not None else _drawn(self, str(student), int(attempt))

    def draw_to_mark(self, student: str, secret: str, attempt: int = 0) -> Data:
        """Return the data that answers are judged on: the student's, or drawn by `secret`."""
        return self.draw(secret if self.unseen else student, attempt)

    def shown(self, data: Data) -> Data:
        """Return what of `data` may be handed out."""
        return MappingProxyType({}) if self.unseen else data

    def solve(self, data: Data) -> Data:
        """Return every named part, in order of working; a text's model answer as an array of it."""
        values: dict[str, Any] = dict(frozen(self.run(self._to_show(data))))
        texts = {part.name: np.array(part.model) for part in self.parts if part.model}
        return MappingProxyType(values | texts)

    def mark(self, data: Data, answers: Any, *, rounding_costs: float = 0.0) -> Verdict:
        """Mark answers by part name. Never raises for what a student hands in.

        A part that is right to two decimals or digits only loses the share `rounding_costs`.
        """
        return marking.mark(self, data, answers, rounding_costs=rounding_costs)

    def mark_function(
        self, function: Any, *, trials: int = 5, seed: object = 0, batch: bool = False
    ) -> Verdict:
        """Mark a function on fresh draws and by its properties; see functions.mark_function."""
        return functions.mark_function(self, function, trials=trials, seed=seed, batch=batch)

    def statement(self, data: Data) -> str:
        """Return the problem with its numbers, and how many digits are asked for, as Markdown."""
        digits = _digits_asked(self.parts)
        return self.statement_text(self._to_show(data)) + (f"\n\n{digits}" if digits else "")

    def steps(self, data: Data, slips: Slips = ()) -> str:
        """Return the worked solution with every number filled in, as LaTeX.

        `slips` works it wrongly, for the exercise that asks where the slip is.
        """
        given = self._to_show(data)
        return aligned(self.worked(given, SimpleNamespace(**self.run(given, slips))))

    def hints(self, data: Data, part: str = "") -> tuple[str, ...]:
        """Return up to three hints, each larger than the one before, as LaTeX; see hints.py.

        They are about `part`, where the worked solution has lines of its own for it.
        """
        given = self._to_show(data)
        about = self.part(part).latex if part else ""
        return hints(self.worked(given, SimpleNamespace(**self.run(given))), about)

    def _to_show(self, data: Data) -> SimpleNamespace:
        """Return `data` as attributes; where they are unseen, any, for a text without numbers."""
        return self.given(any_data(self) if self.unseen else data)


def _digits_asked(parts: tuple[Part, ...]) -> str:
    """Return the sentence that says how exactly numbers are to be given; "" where none are."""
    if any(part.tolerance == HAND for part in parts):
        return "Give three decimals."
    return "" if any(part.read for part in parts) else "Give every number exactly."


@lru_cache(maxsize=4096)
def _drawn(exercise: Exercise, student: str, attempt: int) -> Data:
    draws = Draws(exercise.id, student, attempt)
    return frozen(draw_apart(exercise, draws), exercise.whole)
