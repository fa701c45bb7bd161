"""Scores into the gradebook, and remarks beside the answers they are about."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades

from course_utils.grading.released import grade_id
from course_utils.grading.remarks import Remark, markdown_text, remarks_of


class SaveGradesAndRemarks(SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's SaveAutoGrades; the remarks on an answer become its automatic comment.

    A comment written by hand in formgrader stays, and is shown in its place.
    """

    _remarks: list[Remark]

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write the scores and comments of `nb` to the gradebook."""
        self._remarks = remarks_of(nb)
        nb, resources = super().preprocess(nb, resources)
        return nb, resources

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_comment(cell, resources)
        texts = [markdown_text(r.text) for r in self._remarks if r.cell == grade_id(cell)]
        if texts:
            comment = self.gradebook.find_comment(
                grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = " ".join([comment.auto_comment or "", *texts]).strip()
            self.gradebook.db.commit()
