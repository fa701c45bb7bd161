"""Live views on a page without a kernel: on the site, and in an exported notebook.

A stored output has the state of its view under one of KINDS. A page shows what stands for it, a
picture or a folded answer, and a script that is the view itself puts the living one in its place.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from course_utils.widgets import live_cell, prediction, views
from course_utils.widgets.catalogue import catalogue
from course_utils.widgets.views import live_view
from course_utils.widgets.views.stored_data import stored_data

CELL, PREDICTION, VIEW = live_cell.MIME, prediction.MIME, live_view.MIME
_CLASSES = {CELL: "live-cell", PREDICTION: "live-prediction", VIEW: "live-figure"}
_PAGE = live_cell.STATIC / "explorer" / "page.js"


def figure(mime: str, state: Mapping[str, Any], twin: str) -> str:
    """Return HTML of a view that comes to life; until then, and without a script, its `twin`."""
    text = html.escape(json.dumps(state, ensure_ascii=False))
    name = f' data-name="{html.escape(state["name"])}"' if "name" in state else ""
    return f'<div class="{_CLASSES[mime]}"{name} data-state="{text}">{twin}</div>'


def stored(outputs: Iterable[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the kind and the state of every view that is stored in a notebook's outputs."""
    return [
        (mime, o["data"][mime]) for o in outputs for mime in _CLASSES if mime in o.get("data", ())
    ]


def script(found: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the script that brings to life what :func:`stored` has found, and nothing else."""
    found = list(found)
    cells = dict.fromkeys(state["cell"] for mime, state in found if mime == CELL)
    named = dict.fromkeys(state["layout"]["view"] for mime, state in found if mime == VIEW)
    kinds = [getattr(views, name) for name in named if name in views.__all__]
    files: list[Path] = [_PAGE]
    calls: list[str] = []

    def add(mime: str, render: str, model: str, known: object, needed: Iterable[Path]) -> None:
        if any(mime == kind for kind, _ in found):
            files.extend(needed)
            data = json.dumps(known, separators=(",", ":"), ensure_ascii=False)
            calls.append(f'["{_CLASSES[mime]}", {render}, {model}({data})]')

    catalogues = {cell: catalogue(cell) for cell in cells}
    add(CELL, "renderCell", "cellModel", catalogues, live_cell.FILES)
    constants = {kind.__name__: kind.constants() for kind in kinds}
    needed = [path for kind in kinds for path in kind.files()]
    add(VIEW, "renderView", "viewModel", constants, needed)
    add(PREDICTION, "renderPrediction", "questionModel", {}, prediction.FILES)
    program = _short("\n".join(path.read_text("utf-8") for path in dict.fromkeys(files)))
    text = f'"use strict";\n(() => {{\n{program}\nbringToLife([{", ".join(calls)}]);\n}})();\n'
    return text.replace("</", "<\\/")  # so that it can stand within a page


def large(found: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Return a script for each part of the large data that a page's views need, by name."""
    names = dict.fromkeys(name for _, state in found for name in state.get("stored", ()))
    return {name: _as_script(name) for name in names}


def _as_script(name: str) -> str:
    text = json.dumps(stored_data(name), separators=(",", ":"), ensure_ascii=False)
    return f"(globalThis.storedData ??= {{}}).{name} = {text};\n".replace("</", "<\\/")


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
    sheets = live_cell.STATIC / "explorer.css", live_view.STYLE, prediction.STYLE
    return "".join(sheet.read_text("utf-8") for sheet in sheets)
