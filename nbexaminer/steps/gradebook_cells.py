"""The tests and points that the gradebook has, which may be newer than what was given out."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, is_grade

from nbexaminer.notebook.released import grade_id
from nbexaminer.pipeline.context import CellSnapshot, context_of


class UseGradebookCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Give cells the points, flags and, where they are locked, the text that the gradebook has.

    A corrected key is graded by, though students were given out another one. Of nbgrader's
    OverwriteCells that is the part that is left: RestoreCells has put every cell back before.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell as it is graded; raises RuntimeError where the gradebook is at odds."""
        name = grade_id(cell)
        if name is None:
            return cell, resources
        known = context_of(resources).snapshot.cells.get(name)
        if known is None:
            self.log.warning("The gradebook has no cell %r", name)
            del cell.metadata.nbgrader["grade_id"]
        else:
            _overwrite(cell, known)
        return cell, resources


def _overwrite(cell: NotebookNode, known: CellSnapshot) -> None:
    kept = cell.metadata.nbgrader
    _turn_into(cell, known.cell_type)
    kept["locked"] = known.locked
    kept["checksum"] = known.checksum
    if is_grade(cell):
        if known.points is None:
            raise RuntimeError(f"the gradebook has no points of {known.name!r}")
        if float(kept["points"]) != known.points:
            kept["points"] = known.points
    if known.locked and compute_checksum(cell) != known.checksum:
        cell.source = known.source
        if compute_checksum(cell) != known.checksum:
            raise RuntimeError(f"the gradebook's text and checksum of {known.name!r} disagree")


def _turn_into(cell: NotebookNode, cell_type: str) -> None:
    if cell.cell_type == cell_type:
        return
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
