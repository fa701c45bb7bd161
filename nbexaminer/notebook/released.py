"""The notebook as students were given it: what a submission is put right against."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, GradeCell, Notebook, TaskCell
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade, is_solution, is_task
from sqlalchemy.exc import SQLAlchemyError


def read_released(coursedir: CourseDirectory, assignment: str, notebook: str) -> NotebookNode:
    """Return release/<assignment>/<notebook>.ipynb; raises NbGraderException when it is missing."""
    folder = coursedir.format_path(coursedir.release_directory, ".", assignment)
    path = Path(folder) / f"{notebook}.ipynb"
    if not path.is_file():
        changed = changed_cells(coursedir, assignment, notebook)
        if changed:
            raise NbGraderException(
                f"{path} is missing, and nbgrader does not generate it: since work was graded, "
                f"cells were added to source/{assignment} or taken out of it "
                f"({', '.join(changed)}). Put them back as they were, then run "
                f"`nbgrader generate_assignment {assignment}`."
            )
        raise NbGraderException(
            f"{path} is missing: a submission is graded against the notebook students were given. "
            f"Run `nbgrader generate_assignment {assignment}` first."
        )
    return with_ids(nbformat.read(path, as_version=4))


def with_ids(nb: NotebookNode) -> NotebookNode:
    """Return `nb` as the format is since 4.5: its cells have ids, by which ours may be beside."""
    if nb.nbformat_minor < 5:
        nb.nbformat_minor = 5
        for number, cell in enumerate(nb.cells):
            cell.setdefault("id", f"given-{number}")
    return nb


def changed_cells(coursedir: CourseDirectory, assignment: str, notebook: str) -> list[str]:
    """Return the cells that only one of gradebook and source has: so nbgrader generates nothing."""
    folder = coursedir.format_path(coursedir.source_directory, ".", assignment)
    try:
        now = set(graded_cells(nbformat.read(Path(folder) / f"{notebook}.ipynb", as_version=4)))
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            known = gradebook.find_notebook(notebook, assignment)
            was = {cell.name for cell in (*marked_cells(known), *known.source_cells)}
            was |= {cell.name for cell in known.solution_cells}
            return sorted(now ^ was) if known.submissions else []
    except (OSError, ValueError, SQLAlchemyError):  # then generating it will say what is wrong
        return []


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
        folders[:] = sorted(name for name in folders if not matches(name, patterns))
        for name in sorted(names):
            if not matches(name, patterns):
                yield (Path(here) / name).relative_to(folder).as_posix()


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a file's name fits one of nbgrader's patterns."""
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


def is_marked(cell: NotebookNode) -> bool:
    """Whether the cell has points: a test, an answer that a person marks, or a task."""
    return bool(is_grade(cell) or is_task(cell))


def is_hand_marked(cell: NotebookNode) -> bool:
    """Whether a person marks the cell: an answer with points, or a task."""
    return bool(is_task(cell) or (is_grade(cell) and not is_test(cell)))


def marked_cells(notebook: Notebook) -> list[GradeCell | TaskCell]:
    """Return the cells with points of a notebook of the gradebook, tasks among them."""
    return [*notebook.grade_cells, *notebook.task_cells]


def is_answered(cell: NotebookNode, released: NotebookNode) -> bool:
    """Whether an answer cell holds anything but what was given out; white space is nothing."""
    given = "".join(cell.source.split())
    return given not in ("", "".join(released.source.split()))


def answers_in(nb: NotebookNode, released: NotebookNode) -> dict[str, str]:
    """Return what `nb` answers in the answer cells of `released`, by grade id; without the blank.

    White space aside: two notebooks with the same answers are the same.
    """
    given = {name: c for name, c in graded_cells(released).items() if is_solution(c)}
    found: dict[str, str] = {}
    for cell in nb.cells:
        name = grade_id(cell)
        if name in given and is_answered(cell, given[name]):
            found[name] = found.get(name, "") + "".join(cell.source.split())
    return found
