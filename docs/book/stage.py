"""Stage the book's sources in one folder: pages, lectures, and what stands for their live views.

A page that is read has no kernel. Each stored picture gets its words as alternative text, and each
live view its numbers as a table: both are in the notebook, where JupyterLab shows them otherwise.
"""

import html
import re
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_LINK_TO_VIEW = re.compile(r"\[([^\]]+)\]\(#explore=[^)]*\)")
"""A link that sets a live view: its words stay, for there is nothing to set on a page."""
_FOLDED_WORDS = re.compile(r"<details>.*?</summary><p>(.*?)</p></details>", re.DOTALL)


def stage(folder: Path) -> None:
    """Fill `folder` anew. Raises ValueError where a picture has no words."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.ipynb"))
    for path in HERE.parent.glob("*.md"):
        shutil.copy(path, folder)
    (folder / "notebooks").mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        lecture = nbformat.read(path, as_version=4)
        for cell in lecture.cells:
            if cell.cell_type == "markdown":
                cell.source = _LINK_TO_VIEW.sub(r"\1", cell.source)
            if cell.cell_type == "code":
                _stand_in(cell, path.name)
                _leave_drawing_out(cell)
        nbformat.write(lecture, folder / "notebooks" / path.name)


def _stand_in(cell: NotebookNode, name: str) -> None:
    pictures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
    if not pictures:
        return
    words = {_words(picture, cell) for picture in pictures}
    if len(words) != 1 or not (alt := words.pop()):
        raise ValueError(f"{name}, cell {cell.id}: expected words for its picture, and one text")
    cell.metadata["mystnb"] = {"image": {"alt": alt}}
    for picture in pictures:
        text = picture.data["text/plain"]
        if not text.startswith("<"):
            place = cell.outputs.index(picture) + 1
            shown = nbformat.v4.new_output("display_data", {"text/html": _twin(text)})
            cell.outputs.insert(place, shown)


def _leave_drawing_out(cell: NotebookNode) -> None:
    """A folded figure opens on the figure: the code that drew it stays in the notebook."""
    if cell.id.startswith("figure-") and "hide-cell" in cell.metadata.get("tags", []):
        kept = [tag for tag in cell.metadata.tags if tag != "hide-cell"]
        cell.metadata.tags = [*kept, "remove-input", "hide-output"]


def _words(picture: NotebookNode, cell: NotebookNode) -> str:
    """What the picture shows: from its metadata, the fold below it, or its own text."""
    if alt := picture.metadata.get("image/png", {}).get("alt"):
        return str(alt)
    for output in cell.outputs:
        if match := _FOLDED_WORDS.search(output.get("data", {}).get("text/html", "")):
            return html.unescape(match[1])
    text = str(picture.data["text/plain"])
    return "" if text.startswith("<") else " ".join(text.split())


def _twin(text: str) -> str:
    """A live view's text as HTML: a line as a sentence, lines of names and numbers as a table."""
    title, *lines = text.splitlines()
    if not lines:
        return f"<p>{html.escape(text)}</p>"
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines if line.strip()]
    body = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f"<td>{html.escape(value)}</td>" for value in values)
        + "</tr>"
        for name, *values in rows
    )
    caption = f"<caption>{html.escape(title)}</caption>"
    return (
        "<details><summary>All numbers as a table</summary>"
        f'<table class="numbers">{caption}{body}</table></details>'
    )
