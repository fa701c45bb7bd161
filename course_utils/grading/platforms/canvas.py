"""Canvas: its gradebook's CSV, and the zip of its button "Download Submissions".

The columns are those of Canvas's own export: Student, ID, SIS User ID, SIS Login ID, Section, then
one a assignment, with a row of points possible. ID is what the gradebook keeps as `lms_user_id`.
"""

import re
from collections.abc import Iterator

from nbgrader.api import Gradebook
from traitlets import Dict, Unicode

from course_utils.grading.platforms.people import PlatformDownload
from course_utils.grading.platforms.results import (
    chosen_assignments,
    chosen_students,
    points,
    result,
)
from course_utils.grading.platforms.writing import FileExport


class CanvasExport(FileExport):
    """A file for Canvas: Grades, Import. Where nothing is graded the cell is empty, not 0."""

    default_name = "canvas.csv"
    columns = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="By assignment: its column in Canvas, 'Embedding (1234)' with Canvas's number. An "
        "assignment that is not listed makes a new column of its own name.",
    ).tag(config=True)
    section = Unicode("", help="What stands in the column Section.").tag(config=True)

    def rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        """Yield the header, the points possible, then student by student."""
        assignments = chosen_assignments(gradebook, self.assignment)
        titles = [self.columns.get(str(one.name), str(one.name)) for one in assignments]
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles]
        possible = [points(float(one.max_score)) for one in assignments]
        yield ["    Points Possible", "", "", "", "", *possible]
        for student in chosen_students(gradebook, self.student):
            name = ", ".join(part for part in (student.last_name, student.first_name) if part)
            marks = [result(gradebook, assignment, student) for assignment in assignments]
            yield [
                name or str(student.id),
                str(student.lms_user_id or ""),
                "",
                str(student.id),
                self.section,
                *("" if one is None else points(one.score) for one in marks),
            ]


class CanvasDownload(PlatformDownload):
    """`doejane_12345_67890_sums.ipynb`: name, (LATE,) the student's number, the submission's, file.

    A number that Canvas adds to a file handed in again (`sums-1.ipynb`) is taken off, where the
    assignment has a notebook of the name without it.
    """

    pattern = re.compile(r".*/[^/_]+_(?:LATE_)?(?P<number>\d+)_\d+_(?:[^/]+/)*(?P<file>[^/]+)")

    def find(self, found: re.Match[str]) -> str:
        """Return the student with this number. Raises LookupError."""
        return self.people.with_platform_number(found["number"])

    def file_name(self, given: str) -> str:
        """Return the name without Canvas's number."""
        first = re.sub(r"-\d+(?=\.\w+$)", "", given)
        return first if first in self.notebooks and given not in self.notebooks else given
