"""Scores into the gradebook, and remarks beside the answers they are about."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades

from course_utils.grading.hand_marking.lasting import Before, settle_test, settle_words
from course_utils.grading.hand_marking.record import digest_of
from course_utils.grading.released import grade_id, is_test
from course_utils.grading.remarks import add_remark, markdown_text, remarks_of
from course_utils.grading.steps.at_hand import NotebookAtHand


class SaveGradesAndRemarks(NotebookAtHand, SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's SaveAutoGrades; the remarks on an answer become its automatic comment.

    A mark and a comment given by hand stay. Somebody is asked to look at the mark again where the
    answer has changed since, and only there.
    """

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        grade = self.gradebook.find_grade(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        before = Before.of(grade)
        super()._add_score(cell, resources)
        if is_test(cell):
            reason = settle_test(grade, before)
        else:
            reason = settle_words(self.gradebook, grade, before, digest_of(cell))
        self.gradebook.db.commit()
        if reason is not None:
            add_remark(self.nb, reason, grade_id(cell))
            self.log.warning("%s, %s: %s", self.student_id, grade_id(cell), reason)

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_comment(cell, resources)
        texts = [markdown_text(r.text) for r in remarks_of(self.nb) if r.cell == grade_id(cell)]
        if texts:
            comment = self.gradebook.find_comment(
                grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = " ".join([comment.auto_comment or "", *texts]).strip()
            self.gradebook.db.commit()
