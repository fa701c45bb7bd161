"""A lecture as a page without a kernel: each picture with its words, each live view as a table.

nbconvert's template shows a stored picture and leaves out the words that are stored with it. The
step here puts both on the page; ``notebooks/jupyter_nbconvert_config.json`` names it, so that plain
``jupyter nbconvert --to html`` has it.
"""

import html
import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode


class PictureInWords(Preprocessor):
    """Shows a PNG that has words with them, as alternative text and, of a live view, as a table."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace each picture of the cell, where words are stored with it, by HTML of both."""
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt and "image/png" in output.get("data", {}):
                output.data = NotebookNode({"text/html": _page(output.data, alt)})
        return cell, resources


def twin(text: str) -> str:
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


def _page(data: NotebookNode, alt: str) -> str:
    source = f"data:image/png;base64,{data['image/png'].strip()}"
    picture = f'<img alt="{html.escape(alt)}" src="{source}">'
    text = str(data.get("text/plain", "<"))
    return picture if text.startswith("<") else picture + twin(text)
