"""A submission as formgrader may show it: text, and pictures that are pictures.

What a student wrote or printed is shown to an instructor who is signed in. Nothing of it may become
a tag, a script, a style or an address.
"""

import math
import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nbexaminer.feedback.outputs import Shown, shown
from nbexaminer.formgrader.filters import PICTURES
from nbexaminer.formgrader.showing import pictures_html
from nbexaminer.notebook.changes import fenced

_GRADE_ID = re.compile(r"[A-Za-z0-9_\-]+")
_FLAGS = ("grade", "solution", "locked", "task")


def inert(nb: NotebookNode) -> NotebookNode:
    """Return a notebook made anew from what is harmless in `nb`.

    Cells keep their source and what nbgrader knows them by. Of an output stays what the feedback
    page shows: text, Markdown, PNG and JPEG; so it is with pictures in a text. Raw cells become
    text.
    """
    cells = []
    for number, cell in enumerate(nb.cells):
        metadata = _nbgrader(cell.get("metadata", {}).get("nbgrader", {}))
        source, id = str(cell.source), f"cell-{number}"
        if cell.cell_type == "code":
            outputs = [_output(part) for part in shown(cell)]
            new = new_code_cell(source, id=id, metadata=metadata, outputs=outputs)
        elif cell.cell_type == "markdown":
            new = new_markdown_cell(source, id=id, metadata=metadata)
            new.metadata[PICTURES] = str(pictures_html(cell))
        else:
            new = new_markdown_cell(fenced(source), id=id, metadata=metadata)
        cells.append(new)
    made: NotebookNode = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    return made


def _nbgrader(kept: Any) -> dict[str, Any]:
    """Return the metadata of a graded cell, each value of its own kind; none for another cell."""
    name = str(kept.get("grade_id", ""))
    if not _GRADE_ID.fullmatch(name):
        return {}
    known: dict[str, Any] = {"grade_id": name} | {f: kept.get(f) is True for f in _FLAGS}
    try:
        points = float(kept.get("points", 0))
    except (TypeError, ValueError):
        points = math.nan
    return {"nbgrader": known | {"points": points if math.isfinite(points) else 0.0}}


def _output(part: Shown) -> NotebookNode:
    content = str(part.content)
    if part.kind == "picture":
        kind, _, encoded = content.removeprefix("data:").partition(";base64,")
        made: NotebookNode = new_output("display_data", {kind: encoded})
    elif part.kind == "error":
        lines = [content, part.details] if part.details else [content]
        made = new_output("error", ename="", evalue="", traceback=lines)
    elif part.kind == "html":  # made by the feedback page's own writer, from Markdown or a formula
        made = new_output("display_data", {"text/html": content})
    else:
        made = new_output("stream", name="stdout", text=content)
    return made
