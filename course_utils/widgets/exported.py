"""A lecture as a page without a kernel: each picture with its words, each live view as a table, the
explorer alive, each formula without a script.

nbconvert's template shows a stored picture and leaves out the words that are stored with it, and
its formulas need a script from a network. The steps here put all of it on the page itself;
``jupyter_nbconvert_config.json``, which is installed with the course, names them, so that plain
``jupyter nbconvert --to html`` has them.
"""

import html
import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from course_utils.mathml import as_mathml, font_face, style
from course_utils.widgets import page
from course_utils.widgets.prediction import folded

_CODE_OR_FORMULA = re.compile(
    r"(?P<code>^```.*?^```|(?P<ticks>`+).+?(?P=ticks)|\\\$)"
    r"|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$`\s](?:[^$`\n]*[^$`\s\\])?)\$",
    re.DOTALL | re.MULTILINE,
)
_NO_MARKDOWN = str.maketrans({sign: f"&#{ord(sign)};" for sign in "\\`*_[]|~"})
"""Signs that Markdown would take for its own in the text of a formula."""


class PictureInWords(Preprocessor):
    """Shows a PNG that has words with them, as alternative text and, of a live view, as a table.

    A stored explorer lives, and so do other figures and questions to predict: script and style come
    along, once.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the pictures of all cells; put the script behind the last view."""
        outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
        live = [output for output in outputs if page.stored([output])]
        found = page.stored(live)
        nb, resources = super().preprocess(nb, resources)  # type: ignore[no-untyped-call]
        if live:
            scripts = [*page.large(found).values(), page.script(found)]
            code = "".join(f"<script>{script}</script>" for script in scripts)
            live[-1].data["text/html"] += f"<style>{page.style()}</style>{code}"
        return nb, resources

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace each picture of the cell, where words are stored with it, by HTML of both."""
        for output in cell.get("outputs", []):
            if asked := output.get("data", {}).get(page.PREDICTION):
                output.data["text/html"] = page.figure(page.PREDICTION, asked, folded(asked))
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt and "image/png" in output.get("data", {}):
                source = f"data:image/png;base64,{output.data['image/png'].strip()}"
                output.data = NotebookNode({"text/html": with_words(output.data, alt, source)})
        return cell, resources


class FormulasAsMathML(Preprocessor):
    """Writes formulas between dollars as MathML, and gives the page the font for them."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the formulas of all texts, the stored ones among them."""
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = _with_mathml(cell.source)
            for output in cell.get("outputs", []):
                if text := output.get("data", {}).get("text/markdown"):
                    output.data["text/markdown"] = _with_mathml(text)
        texts = [cell for cell in nb.cells if cell.cell_type == "markdown"]
        if texts:  # the page's own sheets are collected after this step, and forget what it adds
            texts[0].source = f"<style>\n{font_face()}{style()}</style>\n\n{texts[0].source}"
        return nb, resources


def _with_mathml(text: str) -> str:
    """Return Markdown whose formulas are MathML; code stays as it is."""

    def written(found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        latex, display = found["block"] or found["inline"], bool(found["block"])
        return str(as_mathml(latex.strip(), display=display)).translate(_NO_MARKDOWN)

    return _CODE_OR_FORMULA.sub(written, text)


def twin(text: str) -> str:
    """A live view's text as HTML: a line as a sentence, lines of names and numbers as a table."""
    title, *lines = text.splitlines()
    if not lines:
        return f"<p>{html.escape(text)}</p>"
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines if line.strip()]
    widest = max(map(len, rows), default=1)
    body = "".join(_row(name, values, widest) for name, *values in rows)
    caption = f"<caption>{html.escape(title)}</caption>"
    return (
        "<details><summary>All numbers as a table</summary>"
        f'<table class="numbers">{caption}{body}</table></details>'
    )


def _row(name: str, values: list[str], columns: int) -> str:
    """A sentence alone has the whole width."""
    across = "" if values else f' colspan="{columns}"'
    cells = "".join(f"<td{_kind(value)}>{html.escape(value)}</td>" for value in values)
    return f'<tr><th scope="row"{across}>{html.escape(name)}</th>{cells}</tr>'


def _kind(value: str) -> str:
    """Words need more room than numbers, on a phone too."""
    return ' class="words"' if len(value.split()) > 3 else ""


def with_words(data: NotebookNode, alt: str, source: str) -> str:
    """Return HTML of a picture, at `source`, with its words; alive, where its state is stored."""
    picture = f'<img alt="{html.escape(alt)}" src="{source}">'
    text = str(data.get("text/plain", "<"))
    shown = picture if text.startswith("<") else picture + twin(text)
    living = (kind for kind in (page.CELL, page.VIEW) if kind in data)
    return next((page.figure(kind, data[kind], shown) for kind in living), shown)
