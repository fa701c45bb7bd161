"""The book is closed in an assignment that is given out, as it is where the work is marked."""

from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_locked

from nbexaminer.exercises import exercises
from nbexaminer.judge.handout import asked_exercises

_ID = "closed_book"


class CloseTheBook(NbGraderPreprocessor):  # type: ignore[misc]
    """While generating an assignment: let its first locked code cell call `closed_book`.

    So an answer that calls the course's cells is refused in the student's notebook, and by
    Validate, in the words of the marker. In source/ the book stays open for the solution. What asks
    no exercise of the course is left as it is.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with those lines; in a cell of their own where no code cell is locked.

        Once: nbgrader's commands read a configuration file twice, and insert a step twice.
        """
        if any(f"{_ID}(" in cell.source for cell in nb.cells if cell.cell_type == "code"):
            return nb, resources
        if not asked_exercises(nb):
            return nb, resources
        lines = exercises().closing(asked_exercises(self._given_out(nb)))
        first = next((cell for cell in nb.cells if _is_given(cell)), None)
        if first is not None:
            first.source = f"{lines}\n{first.source}"
        else:
            places = (k for k, cell in enumerate(nb.cells) if cell.cell_type == "code")
            cell = _cell(lines)
            if nb.nbformat_minor < 5:  # an id would be no valid part of it
                del cell["id"]
            nb.cells.insert(next(places, 0), cell)
        return nb, resources

    def _given_out(self, nb: NotebookNode) -> NotebookNode:
        """Return what students will see: a hidden test's numbers are not theirs."""
        for step in (ClearSolutions, ClearHiddenTests):
            nb, _ = step(parent=self).preprocess(deepcopy(nb), {})
        return nb


def _is_given(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and is_locked(cell) and not is_grade(cell)


def _cell(lines: str) -> NotebookNode:
    flags = {"grade": False, "solution": False, "locked": True, "task": False, "schema_version": 3}
    metadata = {"nbgrader": flags | {"grade_id": _ID}}
    cell: NotebookNode = new_code_cell(lines.rstrip(), id=_ID, metadata=metadata)
    return cell
