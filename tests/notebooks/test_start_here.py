"""The start page: its links, and a self-check that tells the truth."""

import importlib
import math
import re
import runpy
import subprocess
import sys
from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path as LinePath
from matplotlib.text import Annotation

from course_utils import cells
from tests.notebooks.stored import (
    NOTEBOOKS,
    cell,
    displayed,
    notebook,
    predicted,
    words_of_figure,
)

START = notebook("00_start_here.ipynb")
_LINK = re.compile(r"\]\(([^)#]+\.ipynb)\)")


def self_check() -> str:
    said: str = runpy.run_path(str(NOTEBOOKS / "self_check.py"))["self_check"]()
    return said


def links(name: str) -> set[str]:
    return {
        link
        for c in notebook(name).cells
        if c.cell_type == "markdown"
        for link in _LINK.findall(c.source)
    }


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_links_between_notebooks_lead_somewhere(path: Any) -> None:
    assert [link for link in links(path.name) if not (NOTEBOOKS / link).is_file()] == []


def test_the_map_links_every_lecture_there_is() -> None:
    lectures = {p.name for p in NOTEBOOKS.glob("*.ipynb")} - {"00_start_here.ipynb"}
    rows = [r for r in cell(START, "lectures").source.splitlines() if r.startswith("|")]
    linked = {link for row in rows for link in _LINK.findall(row)}
    assert linked == lectures
    assert not [row for row in rows if _LINK.search(row) and "coming" in row]


def test_the_picture_shows_what_each_lecture_says_that_it_needs() -> None:
    words = words_of_figure(cell(START, "figure-map"))
    found = {
        int(n): set(re.findall(r"\d+", b))
        for n, b in re.findall(r"(\d+) builds on ([^;.]+)", words)
    }
    assert set(found) == {int(p.name[:2]) for p in NOTEBOOKS.glob("[0-9]*.ipynb")} - {0}
    for number, before in found.items():
        (path,) = NOTEBOOKS.glob(f"{number:02}_*.ipynb")
        title = cell(notebook(path.name), "title").source
        needed = title[title.index("**Before you start.**") : title.index("**How to read.**")]
        assert before == {str(int(link[:2])) for link in _LINK.findall(needed)}


def test_no_arrow_of_the_picture_runs_over_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(NOTEBOOKS))
    drawn: list[Figure] = []
    draw = runpy.run_path(str(NOTEBOOKS / "course_map.py"))["draw_map"]
    monkeypatch.setitem(draw.__globals__, "show", lambda figure, words: drawn.append(figure))
    draw()
    figure = drawn[0]
    figure.canvas.draw()
    (ax,) = figure.axes
    boxes = {text.get_position(): text for text in ax.texts if text.get_text()}
    arrows = [(text.xy, text.get_position()) for text in ax.texts if isinstance(text, Annotation)]
    assert len(arrows) > len(boxes) > 10
    for ends in arrows:
        way = LinePath(ax.transData.transform(ends))
        for place, box in boxes.items():
            extent = box.get_bbox_patch().get_window_extent()
            assert place in ends or not way.intersects_bbox(extent), (ends, box.get_text())
    plt.close(figure)


def test_it_opens_with_a_network_that_has_written_something() -> None:
    code = next(c for c in START.cells if c.cell_type == "code")
    assert displayed(code, "image/png")
    (text,) = displayed(code, "text/plain")
    prompt = re.search(r"prompt='(.*?)'", text)
    assert prompt
    assert len(text[text.index("line by line") :]) > 300


def test_the_first_toy_gives_what_three_steps_by_hand_give() -> None:
    h = math.tanh(0.5 * math.tanh(0.5 * math.tanh(0.5)))
    assert predicted(cell(START, "predict-toy")) == pytest.approx(h, rel=1e-5)


def test_the_assignments_it_names_exist() -> None:
    named = set(re.findall(r"`(\d_\w+)`", cell(START, "lectures").source))
    assert named
    assert named <= {p.name for p in (NOTEBOOKS.parent / "source").iterdir()}


def test_self_check_says_ok() -> None:
    assert self_check().startswith("OK. ")


def test_nothing_says_ok_before_the_reader_has_run_it() -> None:
    """What the self-check and the versions say is about one computer: nothing of it is stored."""
    for cell_id in ("self-check", "versions-printed"):
        code = cell(START, cell_id)
        assert not code.outputs
        assert code.metadata["tags"] == ["nbval-ignore-output"]
    assert not any("OK." in str(c.get("outputs")) for c in START.cells)


def test_the_way_out_for_the_lost_unfolds_nothing_that_is_to_be_predicted() -> None:
    cure = next(p for p in cell(START, "practise").source.splitlines() if "**Lost?**" in p)
    assert "choose *Kernel → Restart Kernel and Run up to Selected Cell…*" in cure
    assert "Run All" not in cell(START, "live").source


def test_the_lectures_stand_in_the_order_in_which_they_need_each_other() -> None:
    """A lecture links back freely; what it says one needs before it comes before it in the map."""
    order = sorted(p.name for p in NOTEBOOKS.glob("*.ipynb"))
    assert _LINK.findall(cell(START, "lectures").source) == order[1:]
    for place, name in enumerate(order[1:-1], 1):  # the appendix needs none
        title = cell(notebook(name), "title").source
        needed = title[title.index("**Before you start.**") : title.index("**How to read.**")]
        assert set(_LINK.findall(needed)) <= set(order[1:place]), name


@pytest.mark.parametrize("package", ["numpy", "anywidget", "course_utils"])
@pytest.mark.parametrize(
    "error", [ModuleNotFoundError("none"), OSError("broken\nlibrary"), KeyError()]
)
def test_self_check_names_a_missing_or_broken_package_and_the_remedy(
    package: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def without(name: str, *rest: Any) -> Any:
        if name == package:
            raise error
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    said = self_check()
    assert said.startswith(f"{package} does not load (")
    assert "make lab" in said
    assert len(said.splitlines()) == 1


def test_self_check_names_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert "needs 3.11 or newer" in self_check()


def test_self_check_notices_a_wrong_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    right = cells.lstm_step

    def wrong(params: Any, x: Any, state: Any) -> Any:
        new, trace = right(params, x, state)
        return new._replace(h=new.h * 1.01), trace

    monkeypatch.setattr(cells, "lstm_step", wrong)
    assert "expected 0.23106" in self_check()


def test_self_check_needs_nothing_but_python() -> None:
    """It has to load where nothing else does: -S and -I leave out every installed package."""
    path = NOTEBOOKS / "self_check.py"
    code = f"import runpy; print(runpy.run_path({str(path)!r})['self_check']())"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("numpy does not load")
