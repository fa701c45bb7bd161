"""Every lecture, opened in JupyterLab, run from top to bottom and, where it can be, played with."""

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser.lab_page import LabPage, lab_page
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, expect

from tests.tiers import long_but

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LECTURES = sorted(NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(scope="module")
def lectures(server: LabServer) -> Path:
    """The folder of lectures, copied beside whatever the notebooks read."""
    folder = server.root / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


def is_explorer(output: dict[str, Any]) -> bool:
    return " cell: " in "".join(output.get("data", {}).get("text/plain", ""))[:20]


def explorers(path: Path) -> int:
    """How many explorers the stored notebook shows."""
    notebook = nbformat.read(path, as_version=4)
    return sum(is_explorer(output) for cell in notebook.cells for output in cell.get("outputs", []))


def test_there_are_lectures_with_explorers() -> None:
    assert sum(map(explorers, LECTURES)) >= 3


@pytest.mark.parametrize(
    "path", long_but(["00_start_here", "04_lstm_gate_by_gate"], LECTURES, lambda path: path.stem)
)
def test_it_shows_its_pictures_runs_and_its_explorers_answer(
    browser: Browser, server: LabServer, lectures: Path, path: Path
) -> None:
    with lab_page(browser, server, width=800) as lab:
        lab.open(f"notebooks/{path.name}")
        lab.hide_side_bar()
        stored = lab.cells()
        assert stored_pictures(lab) == explorers(path)
        lab.screenshot(f"{path.stem}_stored_800")

        lab.page.set_viewport_size({"width": 1400, "height": 900})
        lab.run_all()
        assert lab.error_outputs() == []
        assert len(lab.cells()) == len(stored)
        for number in range(explorers(path)):
            move(lab.explorer(number))
            lab.screenshot(f"{path.stem}_explorer_{number}_1400")
        assert lab.problems == []


def stored_pictures(lab: LabPage) -> int:
    """How many explorers show their stored picture where the live one will be."""
    seen = 0
    for k, cell in enumerate(lab.cells()):
        if any(is_explorer(output) for output in cell.get("outputs", [])):
            image = lab.cell(k).locator(".jp-RenderedImage img")
            expect(image).to_be_visible()
            seen += image.evaluate("(i) => i.naturalWidth") > 900
    return seen


CHANGED = """([svg, old]) => [...svg.querySelectorAll(".value")].some(
  (value, k) => value.textContent !== old[k]
)"""


def move(explorer: Locator) -> None:
    """Move the first slider by keyboard: a sum and what follows from it must change."""
    slider = explorer.locator("input[type=range]").first
    diagram = explorer.locator("svg.cell-diagram")
    texts, picture = diagram.locator(".value").all_text_contents(), diagram.inner_html()
    slider.press("PageUp")
    diagram.page.wait_for_function(CHANGED, arg=[diagram.element_handle(), texts], timeout=10_000)
    assert diagram.inner_html() != picture
