"""Live views on a page without a kernel: on the site, and in an exported notebook.

A stored output has the state of its view under one of KINDS. A page shows what stands for it, a
picture or a folded answer, and a script that is the view itself puts the living one in its place.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from course_utils.widgets import live_cell, prediction
from course_utils.widgets.catalogue import catalogue

CELL, PREDICTION = live_cell.MIME, prediction.MIME
_CLASSES = {CELL: "live-cell", PREDICTION: "live-prediction"}
_PAGE = live_cell.STATIC / "explorer" / "page.js"


def figure(mime: str, state: Mapping[str, Any], twin: str) -> str:
    """Return HTML of a view that comes to life; until then, and without a script, its `twin`."""
    text = html.escape(json.dumps(state, ensure_ascii=False))
    name = f' data-name="{html.escape(state["name"])}"' if mime == CELL else ""
    return f'<div class="{_CLASSES[mime]}"{name} data-state="{text}">{twin}</div>'


def script(cells: Iterable[str]) -> str:
    """Return the script that brings a page's views to life, its cells being of these kinds."""
    files = dict.fromkeys((*live_cell.FILES, *prediction.FILES, _PAGE))
    view = _short("\n".join(path.read_text("utf-8") for path in files))
    known = json.dumps({cell: catalogue(cell) for cell in cells}, separators=(",", ":"))
    text = f'"use strict";\n(() => {{\n{view}\nbringToLife({known});\n}})();\n'
    return text.replace("</", "<\\/")  # so that it can stand within a page


_REMARK = re.compile(
    r"^[ \t]*(?:/\*\*.*?\*/|//[^\n]*|export default[^\n]*)$", re.DOTALL | re.MULTILINE
)
"""What stands in lines of its own and is no part of the program of a page."""


def _short(code: str) -> str:
    """The same program without remarks that have lines of their own, and without indentation."""
    lines = (line.strip() for line in _REMARK.sub("", code).splitlines())
    return "\n".join(line for line in lines if line)


def style() -> str:
    """Return the style sheet of such views."""
    sheets = live_cell.STATIC / "explorer.css", prediction.STYLE
    return "".join(sheet.read_text("utf-8") for sheet in sheets)
