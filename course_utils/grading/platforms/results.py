"""Each student's points for each assignment, as every export needs them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student


class UnknownNameError(ValueError):
    """A student or an assignment that the gradebook does not have."""


@dataclass(frozen=True)
class Result:
    """One student's work on one assignment."""

    handed_in: datetime | None
    raw: float
    penalty: float
    open: bool
    """A person has still to mark some of it."""

    @property
    def score(self) -> float:
        """Points less the penalty for lateness, never below 0."""
        return max(0.0, self.raw - self.penalty)


def chosen_assignments(gradebook: Gradebook, names: Iterable[object]) -> list[Assignment]:
    """Return the assignments called `names`, or all; by due date, then by name.

    Raises UnknownNameError, listing those there are.
    """
    known = {str(one.name): one for one in gradebook.assignments}
    wanted = [str(name) for name in names] or list(known)
    _require("assignment", wanted, known)
    order = {name: place for place, name in enumerate(known)}
    return [known[name] for name in sorted(dict.fromkeys(wanted), key=lambda name: order[name])]


def chosen_students(gradebook: Gradebook, ids: Iterable[object]) -> list[Student]:
    """Return the students with these ids, or all; by id. Raises UnknownNameError."""
    known = {str(one.id): one for one in gradebook.students}
    wanted = [str(id) for id in ids] or list(known)
    _require("student", wanted, known)
    return [known[id] for id in sorted(set(wanted))]


def result(gradebook: Gradebook, assignment: Assignment, student: Student) -> Result | None:
    """Return what `student` has for `assignment`; None where nothing was graded."""
    try:
        found = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return None
    return Result(
        found.timestamp,
        float(found.score),
        float(found.late_submission_penalty or 0.0),
        bool(found.needs_manual_grade),
    )


def points(value: float) -> str:
    """Return points as people write them: 7.5, not 7.50."""
    return f"{round(value, 4):g}"


def _require(kind: str, wanted: list[str], known: dict[str, object]) -> None:
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UnknownNameError(
            f"the gradebook has no {kind} {', '.join(map(repr, unknown))}; it has "
            f"{', '.join(sorted(known)) or 'none'}"
        )
