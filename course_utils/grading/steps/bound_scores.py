"""Partial credit is a finite number from 0 to the cell's points."""

import math
import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from course_utils.grading.released import grade_id, is_test
from course_utils.grading.remarks import add_remark

_NUMPY_SCALAR = re.compile(r"np\.(?:float|int|uint)\d+\((.*)\)")


class BoundScores(NbGraderPreprocessor):  # type: ignore[misc]
    """Bring the number a test cell ends in into [0, points].

    nbgrader reads NaN and negative numbers as full marks, and gives the submission up where the
    number is too large or the result has no text. A result that is no number at all keeps its
    documented meaning: the cell ran through, full marks.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with every partial credit in bounds."""
        for cell in nb.cells:
            if is_test(cell):
                self._bound(nb, cell)
        return nb, resources

    def _bound(self, nb: NotebookNode, cell: NotebookNode) -> None:
        points = float(cell.metadata.nbgrader["points"])
        for output in cell.outputs:
            if output.output_type != "execute_result":
                continue
            text = output.data.get("text/plain") or "no text"
            output.data["text/plain"] = text
            score = _number(text)
            if score is None:
                continue
            bounded = 0.0 if math.isnan(score) else min(max(score, 0.0), points)
            output.data["text/plain"] = repr(bounded)
            if bounded != score:
                name = grade_id(cell)
                add_remark(nb, f"{name!r} gave {score:g} of {points:g} points: {bounded:g}.", name)


def _number(text: str) -> float | None:
    match = _NUMPY_SCALAR.fullmatch(text.strip())
    try:
        return float(match.group(1) if match else text)
    except ValueError:
        return None
