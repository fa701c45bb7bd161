"""Canvas: its gradebook's CSV, and the zip of its button "Download Submissions".

The columns are those of Canvas's own export: Student, ID, SIS User ID, SIS Login ID, Section, then
one a assignment, with a row of points possible. ID is what the gradebook keeps as `lms_user_id`.
"""

import re
from collections.abc import Iterator

from nbgrader.api import Gradebook
from traitlets import Dict, Unicode

from nbexaminer.names import normal
from nbexaminer.platforms.people import PlatformDownload
from nbexaminer.platforms.results import chosen_assignments, chosen_students
from nbexaminer.platforms.writing import FileExport
from nbexaminer.points import as_points
from nbexaminer.submission.intake import LATE


class CanvasExport(FileExport):
    """A file for Canvas: Grades, Import. Where there is no final mark the cell is empty."""

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
        titles = [self.columns.get(one.assignment, one.assignment) for one in assignments]
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles]
        possible = [as_points(one.worth) for one in assignments]
        yield ["    Points Possible", "", "", "", "", *possible]
        for student in chosen_students(gradebook, self.student):
            marks = [self.marks(assignment, student) for assignment in assignments]
            yield [
                student.name,
                student.lms_user_id or "",
                "",
                student.id,
                self.section,
                *(as_points(one.total) if one else "" for one in map(self.final, marks)),
            ]


class CanvasDownload(PlatformDownload):
    """`doejane_12345_67890_sums.ipynb`: name, (LATE,) the student's number, the submission's, file.

    A number that Canvas adds to a file handed in again (`sums-1.ipynb`) is taken off, where the
    assignment has a notebook of the name without it.
    """

    pattern = re.compile(
        r"(?P<name>[^/_]+)(?P<late>_LATE)?"
        r"_(?P<number>\d+|(?<=anon_)[A-Za-z0-9]+|(?<=anon_LATE_)[A-Za-z0-9]+)_\d+_(?P<file>[^/]+)"
    )

    def find(self, found: re.Match[str]) -> str:
        """Return the student with this number. Raises LookupError."""
        if found["name"] == "anon":  # Canvas's number of no person
            raise LookupError(f"nobody is called anon_{found['number']} in {self.table}")
        return self.people.with_platform_number(found["number"])

    def called(self, found: re.Match[str]) -> list[str]:
        """Return name and number, the number, the name."""
        return [f"{found['name']}_{found['number']}", found["number"], found["name"]]

    def file_name(self, given: str) -> str:
        """Return the name without Canvas's number."""
        first = re.sub(r"-\d+(?=\.\w+$)", "", given)
        return first if first in self.notebooks and given not in self.notebooks else given

    def notes(self, name: str) -> list[str]:
        """Return that Canvas calls it late, as a file of the same student."""
        found = self.pattern.fullmatch(normal(name))
        if found is None or not found["late"]:
            return []
        return [name.removesuffix(found["file"]) + LATE]
