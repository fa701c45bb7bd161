"""A plain table, one row a student and assignment, for a spreadsheet."""

from collections.abc import Iterator

from nbgrader.api import Gradebook

from nbexaminer.console import harmless
from nbexaminer.platforms.results import chosen_assignments, chosen_students
from nbexaminer.platforms.writing import FileExport
from nbexaminer.points import as_points

_HEADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "status",
)  # fmt: skip


class TableExport(FileExport):
    """nbgrader's columns, and `status`: graded, to be marked, or nothing graded.

    Unlike in nbgrader's own, names with commas stay in their column, a score is empty where
    nothing is graded or a person has still to mark, and a text that a spreadsheet would run as a
    formula stands behind an apostrophe.
    """

    encoding = "utf-8-sig"  # Excel takes a file without the mark for another encoding

    def rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        """Yield the header, then assignment by assignment, student by student."""
        yield list(_HEADER)
        students = chosen_students(gradebook, self.student)
        for assignment in chosen_assignments(gradebook, self.assignment):
            for student in students:
                one = self.marks(assignment, student)
                final = self.final(one)
                texts = (student.id, student.last_name, student.first_name, student.email)
                yield [
                    assignment.assignment,
                    str(assignment.due or ""),
                    str(one.handed_in or "") if one else "",
                    *(harmless(text or "") for text in texts),
                    as_points(final.earned) if final else "",
                    as_points(final.penalty) if final else "",
                    as_points(final.total) if final else "",
                    as_points(assignment.worth),
                    "nothing graded" if one is None else "to be marked" if one.open else "graded",
                ]
