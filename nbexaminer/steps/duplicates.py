"""A cell that is there more than once."""

from collections import defaultdict
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from nbexaminer.notebook.released import grade_id, graded_cells, is_answered
from nbexaminer.notebook.remarks import KEY, PART_OF, add_remark
from nbexaminer.pipeline.context import context_of


class DeduplicateCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Keep one cell for each grade id: the last answered copy of an answer, one copy of a test.

    Earlier answered copies run before the last one, as cells without a grade id: that is what
    running the student's notebook from top to bottom does, gathered at the answer's place. Copies
    that are empty or unchanged would undo the answer and are left out. An answer that a person
    marks was split: its parts stay where they are, and GatherWords joins them.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with each grade id at most once."""
        released = graded_cells(context_of(resources).released)
        copies: dict[str, list[NotebookNode]] = defaultdict(list)
        for cell in nb.cells:
            name = grade_id(cell)
            if name is not None:
                copies[name].append(cell)
        for name, cells in copies.items():
            if len(cells) > 1:
                self._merge(nb, name, cells, released[name])
        return nb, resources

    def _merge(
        self, nb: NotebookNode, name: str, cells: list[NotebookNode], given: NotebookNode
    ) -> None:
        if is_solution(given) and is_grade(given):
            self._keep_parts(nb, cells, given)
            return
        if is_solution(given):
            kept = [c for c in cells if is_answered(c, given)] or cells[:1]
            text = f"The cell {name!r} was there {len(cells)} times; the last answered one counts."
        else:
            kept = cells[:1]
            text = f"The cell {name!r} was there {len(cells)} times; it was run once."
        add_remark(nb, text, name)
        first = next(i for i, c in enumerate(nb.cells) if c is cells[0])
        before = [c for c in nb.cells[:first] if not _is_one_of(c, cells)]
        after = [c for c in nb.cells[first:] if not _is_one_of(c, cells)]
        for copy in kept[:-1]:
            copy.metadata.pop("nbgrader")
        nb.cells = before + kept + after

    def _keep_parts(self, nb: NotebookNode, cells: list[NotebookNode], given: NotebookNode) -> None:
        parts = [c for c in cells if is_answered(c, given)] or cells[:1]
        nb.cells = [c for c in nb.cells if _is_one_of(c, parts) or not _is_one_of(c, cells)]
        for part in parts[:-1]:
            part.metadata = from_dict({KEY: {PART_OF: grade_id(given)}})


def _is_one_of(cell: NotebookNode, cells: list[NotebookNode]) -> bool:
    return any(cell is other for other in cells)
