"""Live views on a page without a kernel: on the site, and in an exported notebook.

A stored output has the state of its view under one of KINDS. A page shows what stands for it, a
picture or a folded answer, and a script that is the view itself puts the living one in its place.
"""

import html
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from course_utils.widgets import live_cell, prediction, views
from course_utils.widgets.catalogue import catalogue
from course_utils.widgets.views import live_view
from course_utils.widgets.views.stored_data import stored_data

CELL, PREDICTION, VIEW = live_cell.MIME, prediction.MIME, live_view.MIME
_CLASSES = {CELL: "live-cell", PREDICTION: "live-prediction", VIEW: "live-figure"}
_STATIC = live_cell.STATIC


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


def program(found: Iterable[tuple[str, Mapping[str, Any]]]) -> Path:
    """Return the script that knows how to bring to life what :func:`stored` has found."""
    only_questions = all(mime == PREDICTION for mime, _ in found)
    return _STATIC / ("questions.js" if only_questions else "figures.js")


def call(found: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the script that has it done, with what these views compute from and nothing else."""
    found = list(found)
    cells = dict.fromkeys(state["cell"] for mime, state in found if mime == CELL)
    named = dict.fromkeys(state["layout"]["view"] for mime, state in found if mime == VIEW)
    kinds = [getattr(views, name) for name in named if name in views.__all__]
    known = {
        "catalogues": {cell: catalogue(cell) for cell in cells},
        "constants": {kind.__name__: kind.constants() for kind in kinds},
    }
    return f"courseFigures.bringToLife({_as_json(known)});\n"


def script(found: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return both as one script, for a page that is one file."""
    found = list(found)
    return program(found).read_text("utf-8") + call(found)


def large(found: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Return a script for each part of the large data that a page's views need, by name."""
    names = dict.fromkeys(name for _, state in found for name in state.get("stored", ()))
    return {name: _as_script(name) for name in names}


def _as_script(name: str) -> str:
    return f"(globalThis.storedData ??= {{}}).{name} = {_as_json(stored_data(name))};\n"


def _as_json(item: Any) -> str:
    text = json.dumps(item, separators=(",", ":"), ensure_ascii=False)
    return text.replace("</", "<\\/")  # so that it can stand within a page


def style() -> str:
    """Return the style sheet of such views."""
    return (_STATIC / "page.css").read_text("utf-8")
