"""axe-core over every live view, in JupyterLab's light and dark theme, and over exported pages.

The scope is the output of our cells. What JupyterLab and nbconvert put around it is theirs: their
own faults are left out by selector, with the reason beside it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browser.axe import grave_faults
from browser.lab_page import LabPage, lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, Page, expect

from course_utils import widgets

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
EXPORTED = sorted(NOTEBOOKS.glob("*.ipynb"))
# nbconvert's own: pale prompts and colours of code, and links told apart by colour alone.
NBCONVERTS = (".jp-InputPrompt", ".jp-OutputPrompt", ".jp-InputArea .highlight")
OUTPUT = "[data-under-test] .jp-OutputArea"

LIVE = """\
import ipywidgets as widgets
import matplotlib.pyplot as plt
from live_figure import live

fig, ax = plt.subplots()
(line,) = ax.plot([0, 1], [0, 1])


def move(weight, start):
    line.set_ydata([start, weight])
    return f"weight {weight:.2f}, start {start:.3g}"


live(
    fig,
    move,
    weight=widgets.FloatSlider(1.2, min=-3, max=3, step=0.05, description="weight w"),
    start=widgets.FloatLogSlider(0.001, min=-4, max=0, description="start h_0"),
)
"""
EXPLORERS = {
    "lstm": "CellExplorer('lstm', preset='exam_2')",
    "lstm, saturated": "CellExplorer('lstm', preset='exam_1')",
    "lstm, several steps": "CellExplorer('lstm', preset='carry')",
    "gru": "CellExplorer('gru')",
    "gru, Z writes": "CellExplorer('gru', convention={'mix': 'writes'})",
    "gru, reset after": "CellExplorer('gru', convention={'reset': 'after'})",
    "gru, x first": "CellExplorer('gru', convention={'order': 'xh'})",
    "gru, two biases": "CellExplorer('gru', convention={'reset': 'after', 'biases': 'two'})",
    "rnn": "CellExplorer('rnn')",
}
VIEWS = {
    "gradient flow": "GradientFlow()",
    "embedding": "EmbeddingTable()",
    "trained embedding": "EmbeddingTable.trained()",
    "counter": "ParameterCounter()",
    "counter, real size": "ParameterCounter(V=10_000, D=100, H=200)",
    "sentence": "SentenceGates()",
}
BOXES = {
    "vectors": "practice('lstm_states')",
    "numbers": "practice('cell_counts')",
    "formulas": "practice('equations')",
}
CONTROLS = """\
figure, _ = plt.subplots()


def say(text, horizon):
    return f"{text}, {horizon} hours ahead"


live(
    figure,
    say,
    text=widgets.ToggleButtons(options=["short", "long"], description="text"),
    horizon=widgets.Dropdown(options=[1, 6, 24], description="hours ahead"),
)
"""
TRAIN = """\
from train_yourself import TrainYourself

figure, _ = plt.subplots()
TrainYourself(figure, str, print, cells=["RNN", "LSTM"]).display()
"""
FIGURES = {"live figure": LIVE, "other controls": CONTROLS, "train it yourself": TRAIN}
SOURCES = EXPLORERS | VIEWS | BOXES | FIGURES
PLACES = {name: place for place, name in enumerate(SOURCES, start=1)}


@pytest.fixture(scope="module")
def lab(browser: Browser, server: LabServer) -> Iterator[LabPage]:
    """One window with every kind of view."""
    folder = server.root / "views"
    folder.mkdir()
    for path in (*NOTEBOOKS.glob("*.py"), NOTEBOOKS / "lecture.mplstyle"):
        shutil.copy(path, folder)
    imports = "from course_utils.widgets import *"
    write_notebook(folder / "views.ipynb", imports, *SOURCES.values())
    with lab_page(browser, server) as window:
        window.open("views/views.ipynb")
        window.hide_side_bar()
        window.run_all()
        assert window.error_outputs() == []
        # JupyterLab's body has no height of its own: axe-core takes all text in it for hidden, and
        # would leave its contrast out.
        window.page.add_style_tag(content="body { height: 100vh }")
        yield window
        assert window.problems == []


def view(lab: LabPage, name: str) -> Locator:
    """The cell of a view, marked as the one under test."""
    cell = lab.cell(PLACES[name])
    mark = "(k) => document.querySelectorAll('.jp-Cell').forEach("
    mark += "(c) => c.toggleAttribute('data-under-test', c.dataset.windowedListIndex == k))"
    lab.page.evaluate(mark, PLACES[name])
    return cell


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, lab: LabPage) -> Iterator[str]:
    if request.param == "dark":
        lab.dark_theme()
    yield request.param
    if request.param == "dark":
        lab.dark_theme(on=False)


def test_a_planted_fault_is_found(lab: LabPage) -> None:
    cell = view(lab, "rnn")
    cell.locator(".cell-explorer").wait_for()
    planted = '<div id=planted><img src="data:,"><p style="color: #ddd">pale</p></div>'
    lab.page.evaluate(
        "([s, html]) => document.querySelector(s).insertAdjacentHTML('beforebegin', html)",
        [OUTPUT, planted],
    )
    found = " ".join(grave_faults(lab.page, "#planted"))
    lab.page.evaluate("document.getElementById('planted').remove()")
    assert "image-alt" in found
    assert "color-contrast" in found


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_in_every_state(lab: LabPage, theme: str, name: str) -> None:
    cell = view(lab, name)
    explorer = cell.locator(".cell-explorer")
    explorer.locator("svg.cell-diagram").wait_for()
    for tab in explorer.get_by_role("tab").all():
        tab.click()
        assert grave_faults(lab.page, OUTPUT) == [], tab.inner_text()
    box = explorer.locator("input[type=text]:visible").first
    before = box.input_value()
    box.fill("two")
    box.press("Enter")
    expect(explorer.get_by_role("status").first).to_contain_text("is not a number")
    expect(box).to_have_value(before)
    explorer.get_by_role("button", name="Copy as Python").click()
    folded = explorer.locator("details:not([open]) > summary")
    while folded.count():  # each click makes one fewer
        folded.first.click()
    assert grave_faults(lab.page, OUTPUT) == []
    lab.screenshot(f"axe_{name.replace(', ', '_')}_{theme}", explorer)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_with_its_table_and_with_a_problem(lab: LabPage, theme: str, name: str) -> None:
    found = view(lab, name).locator(".live-view")
    found.locator("svg.sheet path").first.wait_for()
    found.locator("details.numbers > summary").click()
    assert grave_faults(lab.page, OUTPUT) == []
    box = found.locator("input[type=text]").first
    before = box.input_value()
    box.fill("zebra")
    box.press("Enter")
    expect(found.get_by_role("status")).to_contain_text("zebra")
    assert grave_faults(lab.page, OUTPUT) == []
    found.get_by_role("button", name="Reset").click()
    expect(box).to_have_value(before)
    found.locator("details.numbers > summary").click()


@pytest.mark.parametrize("name", BOXES)
def test_a_box_of_practice_marked_and_with_its_steps(lab: LabPage, theme: str, name: str) -> None:
    cell = view(lab, name)
    cell.get_by_role("button", name="Check").click()
    expect(cell.get_by_role("status").first).to_be_visible()
    cell.get_by_role("button", name="Steps").click()
    cell.locator(".jp-OutputArea mjx-container").last.wait_for()
    assert grave_faults(lab.page, OUTPUT) == []
    lab.screenshot(f"axe_{name}_{theme}")


def test_every_box_of_practice_is_named(lab: LabPage) -> None:
    cell = view(lab, "vectors")
    for name in ("i_t, place 1", "C_t, place 3", "h_t, place 2"):
        expect(cell.get_by_role("textbox", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize("name", FIGURES)
def test_a_live_figure(lab: LabPage, theme: str, name: str) -> None:
    cell = view(lab, name)
    cell.locator(".jp-OutputArea img").wait_for()
    assert grave_faults(lab.page, OUTPUT) == []


def test_a_live_figure_is_moved_by_keyboard_and_says_its_numbers(lab: LabPage) -> None:
    cell = view(lab, "live figure")
    slider = cell.get_by_role("slider", name="weight w", exact=True)
    picture = cell.locator(".jp-OutputArea img")
    slider.focus()
    lab.page.keyboard.press("ArrowLeft")
    expect(cell.get_by_role("status").last).to_have_text("weight 1.15, start 0.001")
    expect(picture).to_have_attribute("alt", "weight 1.15, start 0.001")
    expect(slider).to_have_attribute("aria-valuetext", "1.15")
    lab.page.keyboard.press("Tab")
    expect(cell.get_by_role("slider", name="start h_0", exact=True)).to_be_focused()
    lab.page.keyboard.press("ArrowRight")
    expect(picture).to_have_attribute("alt", "weight 1.15, start 0.00126")


def test_a_live_figure_says_that_its_kernel_is_gone_and_keeps_its_state(
    browser: Browser, server: LabServer, lab: LabPage
) -> None:
    write_notebook(server.root / "views" / "gone.ipynb", LIVE)
    with lab_page(browser, server) as window:
        window.open("views/gone.ipynb")
        window.run_all()
        cell = window.cell(0)
        slider = cell.get_by_role("slider", name="weight w")
        slider.wait_for()
        window.shut_kernel_down()
        slider.press("ArrowRight")
        expect(cell.get_by_text("The kernel does not answer")).to_be_visible()
        expect(slider).to_have_attribute("aria-valuetext", "1.25")
        expect(cell.locator(".jp-OutputArea img")).to_have_attribute(
            "alt", "weight 1.20, start 0.001"
        )


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[Page]:
    """A page that reaches nothing but files."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    context.route("http*://**", lambda route: route.abort())
    yield context.new_page()
    context.close()


def stored_data(path: Path) -> list[dict[str, str]]:
    """What each output of a notebook holds."""
    cells = nbformat.read(path, as_version=4).cells
    return [dict(o.get("data", {})) for cell in cells for o in cell.get("outputs", [])]


@pytest.mark.parametrize("path", EXPORTED, ids=lambda path: path.stem)
def test_an_exported_page(offline: Page, tmp_path: Path, path: Path) -> None:
    # the command itself, with the configuration that an installed course has
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(path), "--output-dir"]
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": str(Path(widgets.__file__).parent)}
    subprocess.run([*command, str(tmp_path)], check=True, capture_output=True, env=environment)
    offline.goto((tmp_path / f"{path.stem}.html").as_uri())
    pictures = offline.locator(".jp-OutputArea img")
    assert pictures.count() == sum("image/png" in data for data in stored_data(path))
    for picture in pictures.all():
        words = picture.get_attribute("alt") or ""
        assert len(words) > 20
        assert "No description has been provided" not in words
    assert grave_faults(offline, but_not=NBCONVERTS, rules_off=["link-in-text-block"]) == []
