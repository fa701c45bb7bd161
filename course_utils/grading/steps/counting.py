"""Which questions count, and how, as the course has decided: see gradebook/counting.py."""

from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Grade, SourceCell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum

from course_utils.grading.context import context_of
from course_utils.grading.gradebook.counting import SAID, Counting, count
from course_utils.grading.released import grade_id, graded_cells, is_marked
from course_utils.grading.remarks import add_remark


class AskTheirPoints(NbGraderPreprocessor):  # type: ignore[misc]
    """Mark a question that is out of the total by the points that it was worth.

    The gradebook has 0 for it. So it is marked as usual, and what counts is decided after that.
    Comes after UseGradebookCells.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with these points."""
        context = context_of(resources)
        place = context.assignment, context.notebook
        counting = Counting(config=self.config)
        released = graded_cells(context.released)
        for name, cell in graded_cells(nb).items():
            if counting.is_out_of_total(*place, name) and name in released and is_marked(cell):
                cell.metadata.nbgrader["points"] = counting.worth(*place, released[name])
        return nb, resources


class CountQuestions(NbGraderPreprocessor):  # type: ignore[misc]
    """Let each question count as the course has decided.

    Comes after the scores are saved and before PenaliseLateness, so that a penalty is worked
    out of what counts. A mark given by hand stays; the difference goes into its extra credit.
    """

    records = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write what counts into the gradebook, and a remark beside the question."""
        context = context_of(resources)
        place = context.assignment, context.notebook
        counting = Counting(config=self.config)
        with context.open_gradebook() as gradebook:
            for cell in nb.cells:
                name = grade_id(cell)
                if not is_marked(cell) or name is None:
                    continue
                way = counting.convention(*place, name)
                if way is None:
                    continue
                grade = gradebook.find_grade(name, place[1], place[0], context.student)
                if way != "full_marks" and grade.cell.max_score:
                    source = gradebook.find_source_cell(name, place[1], place[0])
                    _take_from_total(grade, source, cell)
                count(grade, way)
                add_remark(nb, SAID[way], name)
            gradebook.db.commit()
        return nb, resources


def _take_from_total(grade: Grade, source: SourceCell, cell: NotebookNode) -> None:
    """Set the question's points to 0 in the gradebook, with the checksum that goes with them."""
    grade.cell.max_score = 0.0
    if source.locked:
        without = deepcopy(cell)
        without.metadata.nbgrader["points"] = 0.0
        source.checksum = compute_checksum(without)
