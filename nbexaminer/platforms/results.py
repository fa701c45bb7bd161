"""Whose marks go out, for which assignments: as every export needs them."""

from collections.abc import Iterable

from nbgrader.api import Gradebook

from nbexaminer.course.schema import require_schema
from nbexaminer.errors import CourseFolderError
from nbexaminer.gradebook import (
    ClassMarks,
    Person,
    assignment_names,
    class_marks,
    people,
)


class UnknownNameError(ValueError):
    """A student or an assignment that the gradebook does not have."""


def require_readable(db_url: str, undone: str) -> None:
    """Exit with a sentence, `undone` first, where the gradebook cannot be read as it is.

    nbgrader would open that of another version, and change it.
    """
    try:
        require_schema(db_url)
    except CourseFolderError as error:
        raise SystemExit(f"{undone}: {error}") from None


def chosen_assignments(gradebook: Gradebook, names: Iterable[object]) -> list[ClassMarks]:
    """Return the marks for the assignments called `names`, or for all, in the gradebook's order.

    Raises UnknownNameError, listing those there are.
    """
    known = assignment_names(gradebook)
    wanted = {str(name) for name in names} or set(known)
    _require("assignment", wanted, known)
    return [class_marks(gradebook, name) for name in known if name in wanted]


def chosen_students(gradebook: Gradebook, ids: Iterable[object]) -> list[Person]:
    """Return the students with these ids, or all; by id. Raises UnknownNameError."""
    known = people(gradebook)
    wanted = {str(id) for id in ids} or set(known)
    _require("student", wanted, known)
    return [person for id, person in known.items() if id in wanted]


def _require(kind: str, wanted: Iterable[str], known: Iterable[str]) -> None:
    there = sorted(known)
    unknown = sorted(set(wanted).difference(there))
    if unknown:
        raise UnknownNameError(
            f"the gradebook has no {kind} {', '.join(map(repr, unknown))}; it has "
            f"{', '.join(there) or 'none'}"
        )
