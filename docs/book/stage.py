"""Stage the site's sources in one folder: guides, lectures, and what stands for their live views.

A page that is read has no kernel. Each stored picture gets its words as alternative text, and each
live view its numbers as a table: both are in the notebook, where JupyterLab shows them otherwise.
A figure that computes needs no kernel: its state is in the notebook, too, and a script brings it
to life.
"""

import base64
import html
import os
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.widgets import page as live
from course_utils.widgets.exported import twin, with_words
from course_utils.widgets.prediction import folded

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_LINK_TO_PAGE = re.compile(r"(?<=\]\()([^()\s:#]+\.(?:md|ipynb))(?=[)#])")
_CONTENTS = {"docs/decisions/README.md": "\n```{toctree}\n:glob:\n:maxdepth: 1\n\n0*\n```\n"}
"""A page's list of the pages below it, which elsewhere is the folder's own."""
_LINK_TO_VIEW = re.compile(r"\[([^\]]+)\]\((#explore=([^&)]*)[^)]*)\)")
"""A link that sets a live view: where the view does not live on the page, its words stay."""
_TITLE = re.compile(r"\A# .+\n?")
_WHAT_RUNS = """
```{note}
{} on this page: it shows what the lecture's cells gave when they were run. To run them, to practise
and to train, open the lecture in JupyterLab, [on your own machine](../install.md) or
[on your course's server](../student.md).
```
"""
_NOTHING = "No code runs"
_FIGURES = "Where a figure shows sliders it is alive: move them. No code runs"
_LIVING = (
    '<link rel="stylesheet" href="../_static/live.css">'
    '<script defer src="../_static/{}"></script>'  # the same for many pages
    '<script defer src="../_static/{}/live.js"></script>'
)
"""What the page of a lecture loads for its living figures."""
_HINT, _HINT_WITH_LINK = (
    "Run this cell in JupyterLab",
    "Run this cell [in JupyterLab](../install.md)",
)
"""What a box of practice says where it cannot be answered."""
_MOVES = re.compile(r"^live_numbers\(", re.MULTILINE)
_GATHERS = re.compile(r"^predictions\(", re.MULTILINE)
_TRAINS = re.compile(r"^\S+_trainer\(\)\.display\(\)", re.MULTILINE)
_FOLDED_WORDS = re.compile(r"<details>.*?</summary><p>(.*?)</p></details>", re.DOTALL)


def stage(folder: Path) -> None:
    """Fill `folder` anew. Raises ValueError where a picture has no words."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.ipynb"))
    _stage_guides(folder)
    (folder / "notebooks").mkdir()
    stored = folder / "static" / "stored"
    stored.mkdir()
    (folder / "static" / "live.css").write_text(live.style(), encoding="utf-8")
    for path in _lectures():
        lecture = nbformat.read(path, as_version=4)
        own = folder / "static" / path.stem
        found = live.stored(o for cell in lecture.cells for o in cell.get("outputs", []))
        if found:
            own.mkdir()
            (own / "live.js").write_text(live.call(found), encoding="utf-8")
            shutil.copy(live.program(found), folder / "static")
        for name, script in live.large(found).items():
            (stored / f"{name}.js").write_text(script, encoding="utf-8")
        names = {state["name"] for _, state in found if "name" in state}
        _say_what_runs(lecture, path.name, living=bool(names))
        loads = iter([_LIVING.format(live.program(found).name, path.stem)])
        for cell in lecture.cells:
            if cell.cell_type == "markdown":
                cell.source = _LINK_TO_VIEW.sub(partial(_link_to_view, names), cell.source)
                cell.source = cell.source.replace("](../docs/", "](../")  # guides stand at the top
            if cell.cell_type == "code":
                _bring_to_life(cell, own, loads)
                _stand_in(cell, path.name)
                _link_hint(cell)
                _hint_at_kernel(cell)
                _leave_drawing_out(cell)
        nbformat.write(lecture, folder / "notebooks" / path.name)


def guides() -> dict[str, str]:
    """Return every page for readers on its own: its path in the repository, and in the site."""
    found = {"CONTRIBUTING.md": "maintaining.md", "deploy/README.md": "deploy.md"}
    for path in sorted(HERE.parent.glob("*.md")):
        found[f"docs/{path.name}"] = path.name
    for path in sorted(HERE.parent.glob("decisions/*.md")):
        found[f"docs/decisions/{path.name}"] = f"decisions/{path.name.replace('README', 'index')}"
    return {here: there for here, there in found.items() if (ROOT / here).exists()}


def _stage_guides(folder: Path) -> None:
    """Copy them, with links from one to another that lead where they stand now."""
    places = guides() | {f"notebooks/{p.name}": f"notebooks/{p.name}" for p in _lectures()}
    for here, there in guides().items():

        def moved(link: re.Match[str], here: str = here, there: str = there) -> str:
            target = os.path.normpath(Path(here).parent / link[1])
            return os.path.relpath(places.get(target, link[1]), Path(there).parent)

        page = folder / there
        page.parent.mkdir(exist_ok=True)
        text = (ROOT / here).read_text(encoding="utf-8")
        text = _LINK_TO_PAGE.sub(moved, text) + _CONTENTS.get(here, "")
        page.write_text(text, encoding="utf-8")


def _lectures() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def _link_to_view(names: set[str], link: re.Match[str]) -> str:
    text, address, name = link.groups()
    return f'<a href="{html.escape(address)}">{text}</a>' if name in names else text


def _bring_to_life(cell: NotebookNode, folder: Path, loads: Iterator[str]) -> None:
    """Put a view's state on the page, with its picture and words or its folded answer.

    What the page `loads` goes with the first view: a script that stands there twice runs twice.
    """
    for k, output in enumerate(cell.outputs):
        for mime, state in live.stored([output]):
            if mime == live.PREDICTION:
                shown = live.figure(mime, state, folded(state))
            else:
                picture = folder / f"{cell.id}.png"
                picture.write_bytes(base64.b64decode(output.data["image/png"]))
                alt = output.metadata["image/png"]["alt"]
                shown = with_words(output.data, alt, f"../_static/{folder.name}/{picture.name}")
            html_only = {"text/html": shown + next(loads, "")}
            cell.outputs[k] = nbformat.v4.new_output("display_data", html_only)


def _stand_in(cell: NotebookNode, name: str) -> None:
    pictures = [o for o in cell.outputs if "image/png" in o.get("data", {})]
    if not pictures:
        return
    words = {_words(picture, cell) for picture in pictures}
    if len(words) != 1 or not (alt := words.pop()):
        raise ValueError(f"{name}, cell {cell.id}: expected words for its picture, and one text")
    cell.metadata["mystnb"] = {"image": {"alt": alt}}
    for picture in filter(_is_moved, pictures):
        place = cell.outputs.index(picture) + 1
        text_below = {"text/html": twin(picture.data["text/plain"])}
        cell.outputs.insert(place, nbformat.v4.new_output("display_data", text_below))


def _is_moved(output: NotebookNode) -> bool:
    """Whether it is a picture under controls: what it shows is told in words, not by its type."""
    data = output.get("data", {})
    return "image/png" in data and not str(data["text/plain"]).startswith("<")


def _say_what_runs(lecture: NotebookNode, name: str, *, living: bool) -> None:
    """Say it once, below the title; what the text says of cells and sliders makes sense then."""
    note = _WHAT_RUNS.replace("{}", _FIGURES if living else _NOTHING)
    title = lecture.cells[0]
    if title.cell_type != "markdown" or not _TITLE.match(title.source):
        raise ValueError(f"{name}: its first cell begins with no title, expected '# …'")
    title.source = _TITLE.sub(lambda line: line[0].rstrip() + "\n" + note, title.source)


def _link_hint(cell: NotebookNode) -> None:
    for output in cell.outputs:
        if text := output.get("data", {}).get("text/markdown"):
            output.data["text/markdown"] = text.replace(_HINT, _HINT_WITH_LINK)


def _hint_at_kernel(cell: NotebookNode) -> None:
    """Say below a cell what only a kernel gives: sliders, gathered predictions, what it prints."""
    tags = cell.metadata.get("tags", [])
    if _TRAINS.search(cell.source):
        what = "train one of your own"
    elif _GATHERS.search(cell.source):
        cell.outputs, what = [], "see your predictions beside what came out"
    elif _MOVES.search(cell.source) or any(map(_is_moved, cell.outputs)):
        what = "move its sliders"
    elif "nbval-ignore-output" in tags and not cell.outputs:
        what = "see what it prints"
    else:
        return
    hint = {"text/markdown": f"*{_HINT_WITH_LINK} to {what}.*"}
    cell.outputs.append(nbformat.v4.new_output("display_data", hint))


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
