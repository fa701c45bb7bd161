"""Which cell of a submission is which cell of the notebook that was given out."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_solution

from nbexaminer.notebook.released import grade_id, graded_cells
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline.context import context_of


class IdentifyCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Give every cell the grade id it had when it was given out, and no other.

    A cell is known by its grade id. Some editors lose those; then by the cell's own id, a test or
    given cell by its text, and an answer by standing alone between its neighbours. A grade id the
    assignment does not have is taken off; the cell stays as code or text of the student's own.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with the grade ids put right."""
        released = context_of(resources).released
        given = graded_cells(released)
        for cell in nb.cells:
            name = grade_id(cell)
            if name is not None and name not in given:
                cell.metadata.pop("nbgrader")
        found = _known_by_own_id(nb, given) + _known_by_text(nb, given)
        found += _known_by_place(nb, given, released)
        if found:
            add_remark(
                nb,
                f"These cells had lost their grade ids and were known again: {', '.join(found)}.",
            )
        return nb, resources


def _missing(nb: NotebookNode, given: dict[str, NotebookNode]) -> list[str]:
    present = graded_cells(nb)
    return [name for name in given if name not in present]


def _unknown(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if grade_id(cell) is None]


def _name(cell: NotebookNode, name: str) -> None:
    cell.metadata["nbgrader"] = {"grade_id": name}


def _known_by_own_id(nb: NotebookNode, given: dict[str, NotebookNode]) -> list[str]:
    by_id = {cell.get("id"): cell for cell in _unknown(nb)}
    found = [name for name in _missing(nb, given) if given[name].get("id") in by_id]
    for name in found:
        _name(by_id[given[name].id], name)
    return found


def _known_by_text(nb: NotebookNode, given: dict[str, NotebookNode]) -> list[str]:
    by_text = {cell.source.strip(): cell for cell in reversed(_unknown(nb))}
    found = []
    for name in _missing(nb, given):
        cell = None if is_solution(given[name]) else by_text.pop(given[name].source.strip(), None)
        if cell is not None:
            _name(cell, name)
            found.append(name)
    return found


def _known_by_place(
    nb: NotebookNode, given: dict[str, NotebookNode], released: NotebookNode
) -> list[str]:
    """Name the cells that stand alone where exactly one answer is missing."""
    free = {cell.source.strip() for cell in released.cells if grade_id(cell) is None}
    names = list(given)
    found = []
    for name in _missing(nb, given):
        k = names.index(name)
        before, after = ([None, *names][k], [*names, None][k + 1])
        between = _between(nb, before, after)
        alone = [c for c in between if c.source.strip() not in free | {""}]
        alone = [c for c in alone if c.cell_type == given[name].cell_type]
        if is_solution(given[name]) and len(alone) == 1:
            _name(alone[0], name)
            found.append(name)
    return found


def _between(nb: NotebookNode, before: str | None, after: str | None) -> list[NotebookNode]:
    """Return the unknown cells between two known ones; none where a neighbour is missing."""
    names = [grade_id(cell) for cell in nb.cells]
    if (before is not None and before not in names) or (after is not None and after not in names):
        return []
    start = 0 if before is None else len(names) - names[::-1].index(before)
    stop = len(names) if after is None else names.index(after)
    cells = nb.cells[start:stop]
    return cells if all(grade_id(cell) is None for cell in cells) else []
