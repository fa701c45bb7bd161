"""Scores, comments and criteria from the gradebook, for the feedback page."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_solution, is_task

from nbexaminer.gradebook import HandRecord, NotebookRecord
from nbexaminer.gradebook.counting import Counting
from nbexaminer.gradebook.writing import SubmissionRows
from nbexaminer.hand_marking.reconcile import ANSWER_CHANGED, SCORE_CHANGED
from nbexaminer.notebook.released import grade_id, is_marked
from nbexaminer.notebook.remarks import take_back_remarks
from nbexaminer.steps.explain import NOT_ANSWERED


class GetMarks(NbGraderPreprocessor):  # type: ignore[misc]
    """What nbgrader's GetGrades writes, what a person has still to mark, and by what they did.

    Where somebody has looked since, the remark that asked for it is taken back.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with its marks, and the totals among the names that nbgrader hands on."""
        names = resources["nbgrader"]
        place = names["assignment"], names["notebook"]
        with Gradebook(names["db_url"]) as gradebook:
            record = SubmissionRows(gradebook, place[0], names["student"]).record(place[1])
        counting = Counting(config=self.config)
        for cell in nb.cells:
            name = str(grade_id(cell))
            if is_solution(cell) or is_task(cell):
                cell.metadata.nbgrader["comment"] = record.comments[name].text
            if is_marked(cell):
                cell.metadata.nbgrader["convention"] = counting.convention(*place, name)
                _add_mark(nb, cell, record)
        penalty = record.penalty or 0
        names |= {
            "score": record.score - penalty, "max_score": record.worth, "late_penalty": penalty
        }  # fmt: skip
        return nb, resources


def _add_mark(nb: NotebookNode, cell: NotebookNode, record: NotebookRecord) -> None:
    """Write a question's mark beside it, and take back what is true no more."""
    name, kept = str(grade_id(cell)), cell.metadata.nbgrader
    mark = record.marks[name]
    kept["score"], kept["points"], kept["open"] = mark.score, mark.points, mark.open
    if not mark.open:
        take_back_remarks(nb, name, {ANSWER_CHANGED, SCORE_CHANGED})
    if mark.manual is not None:
        take_back_remarks(nb, name, {NOT_ANSWERED})
        kept["by_hand"] = mark.manual
        kept["criteria"] = [
            {"text": one.text, "points": one.points, "met": met}
            for one, met in record.by_hand.get(name, HandRecord()).judged
        ]
