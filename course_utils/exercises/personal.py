"""Whose numbers an assignment shows: the class's, or each student's own.

Where the course asks for personal data, an assignment begins with ``sign_in("your id")``. While
grading, the judge says whose work it is, and what the notebook says of that counts for nothing.
"""

from collections.abc import Iterable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from course_utils.exercises.definition import Data
from course_utils.exercises.registry import marked
from course_utils.exercises.verdict import Verdict

CLASS = "class"
"""Whose data everybody works on where they are not personal."""

PLACEHOLDER = "YOUR STUDENT ID"

_signed_in = CLASS


class Checked(NamedTuple):
    """One check: what it asked about, what it was given, what it said."""

    exercise: str
    attempt: int
    answers: Any
    """What was handed to `check`; None for a function."""
    verdict: Verdict


class VerdictText(str):
    """What a check prints, so that a grader can tell it from what else is printed."""

    __slots__ = ("detail", "exercise")
    exercise: str
    detail: str
    """What stands below its headline."""

    @classmethod
    def of(cls, exercise: str, headline: str, lines: Iterable[str]) -> "VerdictText":
        """Return the verdict on `exercise`."""
        detail = "".join(f"  {line}\n" for line in lines)
        one = cls(f"{headline}\n{detail}")
        one.exercise, one.detail = exercise, detail
        return one


@dataclass
class Graded:
    """Whose work the checks mark inside it as a context, and what they were given to mark.

    For the judge, who may enter it more than once.
    """

    student: str
    salt: str
    """What the inputs of functions and all unseen numbers are drawn from: this submission's own,
    and made with a key that no student has."""
    checks: list[Checked] = field(default_factory=list)
    """Every check that was made, in order."""
    _token: "Token[Graded | None] | None" = field(default=None, repr=False)

    def __enter__(self) -> Self:
        """Mark by the numbers of `student` from here on."""
        self._token = _graded.set(self)
        return self

    def __exit__(self, *error: object) -> None:
        """Mark as before."""
        assert self._token is not None, "it was not entered"
        _graded.reset(self._token)


_graded: ContextVar[Graded | None] = ContextVar("graded", default=None)


def is_graded() -> bool:
    """Whether this is the judge at work, and no notebook."""
    return _graded.get() is not None


def sign_in(student: str) -> None:
    """Work on the numbers of `student` from here on. While grading, those of whose work it is.

    Raises ValueError when the id is missing or still the placeholder.
    """
    global _signed_in
    if not isinstance(student, str) or student.strip() in ("", PLACEHOLDER):
        raise ValueError(
            f"sign_in got {student!r}, expected your student id, as the course lists it"
        )
    _signed_in = student.strip()
    graded = _graded.get()
    if graded is not None and graded.student != _signed_in:
        print(f"Worked as {_signed_in!r}, graded with the numbers of {graded.student!r}.")


def own_student() -> str:
    """Return whose numbers are shown and marked in this notebook."""
    graded = _graded.get()
    return _signed_in if graded is None else graded.student


def own_data(id: str, attempt: int = 0) -> Data:
    """Return the numbers of exercise `id` for whoever works here; the class's, unless signed in.

    They are empty where the numbers that answers are judged on are shown to nobody. Raises
    KeyError, listing the names, where there is no such exercise.
    """
    one = marked(id)
    return one.shown(one.draw(own_student(), attempt))


def data_to_mark(id: str, attempt: int = 0) -> Data:
    """Return the numbers that answers of whoever works here are judged on.

    While grading, those that nobody sees are this submission's alone.
    """
    student = own_student()
    return marked(id).draw_to_mark(student, str(own_seed(student)), attempt)


def own_seed(seed: object) -> object:
    """Return what the inputs of a function's test are drawn from.

    While grading, the inputs are those of this submission alone: what a self-check, or an earlier
    run, has shown of others is of no use.
    """
    graded = _graded.get()
    return seed if graded is None else f"{seed}|{graded.salt}"


def leave_for_grader(checked: Checked) -> None:
    """While grading, keep what a check was given and said, for the steps after it."""
    graded = _graded.get()
    if graded is not None:
        graded.checks.append(checked)
