"""What stops a command of the course."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class CourseFolderError(Exception):
    """The folder is no course, or a step of nbgrader failed. The message says which and why."""


class GradebookLockedError(CourseFolderError):
    """Another program has the gradebook locked. What waits for it goes on when it is free."""

    def __init__(self, reason: str) -> None:
        """`reason` is the database's own."""
        super().__init__(f"the gradebook does not answer: {reason}")
        self.reason = reason


def no_assignment(name: str, known: Iterable[str]) -> CourseFolderError:
    """Return the error for an assignment that is not in source/, with those that are."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    return CourseFolderError(
        f"there is no assignment {name!r}; source/ has {', '.join(names) or 'none'}{meant}"
    )


def no_course(root: Path) -> CourseFolderError:
    """Return the error for a folder that holds no course."""
    return CourseFolderError(f"{root} has no nbgrader_config.py; call this in the course's folder")
