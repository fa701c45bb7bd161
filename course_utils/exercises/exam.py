"""Several exercises as one paper, with the same interface as one exercise.

Data and parts carry the number of their question in front: ``q2_W_i``, ``q2_i_t``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from course_utils.exercises.definition import Data, Exercise, Part
from course_utils.exercises.rules import Rule
from course_utils.exercises.verdict import PartVerdict, Verdict, total


@dataclass(frozen=True)
class Question:
    """One question of a paper, and what it is worth in all."""

    exercise: Exercise
    points: float


@dataclass(frozen=True)
class Exam:
    """A paper. Each question is drawn, marked and worked by its own exercise."""

    id: str
    title: str
    questions: tuple[Question, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part of every question, by its numbered name."""
        return tuple(
            replace(part, name=f"q{n}_{part.name}", weight=part.weight * scale)
            for n, question, scale in self._numbered()
            for part in question.exercise.parts
        )

    @property
    def points(self) -> float:
        """What the whole paper is worth."""
        return sum(question.points for question in self.questions)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """None of its own: each question is diagnosed with its own rules."""
        return ()

    @property
    def returns(self) -> tuple[str, ...]:
        """A paper asks for no function."""
        return ()

    @property
    def warning(self) -> str:
        """The warnings of its questions."""
        return " ".join(
            f"Question {n}: {question.exercise.warning}"
            for n, question, _ in self._numbered()
            if question.exercise.warning
        )

    def draw(self, student: str = "class", attempt: int = 0) -> Data:
        """Return the data of every question, drawn by student and attempt."""
        return self._joined(lambda n, one: one.draw(student, attempt))

    def draw_to_mark(self, student: str, secret: str, attempt: int = 0) -> Data:
        """Return the data that answers are judged on; see Exercise.draw_to_mark."""
        return self._joined(lambda n, one: one.draw_to_mark(student, secret, attempt))

    def shown(self, data: Data) -> Data:
        """Return what of `data` may be handed out."""
        return self._joined(lambda n, one: one.shown(_only(data, n)))

    def solve(self, data: Data) -> Data:
        """Return every part of every question, in order of working."""
        return self._joined(lambda n, one: one.solve(_only(data, n)))

    def mark(self, data: Data, answers: Any, *, rounding_costs: float = 0.0) -> Verdict:
        """Mark every question by itself, as an exercise does."""
        parts: dict[str, PartVerdict] = {}
        for n, question, _ in self._numbered():
            own = _only(answers, n) if isinstance(answers, Mapping) else answers
            verdict = question.exercise.mark(_only(data, n), own, rounding_costs=rounding_costs)
            counted = sum(part.weight for part in verdict.parts.values())
            scale = question.points / counted  # optional parts that were left out do not count
            parts |= {
                f"q{n}_{name}": replace(part, weight=part.weight * scale)
                for name, part in verdict.parts.items()
            }
        return total(MappingProxyType(parts))

    def statement(self, data: Data) -> str:
        """Return the paper as Markdown: each question under its number."""
        return "\n\n".join(
            f"**Question {n}** ({question.points:g} points). "
            f"Answers are named `q{n}_...`.\n\n{question.exercise.statement(_only(data, n))}"
            for n, question, _ in self._numbered()
        )

    def steps(self, data: Data) -> str:
        """Return the worked paper as LaTeX, one question after the other."""
        worked = [
            rf"\text{{Question {n}}} & \\ & " + question.exercise.steps(_only(data, n))
            for n, question, _ in self._numbered()
        ]
        return "\\begin{aligned}\n" + " \\\\[8pt]\n".join(worked) + "\n\\end{aligned}"

    def _joined(self, values: Callable[[int, Exercise], Data]) -> Data:
        """Return values of every question by their numbered names."""
        return MappingProxyType(
            {
                f"q{n}_{name}": value
                for n, question, _ in self._numbered()
                for name, value in values(n, question.exercise).items()
            }
        )

    def _numbered(self) -> list[tuple[int, Question, float]]:
        """Number, question, and what one unit of its parts' weights is worth."""
        return [
            (n, q, q.points / sum(part.weight for part in q.exercise.parts))
            for n, q in enumerate(self.questions, 1)
        ]

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"exercise({self.id!r})"


def _only(values: Mapping[Any, Any], n: int) -> dict[str, Any]:
    """Return what belongs to question n, by its name there."""
    prefix = f"q{n}_"
    found: dict[str, Any] = {}
    try:
        for key in list(values):
            if isinstance(key, str) and key.startswith(prefix):
                found[key.removeprefix(prefix)] = values[key]
    except Exception:  # a mapping of the student's own making
        return {}
    return found
