"""Which cell of a submission is which cell of the notebook that was given out."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from course_utils.grading.released import grade_id, graded_cells
from course_utils.grading.remarks import add_remark


class IdentifyCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Give every cell the grade id it had when it was given out, and no other.

    A cell is known by its grade id; where that was lost or edited, by the cell's own id, which
    editors keep. A grade id the assignment does not have is taken off; the cell stays as code or
    text of the student's own.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with the grade ids put right."""
        released = graded_cells(resources["course_utils"]["released"])
        by_cell_id = {cell.id: name for name, cell in released.items() if "id" in cell}
        found = {grade_id(cell) for cell in nb.cells}
        for cell in nb.cells:
            name = grade_id(cell)
            if name in released:
                continue
            cell.metadata.pop("nbgrader", None)
            meant = by_cell_id.get(cell.get("id"))
            if meant is not None and meant not in found:
                cell.metadata["nbgrader"] = {"grade_id": meant}
                found.add(meant)
                add_remark(
                    nb, f"The cell {meant!r} had lost its grade id; it was known again.", meant
                )
            elif name is not None:
                add_remark(nb, f"The assignment has no cell {name!r}; it counts as your own cell.")
        return nb, resources
