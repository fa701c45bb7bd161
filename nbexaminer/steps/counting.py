"""Which questions count, and how, as the course has decided: see gradebook/counting.py."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum

from nbexaminer.gradebook.counting import SAID, Counting, counted
from nbexaminer.notebook.released import grade_id, graded_cells, is_marked
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline.context import context_of


class RestorePoints(NbGraderPreprocessor):  # type: ignore[misc]
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
        """Set what counts in the record, and remark it beside the question."""
        context = context_of(resources)
        place = context.assignment, context.notebook
        counting = Counting(config=self.config)
        marks = context.record.marks
        for cell in nb.cells:
            name = grade_id(cell)
            if not is_marked(cell) or name is None:
                continue
            way = counting.convention(*place, name)
            if way is None:
                continue
            if way != "full_marks" and marks[name].points:
                locked = context.snapshot.cells[name].locked
                context.record.out_of_total[name] = _checksum_without(cell) if locked else None
                marks[name] = replace(marks[name], points=0.0)
            marks[name] = counted(marks[name], way)
            add_remark(nb, SAID[way], name)
        return nb, resources


def _checksum_without(cell: NotebookNode) -> str:
    """Return the checksum of the cell where it has no points."""
    without = deepcopy(cell)
    without.metadata.nbgrader["points"] = 0.0
    return str(compute_checksum(without))
