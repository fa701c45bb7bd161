"""The notebook as students were given it: what a submission is put right against."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, is_solution


def read_released(coursedir: CourseDirectory, assignment: str, notebook: str) -> NotebookNode:
    """Return release/<assignment>/<notebook>.ipynb; raises NbGraderException when it is missing."""
    folder = coursedir.format_path(coursedir.release_directory, ".", assignment)
    path = Path(folder) / f"{notebook}.ipynb"
    if not path.is_file():
        raise NbGraderException(
            f"{path} is missing: a submission is graded against the notebook students were given. "
            f"Run `nbgrader generate_assignment {assignment}` first."
        )
    nb: NotebookNode = nbformat.read(path, as_version=4)
    return nb


def data_files(coursedir: CourseDirectory, assignment: str) -> dict[str, bytes]:
    """Return the files of source/<assignment> that are no notebooks: students have them too."""
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    return {name: (folder / name).read_bytes() for name in other_files(folder, coursedir.ignore)}


def other_files(folder: Path, ignore: Iterable[str]) -> Iterator[str]:
    """Yield the files under `folder` that are no notebooks, as paths below it, in order.

    `ignore` are nbgrader's patterns, of file names and of folder names. Links to folders are not
    entered.
    """
    patterns = [*ignore, "*.ipynb"]
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _matches(name, patterns))
        for name in sorted(names):
            if not _matches(name, patterns):
                yield (Path(here) / name).relative_to(folder).as_posix()


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def grade_id(cell: NotebookNode) -> str | None:
    """Return the id nbgrader knows the cell by, or None for a cell of free text or free code."""
    found: str | None = cell.metadata.get("nbgrader", {}).get("grade_id")
    return found


def graded_cells(nb: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells nbgrader knows, by grade id, in their order."""
    return {name: cell for cell in nb.cells if (name := grade_id(cell)) is not None}


def is_test(cell: NotebookNode) -> bool:
    """Whether the cell is marked by running it."""
    return bool(is_grade(cell) and not is_solution(cell) and cell.cell_type == "code")


def is_answered(cell: NotebookNode, released: NotebookNode) -> bool:
    """Whether an answer cell holds anything but what was given out; white space is nothing."""
    given = "".join(cell.source.split())
    return given not in ("", "".join(released.source.split()))


def count_answers(nb: NotebookNode, released: NotebookNode) -> int:
    """Return how many answer cells of `released` are answered in `nb`."""
    answers = {name: c for name, c in graded_cells(released).items() if is_solution(c)}
    answered = {
        name
        for cell in nb.cells
        if (name := grade_id(cell)) in answers and is_answered(cell, answers[name])
    }
    return len(answered)
