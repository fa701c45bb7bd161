"""Moodle: a file for Grades, Import, CSV, and the zip of "Download all submissions".

Moodle matches users by one column that is chosen at import: Username, ID number or Email address.
"""

import re
from collections.abc import Iterator

from nbgrader.api import Gradebook

from nbexaminer.platforms.people import PlatformDownload
from nbexaminer.platforms.results import chosen_assignments, chosen_students
from nbexaminer.platforms.writing import FileExport
from nbexaminer.points import as_points
from nbexaminer.submission.collecting import Sender


class MoodleExport(FileExport):
    """Identity columns, then one per assignment. Where there is no final mark the cell is `-`.

    That is how Moodle's own export says so. There is no feedback column: mapping one without the
    grades beside it would empty them.
    """

    default_name = "moodle.csv"

    def rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        """Yield the header, then student by student."""
        assignments = chosen_assignments(gradebook, self.assignment)
        titles = [one.assignment for one in assignments]
        yield ["First name", "Last name", "ID number", "Email address", "Username", *titles]
        for student in chosen_students(gradebook, self.student):
            marks = [self.marks(assignment, student) for assignment in assignments]
            yield [
                student.first_name or "",
                student.last_name or "",
                student.lms_user_id or "",
                student.email or "",
                student.id,
                *(as_points(one.total) if one else "-" for one in map(self.final, marks)),
            ]


class MoodleDownload(PlatformDownload):
    """`Jane Doe_12345_assignsubmission_file/sums.ipynb`, or the same without a folder.

    Moodle's number is that of a participant in one assignment, so the name has to tell who it is.
    """

    pattern = re.compile(
        r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>[^/]*))?"
    )

    def sender(self, name: str) -> Sender:
        """Return student and file. Raises LookupError, also where two people may be meant."""
        if name.count("_assignsubmission_") > 1:
            raise LookupError(f"where a person's name ends in {name!r} cannot be told")
        return super().sender(name)

    def find(self, found: re.Match[str]) -> str:
        """Return the student with this name. Raises LookupError."""
        return self.people.with_name(found["name"])

    def called(self, found: re.Match[str]) -> list[str]:
        """Return name and number, as of an anonymous participant, or the name."""
        return [f"{found['name']}_{found['number']}", found["name"]]
