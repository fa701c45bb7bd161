"""The explorer on a page without a kernel: on the site, and in an exported notebook.

A stored output has the state of its explorer under MIME. A page shows the picture and the table,
and a script that is the explorer's own view puts the living figure in their place.
"""

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any

from course_utils.widgets.catalogue import catalogue
from course_utils.widgets.live_cell import FILES, STATIC

MIME = "application/vnd.recurrent-cell+json"
"""The kind of a stored state: ``cell``, ``name``, ``unit`` and what an explorer shows."""


def figure(state: Mapping[str, Any], twin: str) -> str:
    """Return HTML of a figure that comes to life; until then, and without a script, its `twin`."""
    text = html.escape(json.dumps(state, ensure_ascii=False))
    name = html.escape(state["name"])
    return f'<div class="live-cell" data-name="{name}" data-state="{text}">{twin}</div>'


def script(cells: Iterable[str]) -> str:
    """Return the script that brings a page's figures of these kinds of cells to life."""
    view = "\n".join(path.read_text("utf-8") for path in (*FILES, STATIC / "explorer" / "page.js"))
    view = view.replace("export default { render };\n", "")
    known = json.dumps({cell: catalogue(cell) for cell in cells}, separators=(",", ":"))
    text = f'"use strict";\n(() => {{\n{view}\nbringToLife({known});\n}})();\n'
    return text.replace("</", "<\\/")  # so that it can stand within a page


def style() -> str:
    """Return the style sheet of such figures."""
    return (STATIC / "explorer.css").read_text("utf-8")
