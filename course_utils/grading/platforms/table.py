"""A plain table, one row a student and assignment, for a spreadsheet."""

from collections.abc import Iterator

from nbgrader.api import Gradebook

from course_utils.grading.platforms.results import (
    chosen_assignments,
    chosen_students,
    points,
    result,
)
from course_utils.grading.platforms.writing import FileExport

_HEADER = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "status",
)  # fmt: skip


class TableExport(FileExport):
    """nbgrader's columns, and `status`: graded, to be marked, or nothing graded.

    Unlike nbgrader's own, names with commas stay in their column, an empty score is not a zero, and
    a text that a spreadsheet would run as a formula stands behind an apostrophe.
    """

    encoding = "utf-8-sig"  # Excel takes a file without the mark for another encoding

    def rows(self, gradebook: Gradebook) -> Iterator[list[str]]:
        """Yield the header, then assignment by assignment, student by student."""
        yield list(_HEADER)
        students = chosen_students(gradebook, self.student)
        for assignment in chosen_assignments(gradebook, self.assignment):
            for student in students:
                one = result(gradebook, assignment, student)
                texts = (student.id, student.last_name, student.first_name, student.email)
                yield [
                    str(assignment.name),
                    str(assignment.duedate or ""),
                    str(one.handed_in or "") if one else "",
                    *(harmless(str(text or "")) for text in texts),
                    points(one.raw) if one else "",
                    points(one.penalty) if one else "",
                    points(one.score) if one else "",
                    points(float(assignment.max_score)),
                    "nothing graded" if one is None else "to be marked" if one.open else "graded",
                ]


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
