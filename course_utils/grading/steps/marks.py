"""Scores and comments from the gradebook, for the feedback page."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades


class GetMarks(GetGrades):  # type: ignore[misc]
    """nbgrader's GetGrades, which also says what a person has still to mark."""

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["open"] = bool(grade.needs_manual_grade)
