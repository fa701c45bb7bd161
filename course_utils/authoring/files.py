"""Reading and writing .ipynb, so that one notebook has one sequence of bytes."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode


class NotebookFileError(ValueError):
    """A file is not a notebook we can read. The message names the file and what is wrong."""


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook of format 4. Raises NotebookFileError when the file is not one.

    nbformat's own reader gives a random id to a cell that lacks one; here the id is its place.
    """
    try:
        notebook: NotebookNode = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        if notebook.get("nbformat") != 4:
            raise ValueError("expected format 4; open it in JupyterLab and save it")
        notebook.nbformat_minor = 5
        fix_ids(notebook.cells)
        nbformat.validate(notebook)
    except UnicodeDecodeError:
        raise NotebookFileError(f"{path} is not UTF-8 text, expected a notebook") from None
    except Exception as error:  # whatever broken JSON makes a reader stumble over
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise NotebookFileError(f"{path} is not a readable notebook: {reason}") from None
    return notebook


def written(notebook: NotebookNode) -> str:
    """The text of a notebook file: keys sorted, indented by one space, one newline at the end."""
    text: str = nbformat.writes(notebook)
    return text.rstrip("\n") + "\n"


def fix_ids(cells: list[NotebookNode]) -> None:
    """Call a graded cell by its grade id; any other keeps its id, or gets its place as one."""
    taken: set[str] = set()
    for place, cell in enumerate(cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        wanted = (grade_id or cell.get("id") or f"cell-{place}")[:64]
        while wanted in taken:
            wanted = f"{wanted[:56]}-{place}"
        taken.add(wanted)
        cell.id = wanted
