"""Who a file in a platform's download belongs to."""

import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import FileNameCollectorPlugin


class People:
    """The students of a gradebook, by what a platform knows of them."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._by_number: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        for student in gradebook.students:
            id = str(student.id)
            if student.lms_user_id:
                self._by_number.setdefault(str(student.lms_user_id), []).append(id)
            first, last = student.first_name or "", student.last_name or ""
            for name in {f"{first} {last}", f"{last} {first}", f"{last}, {first}"}:
                if name.strip(" ,"):
                    self._by_name.setdefault(_plain(name), []).append(id)

    def with_platform_number(self, number: str) -> str:
        """Return the id of the student whose `lms_user_id` this is. Raises LookupError."""
        return _only(self._by_number.get(number, []), f"the platform's number {number}")

    def with_name(self, name: str) -> str:
        """Return the id of the student of this full name. Raises LookupError."""
        return _only(self._by_name.get(_plain(name), []), f"the name {name!r}")


class PlatformDownload(FileNameCollectorPlugin):  # type: ignore[misc]
    """Base of the collectors: finds the student of the gradebook behind a file's name.

    A file that belongs to nobody, or to more than one, is left where it is and said so; so is a
    second one of the same notebook, for which nbgrader would give up the whole class. The names
    carry no time: without a file `timestamp.txt` such a submission is never late.
    """

    pattern: re.Pattern[str]

    @cached_property
    def people(self) -> People:
        """The students of the gradebook, read once."""
        with Gradebook(self.parent.coursedir.db_url) as gradebook:
            return People(gradebook)

    def find(self, found: re.Match[str]) -> str:
        """Return the student's id. Raises LookupError, whose text says why there is none."""
        raise NotImplementedError

    def file_name(self, given: str) -> str:
        """Return what the student called the file."""
        return given

    @cached_property
    def _taken(self) -> dict[tuple[str, str], str]:
        """By student and notebook: the file that is collected."""
        return {}

    @cached_property
    def notebooks(self) -> frozenset[str]:
        """The files of the notebooks that were given out."""
        coursedir = self.parent.coursedir
        folder = coursedir.format_path(coursedir.release_directory, ".", coursedir.assignment_id)
        return frozenset(path.name for path in Path(folder).glob("*.ipynb"))

    def _match(self, filename: str) -> dict[str, Any] | None:
        found = self.pattern.fullmatch(re.sub(r"[\\/]+", "/", filename))
        if found is None:
            self.log.error("%s is not named as this platform names its files; left out", filename)
            return None
        try:
            student = self.find(found)
        except LookupError as error:
            self.log.error("%s is left out: %s", filename, error.args[0])
            return None
        name = self.file_name(found["file"])
        kept = self._taken.setdefault((student, name), filename)
        if kept != filename:
            self.log.error(
                "%s is left out: %s handed in %s twice, and %s is taken; nothing says which is "
                "newer. Remove the one that is not to count", filename, student, name, kept,
            )  # fmt: skip
            return None
        return {"student_id": student, "file_id": name}


def _only(students: list[str], what: str) -> str:
    if not students:
        raise LookupError(
            f"nobody in the gradebook has {what}; add it with `nbgrader db student add`, or import "
            "a roster with `nbgrader db student import`"
        )
    if len(set(students)) > 1:
        raise LookupError(f"{what} fits {' and '.join(sorted(set(students)))}")
    return students[0]


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
