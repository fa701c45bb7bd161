"""Partial credit is a finite number from 0 to the cell's points."""

from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.notebook.judgements import judgement_of, keep_judgement
from nbexaminer.notebook.released import grade_id
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.points import as_points


class BoundScores(NbGraderPreprocessor):  # type: ignore[misc]
    """Bring the number a test cell ends in into [0, points], and say so where it was not.

    A result that is no number at all keeps its documented meaning: the cell ran through, full
    marks.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with every partial credit in bounds."""
        for cell in nb.cells:
            judgement = judgement_of(nb, cell)
            if judgement is None or judgement.score is None:
                continue
            points = float(cell.metadata.nbgrader["points"])
            bounded = judgement.marks(points)
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.data["text/plain"] = repr(bounded)
            if bounded != judgement.score:
                name = grade_id(cell)
                most, kept = as_points(points), as_points(bounded)
                text = f"{name!r} gave {judgement.score:g} of {most} points: {kept}."
                add_remark(nb, text, name)
            keep_judgement(nb, cell, replace(judgement, score=bounded))
        return nb, resources
