"""Why a mark moves: what of the question has changed, and what the grader said of the answer."""

from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from nbexaminer.gradebook import QuestionId
from nbexaminer.gradebook.counting import Convention, Counting
from nbexaminer.notebook.released import graded_cells, is_marked
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.points import as_points

_SHORT: dict[Convention, str] = {
    "full_marks": "dropped: full marks for all",
    "left_out": "dropped: left out",
    "bonus": "extra credit: out of the total",
}


def reasons(
    old: Path, new: Path, counting: Counting, assignment: str, *, handed_in_again: bool
) -> Mapping[QuestionId, str]:
    """Return by question why its mark may differ between two graded folders of one student."""
    found: dict[QuestionId, str] = {}
    for path in sorted(new.glob("*.ipynb")):
        after = nbformat.read(path, as_version=4)
        before = _read(old / path.name)
        cells = graded_cells(before) if before is not None else {}
        for name, cell in graded_cells(after).items():
            if not is_marked(cell):
                continue
            question = QuestionId(path.stem, name)
            way = counting.convention(assignment, path.stem, name)
            causes = [_SHORT[way]] if way is not None else _changed(cells.get(name), cell)
            if handed_in_again:
                causes.append("handed in again")
            detail = _said(before, name, after)
            found[question] = "; ".join([*causes, *detail]) or "marked anew"
    return found


def _changed(before: NotebookNode | None, after: NotebookNode) -> list[str]:
    if before is None:
        return []
    causes = []
    old, new = (float(cell.metadata.nbgrader["points"]) for cell in (before, after))
    if old != new:
        causes.append(f"points {as_points(old)} -> {as_points(new)}")
    if before.cell_type == "code" and before.source != after.source:
        causes.append("test changed")
    return causes


def _said(before: NotebookNode | None, name: str, after: NotebookNode) -> list[str]:
    """Return the reason for marks lost now, or the one that no longer holds."""
    now, was = _reason(after, name), _reason(before, name) if before is not None else ""
    if now:
        return [now]
    return [f"no longer: {was}"] if was else []


def _reason(nb: NotebookNode, name: str) -> str:
    texts = [r.text for r in remarks_of(nb) if r.cell == name and r.marks is not None]
    return texts[-1] if texts else ""


def _read(path: Path) -> NotebookNode | None:
    try:
        nb: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError):
        return None
    return nb
