"""Deleted, moved and retyped cells, put back as they were given out."""

from collections import defaultdict
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from course_utils.grading.released import grade_id, graded_cells, is_answered
from course_utils.grading.remarks import add_remark

_START = ""


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Give the submission the cells, order, types, points and flags that were given out.

    Answers keep the student's text. The student's own cells stay behind the cell they followed. A
    deleted answer comes back empty and *before* those, so that code retyped elsewhere still counts;
    a deleted test or given cell comes back in its place.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with all cells of the released notebook, in its order."""
        released = graded_cells(resources["course_utils"]["released"])
        own: dict[str, list[NotebookNode]] = defaultdict(list)
        submitted: dict[str, NotebookNode] = {}
        anchor = _START
        for cell in nb.cells:
            name = grade_id(cell)
            if name is None:
                own[anchor].append(cell)
            else:
                submitted[name] = cell
                anchor = name

        cells: list[NotebookNode] = []
        waiting = own[_START]
        for name, given in released.items():
            if name in submitted:
                cells += [*waiting, self._put_right(nb, submitted[name], given)]
                waiting = own[name]
            elif is_solution(given):
                cells.append(self._restore(nb, given))
            else:
                cells += [*waiting, self._restore(nb, given)]
                waiting = []
        nb.cells = cells + waiting
        return nb, resources

    def _put_right(self, nb: NotebookNode, cell: NotebookNode, given: NotebookNode) -> NotebookNode:
        name = grade_id(given)
        if cell.cell_type != given.cell_type:
            add_remark(
                nb, f"The cell {name!r} was turned into {cell.cell_type}; it was turned back.", name
            )
            if given.cell_type == "code":
                cell = new_code_cell(cell.source, id=cell.id)
            else:
                cell = new_markdown_cell(cell.source, id=cell.id)
        if is_solution(given):
            if not is_answered(cell, given):
                cell.source = given.source
        elif cell.source != given.source:
            kind = "test" if is_grade(given) else "given"
            add_remark(nb, f"The {kind} cell {name!r} was changed; the original was run.", name)
            cell.source = given.source
        cell.metadata = deepcopy(given.metadata)
        return cell

    def _restore(self, nb: NotebookNode, given: NotebookNode) -> NotebookNode:
        name = grade_id(given)
        if is_solution(given):
            text = f"The answer cell {name!r} was deleted; it was put back empty."
        else:
            text = f"The cell {name!r} was deleted; it was put back and run."
        add_remark(nb, text, name)
        cell = deepcopy(given)
        if any(other.get("id") == cell.get("id") for other in nb.cells):
            cell.id = new_code_cell().id
        return cell
