"""An export plugin writes its whole file or none."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool

from nbexaminer.console import listed
from nbexaminer.gradebook import ClassMarks, Person, StudentMarks
from nbexaminer.platforms.results import UnknownNameError, require_readable

_MOST = 10
"""So many students with open marks are named."""


class FileExport(ExportPlugin):  # type: ignore[misc]
    """Base of the exports: `rows` says what is in the file, in CSV as RFC 4180 has it."""

    default_name = "grades.csv"
    encoding = "utf-8"
    unfinished = Bool(
        False,
        help="Write what is marked so far where a person has still to mark the rest; by default "
        "such a mark is left blank, for another system takes it as final.",
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Take nbgrader's arguments; exits with a sentence where the gradebook is an older one.

        nbgrader makes the plugin before it opens the gradebook, which would change that.
        """
        super().__init__(**kwargs)
        coursedir = getattr(self.parent, "coursedir", None)
        if coursedir is not None:
            require_readable(coursedir.db_url, "nothing was exported")

    def marks(self, assignment: ClassMarks, student: Person) -> StudentMarks | None:
        """Return what `student` has for `assignment`; None where nothing was graded."""
        one = assignment.students.get(student.id)
        if one is not None and one.open:
            self._open.setdefault(assignment.assignment, []).append(student.id)
        return one

    def final(self, one: StudentMarks | None) -> StudentMarks | None:
        """Return `one` where its mark is to be written: complete, unless others are asked for."""
        return one if one is not None and (self.unfinished or not one.open) else None

    def rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        """Yield the file's rows, the header first. Raises UnknownNameError."""
        raise NotImplementedError

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `--to` names; an older one stays as it is where this fails."""
        target = Path(self.to or self.default_name)
        self._open: dict[str, list[str]] = {}
        try:
            rows = list(self.rows(gradebook))
        except UnknownNameError as error:
            raise SystemExit(f"nothing was exported: {error}") from None
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", encoding=self.encoding, newline="", dir=target.parent, delete=False
        ) as file:
            csv.writer(file).writerows(rows)
        Path(file.name).chmod(0o644)
        os.replace(file.name, target)
        self.log.info("%d rows written to %s", len(rows), target)
        for assignment, students in self._open.items():
            said = "written as far as they are marked" if self.unfinished else "left blank"
            self.log.warning(
                "%s: a person has still to mark work of %d, %s: %s",
                assignment, len(students), said, listed(students, _MOST),
            )  # fmt: skip
