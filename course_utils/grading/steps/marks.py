"""Scores, comments and criteria from the gradebook, for the feedback page."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades

from course_utils.grading.gradebook.counting import Counting
from course_utils.grading.hand_marking.lasting import ANSWER_CHANGED, SCORE_CHANGED
from course_utils.grading.hand_marking.record import judged, record_of
from course_utils.grading.released import grade_id
from course_utils.grading.remarks import take_back_remarks
from course_utils.grading.steps.at_hand import NotebookAtHand
from course_utils.grading.steps.explain import NOT_ANSWERED


class GetMarks(NotebookAtHand, GetGrades):  # type: ignore[misc]
    """nbgrader's GetGrades, which also says what a person has still to mark, and by what they did.

    Where somebody has looked since, the remark that asked for it is taken back.
    """

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        kept = cell.metadata.nbgrader
        kept["open"] = bool(grade.needs_manual_grade)
        if not kept["open"]:
            take_back_remarks(self.nb, grade_id(cell), {ANSWER_CHANGED, SCORE_CHANGED})
        kept["convention"] = Counting(config=self.config).convention(
            self.assignment_id, self.notebook_id, grade_id(cell)
        )
        if grade.manual_score is not None:
            take_back_remarks(self.nb, grade_id(cell), {NOT_ANSWERED})
            kept["by_hand"] = float(grade.manual_score)
            kept["criteria"] = [
                {"text": criterion.text, "points": criterion.points, "met": met}
                for criterion, met in judged(record_of(self.gradebook, grade))
            ]
