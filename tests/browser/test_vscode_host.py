"""Every live view in VS Code's own host of widgets: it renders, it answers, and it can be read.

What this cannot show is VS Code around it: its keyboard shortcuts and the way it hands messages on.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browser.axe import grave_faults
from browser.lab_page import SCREENSHOTS
from browser.lab_server import LabServer
from browser.vscode_page import VSCodePage, build_host, vscode_page
from playwright.sync_api import Browser, Locator, expect

from course_utils.exercises import exercise, exercises
from course_utils.widgets import practice

pytestmark = pytest.mark.long

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LECTURES = sorted(NOTEBOOKS.glob("*.ipynb"))
START = """\
import os
os.chdir({folder!r})
import ipywidgets as widgets
import matplotlib.pyplot as plt
from IPython.display import display
from course_utils.widgets import *
"""
LIVE_FIGURE = """\
from live_figure import live
figure, ax = plt.subplots()
(line,) = ax.plot([0, 1], [0, 1])


def move(weight, text):
    line.set_ydata([0, weight])
    return f"{text} weight {weight:.2f}"


live(
    figure,
    move,
    weight=widgets.FloatSlider(1.2, min=-3, max=3, step=0.05, description="weight w"),
    text=widgets.ToggleButtons(options=["short", "long"], description="text"),
)
"""
TRAIN = """\
from train_yourself import TrainYourself
figure, _ = plt.subplots()
TrainYourself(
    figure,
    lambda attempt: f"drawn for {attempt and attempt.cell}",
    lambda cell, seed, watch: None,
    cells=["RNN", "LSTM"],
).display()
"""


@pytest.fixture(scope="module")
def vscode(browser: Browser, server: LabServer) -> Iterator[VSCodePage]:
    folder = server.root / "vscode"
    folder.mkdir()
    for path in (*NOTEBOOKS.glob("*.py"), NOTEBOOKS / "lecture.mplstyle"):
        shutil.copy(path, folder)
    with vscode_page(browser, server, build_host()) as window:
        window.run(START.format(folder=str(folder)))
        yield window
        assert window.failures() == []
        assert window.refused == []
        assert window.problems == []


def checked(vscode: VSCodePage, output: Locator, name: str) -> None:
    """Keep a picture, and let axe-core read the output: VS Code's white box is on a dark page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    output.screenshot(path=SCREENSHOTS / f"vscode_{name.replace(' ', '_')}.png")
    output.evaluate("(e) => e.setAttribute('data-under-test', '')")
    faults = grave_faults(vscode.page, "[data-under-test]")
    output.evaluate("(e) => e.removeAttribute('data-under-test')")
    assert faults == []


@pytest.mark.parametrize(
    ("cell", "field", "node"),
    [("lstm", "forget.b/0", "f"), ("gru", "update.b/0", "u"), ("rnn", "b/0", "h")],
)
def test_an_explorer(vscode: VSCodePage, cell: str, field: str, node: str) -> None:
    output = vscode.run(f"display(CellExplorer({cell!r}))")
    found = output.locator(".cell-explorer")
    found.get_by_text("All numbers as a table").click()
    name = {"f": "ft", "u": "Zt", "h": "ht"}[node]
    value = found.locator(f"[data-node='{node}'] .value").first
    before = str(value.text_content())
    found.get_by_role("tab", name={"gru": "update"}.get(cell, "")).first.click()
    slider = found.locator(f"[data-field='{field}']")
    for _ in range(3):
        slider.press("ArrowLeft")
    expect(value).not_to_have_text(before)
    row = found.locator(
        ".numbers tr", has=vscode.page.get_by_role("rowheader", name=name, exact=True)
    )
    expect(row.first.locator("td").first).to_have_text(str(value.text_content()))
    checked(vscode, output, cell)


VIEWS = {
    "GradientFlow()": ("forget_bias", "ArrowRight"),
    "ParameterCounter()": ("H", "ArrowRight"),
    "EmbeddingTable()": (None, ""),
    "SentenceGates()": ("at", "ArrowLeft"),
}


@pytest.mark.parametrize("source", VIEWS)
def test_a_view_with_a_few_controls(vscode: VSCodePage, source: str) -> None:
    output = vscode.run(f"display({source})")
    found = output.locator(".live-view")
    found.locator("svg.sheet .label").first.wait_for()
    words = found.get_by_role("status")
    before = words.inner_text()
    key, press = VIEWS[source]
    if key is None:
        found.locator("select[data-setting]").first.select_option(index=1)
    else:
        found.locator(f"[data-setting='{key}']").press(press)
    expect(words).not_to_have_text(before)
    found.get_by_text("All numbers as a table").click()
    checked(vscode, output, source.removesuffix("()"))


def test_a_live_figure(vscode: VSCodePage) -> None:
    output = vscode.run(LIVE_FIGURE)
    picture = output.locator("img")
    expect(picture).to_have_attribute("alt", "short weight 1.20")
    output.get_by_role("slider", name="weight w").press("ArrowRight")
    expect(picture).to_have_attribute("alt", "short weight 1.25")
    output.get_by_role("button", name="long").click()
    expect(picture).to_have_attribute("alt", "long weight 1.25")
    checked(vscode, output, "live figure")


def test_a_figure_that_trains(vscode: VSCodePage) -> None:
    output = vscode.run(TRAIN)
    expect(output.locator("img")).to_have_attribute("alt", "drawn for None")
    output.get_by_role("button", name="Train it yourself").click()
    expect(output.locator("img")).to_have_attribute("alt", "drawn for LSTM")
    checked(vscode, output, "train it yourself")


def test_a_box_of_practice(vscode: VSCodePage) -> None:
    output = vscode.run("display(practice('cell_counts'))")
    output.get_by_role("button", name="Check").click()
    expect(output.get_by_role("status").first).to_be_visible()
    checked(vscode, output, "practice")


def test_a_link_in_a_cell_of_markdown_sets_its_explorer(vscode: VSCodePage) -> None:
    vscode.markdown("[Shut the gate](#explore=mine&forget.b[0]=-6)")
    output = vscode.run("display(CellExplorer('lstm', name='mine'))")
    gate = output.locator("[data-node='f'] .value").first
    expect(gate).to_have_text("0.9975")
    vscode.page.get_by_role("link", name="Shut the gate").click()
    expect(gate).to_have_text("0.0025")


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_the_text_of_a_lecture(vscode: VSCodePage, path: Path) -> None:
    lecture = nbformat.read(path, as_version=4)
    texts = [cell.source for cell in lecture.cells if cell.cell_type == "markdown"]
    assert texts
    assert [fault for text in texts for fault in vscode.unread(text)] == []


def test_a_formula_that_cannot_be_read_is_found(vscode: VSCodePage) -> None:
    assert len(vscode.unread("$\\nothing_like_it$ and $ 5")) == 2


@pytest.mark.parametrize("name", exercises())
def test_the_text_of_an_exercise(vscode: VSCodePage, name: str) -> None:
    known = exercise(name)
    data = known.draw(student="practice", attempt=0)
    (said,) = practice(name).children[0].outputs
    for text in (known.statement(data), said["data"]["text/markdown"]):
        assert vscode.unread(text) == []
    assert vscode.unread(f"$$\n{known.steps(data)}\n$$") == []


def test_a_kernel_that_is_gone_is_said_and_the_numbers_stay(
    browser: Browser, server: LabServer
) -> None:
    with vscode_page(browser, server, build_host()) as window:
        window.run("from IPython.display import display\nfrom course_utils.widgets import *")
        output = window.run("display(CellExplorer('lstm'))")
        gate = output.locator("[data-node='f'] .value").first
        expect(gate).to_have_text("0.9975")
        window.shut_kernel_down()
        output.locator("[data-field='forget.b/0']").press("ArrowLeft")
        expect(output.get_by_role("status").first).to_contain_text("kernel does not answer")
        expect(output.locator("[data-field='forget.b/0']")).to_have_value("5.9")
