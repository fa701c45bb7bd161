"""Deleted, moved and retyped cells, put back as they were given out."""

from collections import defaultdict
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from nbexaminer.notebook.changes import added, fenced, is_only_imports, is_program, unchanged
from nbexaminer.notebook.released import grade_id, graded_cells, is_answered
from nbexaminer.notebook.remarks import KEPT, KEY, add_remark
from nbexaminer.pipeline.context import context_of

_START = ""


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Give the submission the cells, order, types, points and flags that were given out.

    Answers keep the student's text. The student's own cells stay behind the cell they followed. A
    deleted answer comes back empty and *before* those, so that code retyped elsewhere still counts;
    a deleted test or given cell comes back in its place. What was written into a test or given cell
    is kept beside it: words as words, an import as a cell that runs before it, code to be read.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with all cells of the released notebook, in its order."""
        released = graded_cells(context_of(resources).released)
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
                before, behind = _rescued(submitted[name], given)
                cells += [*waiting, *before, self._put_right(nb, submitted[name], given), *behind]
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
                pictures = cell.get("attachments")
                cell = new_markdown_cell(cell.source, id=cell.id)
                if pictures:
                    cell["attachments"] = pictures
        if is_solution(given):
            if not is_answered(cell, given):
                cell.source = given.source
        else:
            if not unchanged(cell, given):
                add_remark(nb, _what_was_done(cell, given), name)
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


def _rescued(
    cell: NotebookNode, given: NotebookNode
) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Return what was added to a cell that is no answer, as cells before it and behind it."""
    if is_solution(given) or unchanged(cell, given) or not (text := added(cell, given)):
        return [], []
    if given.cell_type != "code":
        kept = new_markdown_cell(text)
        if cell.get("attachments"):
            kept["attachments"] = cell.attachments
        return [], [kept]
    if is_only_imports(text):
        return [new_code_cell(text)], []
    if not is_program(text):  # words, as in a cell of the student's own
        return [], [new_code_cell(text)]
    return [], [new_markdown_cell(fenced(text, "python"), metadata={KEY: {KEPT: True}})]


def _what_was_done(cell: NotebookNode, given: NotebookNode) -> str:
    name, text = grade_id(given), added(cell, given)
    kind = "test" if is_grade(given) else "given"
    if given.cell_type != "code":
        kept = "what was written into it is kept below it" if text else "the original is shown"
        return f"The given cell {name!r} was changed; {kept}."
    said = f"The {kind} cell {name!r} was changed; the original was run"
    if is_only_imports(text):
        return f"{said}, after the import that was added to it."
    where = "the answer cell above it" if is_grade(given) else "an answer cell, or one of your own"
    return f"{said}. What is yours belongs in {where}." if text else f"{said}."
