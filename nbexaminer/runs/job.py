"""One submission as it is sent to a worker, and what comes back."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from nbexaminer.submission.intake import HandedIn, read_files, read_folder


@dataclass(frozen=True)
class Job:
    """Everything that grading one submission needs; `grade_submission` is a function of it."""

    student: str
    handed_in: HandedIn
    files: Mapping[str, bytes]
    """The student's other files, by path below the submission's folder."""
    left_out: Mapping[str, str]
    """Files that are not read, and why."""
    snapshot: bytes
    """`AssignmentSnapshot.packed()`."""
    trouble: str | None = None
    """Where set, the blank notebooks are graded, and this is remarked on them."""

    @cached_property
    def digest(self) -> str:
        """Of what was handed in: two submissions with the same one are the same."""
        found = hashlib.sha256()
        for files in (self.handed_in.notebooks, self.files):
            for name, raw in sorted(files.items()):
                found.update(f"{name}\0{len(raw)}\0".encode("utf-8", "surrogateescape"))
                found.update(raw)
        unread = sorted({**self.handed_in.trouble, **self.left_out}.items())
        found.update(repr(unread).encode())
        return found.hexdigest()

    def given_up(self, reason: str) -> "Job":
        """Return the job that grades the blank notebooks in place of these."""
        text = (
            f"This submission could not be graded in two attempts ({reason}), so the empty "
            "notebook was graded."
        )
        return replace(self, handed_in=HandedIn({}, {}), files={}, trouble=text)


@dataclass(frozen=True)
class Graded:
    """A graded submission, but for the gradebook: its notebooks and what was remarked."""

    student: str
    notebooks: Mapping[str, str]
    """By name of the notebook: its JSON, as the steps of the worker left it."""
    remarks: tuple[str, ...]
    """What somebody should look at; why marks were lost is in the notebooks."""
    seconds: float


@dataclass(frozen=True)
class Failed:
    """A submission that could not be graded, for a reason that is not the student's."""

    student: str
    reason: str


def read_job(
    folder: Path, student: str, snapshot: bytes, coursedir: CourseDirectory, max_megabytes: float
) -> Job:
    """Return the job for the submission in `folder`."""
    files, left_out = read_files(folder, coursedir)
    return Job(student, read_folder(folder, max_megabytes), files, left_out, snapshot)
