"""Tests in source/ that are not those by which is graded: edited, and not generated since."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI

from nbexaminer.gradebook.counting import Counting
from nbexaminer.notebook.released import graded_cells, is_test
from nbexaminer.pipeline.context import NotebookSnapshot
from nbexaminer.runs.snapshot import AssignmentSnapshot

Cells = Mapping[str, NotebookNode]


def not_generated(api: NbGraderAPI, snapshot: AssignmentSnapshot) -> Iterator[tuple[str, str]]:
    """Yield each notebook of source/ whose tests or points have changed since, and a sentence."""
    coursedir = api.coursedir
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", snapshot.assignment))
    for given in snapshot.notebooks:
        path = folder / f"{given.name}.ipynb"
        changed = sorted(_changed(given, snapshot, path)) if path.is_file() else []
        if changed:
            yield (
                path.name,
                f"graded by the tests that were given out; in source/ others stand now "
                f"({', '.join(changed)}): `nbgrader generate_assignment {snapshot.assignment} "
                "--force` takes them over; where there are marks, "
                f"`course regrade {snapshot.assignment}` shows first what they change",
            )


def _changed(given: NotebookSnapshot, snapshot: AssignmentSnapshot, path: Path) -> set[str]:
    """Return the names of the tests that differ, that are new and that are no more."""
    released = graded_cells(nbformat.from_dict(json.loads(given.released)))
    points = _points(given, snapshot, released)
    try:
        now = graded_cells(nbformat.from_dict(json.loads(path.read_text(encoding="utf-8"))))
        return _differing(given, points, released, now)
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()  # no notebook, or half of one: generating it will say so


def _points(
    given: NotebookSnapshot, snapshot: AssignmentSnapshot, released: Cells
) -> dict[str, float]:
    """Return what each question is worth; those out of the total, what they are marked by."""
    counting = Counting.of(snapshot.config)
    worth = {name: one.points for name, one in given.cells.items() if one.points is not None}
    for name in worth.keys() & released.keys():
        if counting.is_out_of_total(snapshot.assignment, given.name, name):
            worth[name] = counting.worth(snapshot.assignment, given.name, released[name])
    return worth


def _differing(
    given: NotebookSnapshot, points: Mapping[str, float], released: Cells, now: Cells
) -> set[str]:
    tests = {name: cell.source for name, cell in given.cells.items() if name in points}
    was = {name: (_lines(source), points[name]) for name, source in tests.items()}
    stand = {name: cell for name, cell in now.items() if is_test(cell)}
    gone = {name for name in was if name in released and is_test(released[name])} - set(stand)
    return gone | {
        name
        for name, cell in stand.items()
        if "AUTOTEST" not in "".join(cell.source)  # which nbgrader writes out when it generates
        and was.get(name) != (_lines(cell.source), float(cell.metadata.nbgrader.points))
    }


def _lines(source: str | list[str]) -> list[str]:
    return [line.rstrip() for line in "".join(source).strip().splitlines()]
