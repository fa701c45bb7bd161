"""Moodle: a file for Grades, Import, CSV, and the zip of "Download all submissions".

Moodle matches users by one column that is chosen at import: Username, ID number or Email address.
"""

import re
from collections.abc import Iterator

from nbgrader.api import Gradebook

from course_utils.grading.platforms.people import PlatformDownload
from course_utils.grading.platforms.results import (
    chosen_assignments,
    chosen_students,
    points,
    result,
)
from course_utils.grading.platforms.writing import FileExport


class MoodleExport(FileExport):
    """Identity columns, then one a assignment. Where nothing is graded the cell is `-`.

    That is how Moodle's own export says so. There is no feedback column: mapping one without the
    grades beside it would empty them.
    """

    default_name = "moodle.csv"

    def rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        """Yield the header, then student by student."""
        assignments = chosen_assignments(gradebook, self.assignment)
        titles = [str(one.name) for one in assignments]
        yield ["First name", "Last name", "ID number", "Email address", "Username", *titles]
        for student in chosen_students(gradebook, self.student):
            marks = [result(gradebook, assignment, student) for assignment in assignments]
            yield [
                str(student.first_name or ""),
                str(student.last_name or ""),
                str(student.lms_user_id or ""),
                str(student.email or ""),
                str(student.id),
                *("-" if one is None else points(one.score) for one in marks),
            ]


class MoodleDownload(PlatformDownload):
    """`Jane Doe_12345_assignsubmission_file/sums.ipynb`, or the same without a folder.

    Moodle's number is that of a participant in one assignment, so the name has to tell who it is.
    """

    pattern = re.compile(
        r".*/(?P<name>[^/]+?)_\d+_assignsubmission_file_?/?(?:[^/]+/)*(?P<file>[^/]+)"
    )

    def find(self, found: re.Match[str]) -> str:
        """Return the student with this name. Raises LookupError."""
        return self.people.with_name(found["name"])
