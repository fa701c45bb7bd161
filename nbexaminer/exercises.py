"""What a course's exercises have to offer, so that tests may ask them. A course needs none.

A package offers its exercises by an entry point of the group `nbexaminer.exercises`: an object with
the methods of :class:`Exercises`. Nothing else of it is known here.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple, Protocol

GROUP = "nbexaminer.exercises"
CLASS = "class"
"""Stands for a student's id where everybody works on the same numbers."""


class Part(Protocol):
    """What is said of one part of an answer."""

    @property
    def score(self) -> float:
        """0 to 1."""

    @property
    def weight(self) -> float:
        """Its share of the marks; 0 for an optional part that was left out."""

    @property
    def slips(self) -> tuple[str, ...]:
        """The mistakes that it shows, by name."""

    @property
    def followed_through(self) -> bool:
        """Whether it is right for the student's own wrong values before it."""

    @property
    def text(self) -> str:
        """What the student is told."""


class Verdict(Protocol):
    """What is said of an answer."""

    @property
    def parts(self) -> Mapping[str, Part]:
        """Each part by its name, in order of working."""


class Checked(Protocol):
    """One check that a test has made."""

    @property
    def exercise(self) -> str:
        """The exercise's id."""

    @property
    def attempt(self) -> int:
        """Which of its draws."""

    @property
    def answers(self) -> Any:
        """What was handed to it; None for a function."""

    @property
    def verdict(self) -> Any:
        """A :class:`Verdict`."""


class Graded(Protocol):
    """The checks of one submission: inside of it, as a context, they mark by its student's numbers.

    It can be entered more than once.
    """

    @property
    def checks(self) -> Sequence[Checked]:
        """Every check that was made inside, in order."""

    def __enter__(self) -> Any: ...

    def __exit__(self, *error: Any) -> bool | None: ...


class VerdictText(Protocol):
    """What the text has that a check prints: so it can be told from what else a test prints."""

    exercise: str
    detail: str
    """What stands below its headline."""


class Worked(NamedTuple):
    """An exercise worked through."""

    title: str
    latex: str


class SlipText(NamedTuple):
    """What a slip is."""

    explanation: str
    lecture: str
    """Where it is explained; "" where no lecture is named."""


class Exercises(Protocol):
    """The exercises of a course, each under its id."""

    sign_in: str
    """The code of a cell in which a student says whose numbers they work on."""

    def knows(self, id: str) -> bool:
        """Tell whether there is such an exercise."""

    def load(self) -> None:
        """Import what marking needs, before processes are forked."""

    def beside(self, files: Mapping[str, bytes]) -> AbstractContextManager[None]:
        """Return where the exercises among an assignment's own files, by path, are known as well.

        `files` are the course's, from source/, and nothing that a submission brings.
        """

    def kernel_files(self) -> Mapping[str, bytes]:
        """Return by path the modules that a submission may import, in place of the course's own."""

    def handout(
        self, asked: Mapping[str, Sequence[int]], student: str, *, solutions: bool
    ) -> dict[str, Any]:
        """Return the public view of the exercises that an assignment asks, as JSON.

        `asked` has their attempts by id. Only `solutions`, for a course's own model solution, puts
        answers in.
        """

    def closing(self, asked: Mapping[str, Sequence[int]]) -> str:
        """Return the code that closes the book in a notebook that asks these exercises."""

    def graded(self, student: str, salt: str) -> Graded:
        """Return where a submission's checks are made; unseen numbers are drawn with `salt`."""

    def reasons(self, checked: Checked) -> list[str]:
        """Return what a check says of lost marks."""

    def equations(self, said: str) -> list[str]:
        """Return as LaTeX the equations that a verdict says were read."""

    def worked(self, id: str, student: str, attempt: int) -> Worked:
        """Return the worked solution. Raises KeyError where the exercise is gone."""

    def fitting(self, id: str, answers: Any, students: Sequence[str], attempt: int) -> list[str]:
        """Return those of `students` for whose own numbers wrong answers would be right."""

    def slip(self, id: str, name: str) -> SlipText | None:
        """Return what a slip of an exercise is; None where either is gone."""

    def sample_numbers(self) -> dict[str, str]:
        """Return the numbers that the sample class answers with, by name."""


class _Ungraded:
    checks: Sequence[Checked] = ()

    def __enter__(self) -> None: ...

    def __exit__(self, *error: Any) -> None: ...


class NoExercises:
    """A course whose tests are all its own."""

    sign_in = ""

    def knows(self, id: str) -> bool:
        """There is none."""
        return False

    def load(self) -> None:
        """Nothing is needed."""

    def beside(self, files: Mapping[str, bytes]) -> AbstractContextManager[None]:
        """No file is an exercise."""
        return nullcontext()

    def kernel_files(self) -> Mapping[str, bytes]:
        """None."""
        return {}

    def handout(
        self, asked: Mapping[str, Sequence[int]], student: str, *, solutions: bool
    ) -> dict[str, Any]:
        """Nothing."""
        return {}

    def closing(self, asked: Mapping[str, Sequence[int]]) -> str:
        """There is no book."""
        return ""

    def graded(self, student: str, salt: str) -> Graded:
        """No check is made."""
        return _Ungraded()

    def reasons(self, checked: Checked) -> list[str]:
        """None."""
        return []

    def equations(self, said: str) -> list[str]:
        """None."""
        return []

    def worked(self, id: str, student: str, attempt: int) -> Worked:
        """Raise KeyError."""
        raise KeyError(id)

    def fitting(self, id: str, answers: Any, students: Sequence[str], attempt: int) -> list[str]:
        """Nobody."""
        return []

    def slip(self, id: str, name: str) -> SlipText | None:
        """None."""
        return None

    def sample_numbers(self) -> dict[str, str]:
        """None."""
        return {}


@cache
def exercises() -> Exercises:
    """Return the exercises that an installed package offers; NoExercises where none does.

    Raises ValueError where several do.
    """
    offered = _offered()
    if len(offered) > 1:
        names = ", ".join(sorted(one.value for one in offered))
        raise ValueError(f"several packages offer exercises ({names}): keep one of them installed")
    found: Exercises = offered[0].load() if offered else NoExercises()
    return found


@cache
def packages() -> tuple[str, ...]:
    """Return the names of the packages that offer exercises, without importing them."""
    return tuple(sorted({one.module.partition(".")[0] for one in _offered()}))


def modules() -> tuple[str, ...]:
    """Return the modules that the exercises are in."""
    return tuple(sorted(one.module for one in _offered()))


def _offered() -> list[EntryPoint]:
    return list({one.value: one for one in entry_points(group=GROUP)}.values())
