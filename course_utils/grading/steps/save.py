"""Scores into the gradebook, and remarks beside the answers they are about."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import is_task

from course_utils.grading.context import context_of
from course_utils.grading.hand_marking.lasting import Before, settle_test, settle_words
from course_utils.grading.hand_marking.record import digest_of
from course_utils.grading.hand_marking.tasks import work_on
from course_utils.grading.judgements import marks_of
from course_utils.grading.released import grade_id, is_test
from course_utils.grading.remarks import add_remark, markdown_text, remarks_of


class SaveGradesAndRemarks(SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's SaveAutoGrades; the remarks on an answer become its automatic comment.

    A mark and a comment given by hand stay. Somebody is asked to look at the mark again where the
    answer has changed since, and only there.
    """

    records = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Save what the cells of `nb` bring into the gradebook that the run has open."""
        context = context_of(resources)
        self.nb = nb
        self.student_id, self.assignment_id = context.student, context.assignment
        self.notebook_id = context.notebook
        with context.open_gradebook() as self.gradebook:
            for place, cell in enumerate(nb.cells):
                self.preprocess_cell(cell, resources, place)
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        grade = self.gradebook.find_grade(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        before = Before.of(grade)
        super()._add_score(cell, resources)
        grade.auto_score, _ = marks_of(self.nb, cell)
        if is_test(cell):
            reason = settle_test(grade, before)
        else:
            reason = settle_words(self.gradebook, grade, before, digest_of(cell))
        self._settled(cell, reason)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Save what nbgrader saves; of a task's mark, whether it is for the work that is there."""
        super().preprocess_cell(cell, resources, cell_index)
        if is_task(cell):
            grade = self.gradebook.find_grade(
                grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
            )
            digest = digest_of(cell, work_on(self.nb, cell))
            self._settled(cell, settle_words(self.gradebook, grade, Before.of(grade), digest))
        return cell, resources

    def _settled(self, cell: NotebookNode, reason: str | None) -> None:
        self.gradebook.db.commit()
        if reason is not None:
            add_remark(self.nb, reason, grade_id(cell))
            self.log.warning("%s, %s: %s", self.student_id, grade_id(cell), reason)

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_comment(cell, resources)
        reasons = [r for r in remarks_of(self.nb) if r.cell == grade_id(cell) and r.marks is None]
        texts = [markdown_text(r.text) for r in reasons]
        if texts:
            comment = self.gradebook.find_comment(
                grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = " ".join([comment.auto_comment or "", *texts]).strip()
            self.gradebook.db.commit()
