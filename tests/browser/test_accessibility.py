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
from browser.formulas import subscript_is_lowered
from browser.lab_page import LabPage, lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, Page, expect

from course_utils import widgets
from course_utils.exercises import exercise
from course_utils.widgets.page import CELL, VIEW
from tests.tiers import long_but

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
RECURRENCE = """\
Recurrence(
    "h_0 = 0.5    h_t = tanh(w h_{t-1})    m_t = w",
    [Slider("w", "weight w", -3, 3, 0.05)],
    [Panel([Curve("h", "h_{t}"), Curve("m", "w", dashed=True)], -1, 1, wanted={9: (0, 1)})],
    says="After 10 steps h is {h_10}.",
    w=1.2,
)"""
VIEWS = {
    "gradient flow": "GradientFlow()",
    "embedding": "EmbeddingTable()",
    "trained embedding": "EmbeddingTable.trained()",
    "counter": "ParameterCounter()",
    "counter, real size": "ParameterCounter(V=10_000, D=100, H=200)",
    "sentence": "SentenceGates()",
    "text writer": "TextWriter()",
    "unit text": "UnitText()",
    "who listens": "WhoListens()",
    "recurrence": RECURRENCE,
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


_SESSION = "window.jupyterapp.shell.currentWidget.sessionContext"


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


@pytest.fixture(params=["light", pytest.param("dark", marks=pytest.mark.long)])
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


@pytest.mark.parametrize("name", long_but(["lstm"], EXPLORERS))
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
    explorer.locator(".share").evaluate("(menu) => (menu.open = true)")
    explorer.get_by_role("button", name="Copy as Python").click()
    folded = explorer.locator("details:not([open]) > summary")
    while folded.count():  # each click makes one fewer
        folded.first.click()
    assert grave_faults(lab.page, OUTPUT) == []
    lab.screenshot(f"axe_{name.replace(', ', '_')}_{theme}", explorer)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_with_its_table_and_with_a_problem(lab: LabPage, theme: str, name: str) -> None:
    found = view(lab, name).locator(".live-view")
    found.locator("svg.sheet .label").first.wait_for()
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


def test_a_figure_and_a_box_say_that_their_kernel_is_gone_and_keep_their_state(
    browser: Browser, server: LabServer, lab: LabPage
) -> None:
    box = "from course_utils.widgets import practice\npractice('forget_gate')"
    write_notebook(server.root / "views" / "gone.ipynb", LIVE, box)
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
        cell = window.cell(1)
        typed = cell.get_by_role("textbox", name="place 1").first
        typed.fill("0.5")
        cell.get_by_role("button", name="Check").click()
        expect(cell.get_by_text("The kernel does not answer")).to_be_visible()
        expect(typed).to_have_value("0.5")
        typed.fill("0.55")  # a new kernel, and the cell run again, give it back
        window.page.evaluate(NEW_KERNEL)
        window.run_cell(1, box)
        expect(cell.get_by_role("textbox", name="place 1").first).to_have_value("0.55")


NEW_KERNEL = f"""async () => {{
  const choose = () => {_SESSION}.changeKernel({{ name: 'python3' }});
  await choose().catch(choose);
}}"""
"""Choose a kernel as from the menu; once more where the server has let the session go by now."""

ICONS = """(cell) => [...cell.querySelectorAll(".jupyter-widgets-disconnected")].filter((part) => {
  const icon = getComputedStyle(part, "::before");
  return icon.content !== "none" && icon.display !== "none";
}).length"""
"""How many icons of a broken link JupyterLab shows in a cell."""


def typed(cell: Locator) -> list[str]:
    return [box.input_value() for box in cell.get_by_role("textbox", name="i_t").all()]


def test_what_is_no_number_is_marked_in_its_place_and_enter_goes_on_when_all_is_right(
    lab: LabPage,
) -> None:
    cell = view(lab, "vectors")
    states = exercise("lstm_states")
    posed = cell.locator(".jp-RenderedMarkdown").first
    problem = posed.inner_text()
    for name, values in states.solve(states.draw(student="practice")).items():
        for place, value in enumerate(values, start=1):
            box = cell.get_by_role("textbox", name=f"{name}, place {place}", exact=True)
            box.fill(f"2·({value / 2:.7f})".replace(".", ","))
    wrong = cell.get_by_role("textbox", name="C_t, place 2", exact=True)
    last = cell.get_by_role("textbox", name="h_t, place 3", exact=True)
    typed = wrong.input_value()
    wrong.fill("1/(2-2)")
    last.press("Enter")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(cell.get_by_text("divides by zero in 1 / (2 - 2)")).to_be_visible()
    expect(cell.locator("input[aria-invalid]")).to_have_count(1)
    assert grave_faults(lab.page, OUTPUT) == []
    wrong.fill(typed)
    last.press("Enter")
    expect(cell.get_by_text("Enter brings another problem")).to_be_visible()
    expect(cell.locator("input[aria-invalid]")).to_have_count(0)
    last.press("Enter")
    first = cell.get_by_role("textbox", name="z_i, place 1")
    expect(first).to_be_focused()
    expect(first).to_have_value("")
    assert posed.inner_text() != problem


def test_another_problem_takes_the_focus_along(lab: LabPage) -> None:
    cell = view(lab, "vectors")
    cell.get_by_role("textbox", name="z_i, place 1").fill("0.5")
    cell.get_by_role("button", name="Another").click()
    first = cell.get_by_role("textbox", name="z_i, place 1")
    expect(first).to_be_focused()
    expect(first).to_have_value("")
    assert subscript_is_lowered(cell.locator("msub").first)


def test_after_a_restart_each_view_says_what_to_do_and_a_box_gets_back_what_was_typed(
    lab: LabPage,
) -> None:
    """The last of the tests in this window: its kernel is another now."""
    cell = view(lab, "vectors")
    problem = cell.locator(".jp-OutputArea p").first.inner_text()
    cell.get_by_role("textbox", name="i_t, place 1").fill("0.25")
    cell.get_by_role("textbox", name="i_t, place 2").fill("one")
    lab.restart_kernel()
    for name in ("lstm", "gradient flow", "vectors", "formulas", "live figure", *list(FIGURES)[1:]):
        cell = view(lab, name)
        expect(cell.get_by_text("The kernel was restarted")).to_have_count(1)
        assert cell.evaluate(ICONS) == 0, name
        assert grave_faults(lab.page, OUTPUT) == []
    cell = view(lab, "vectors")
    expect(cell.get_by_text("What you typed comes back")).to_be_visible()
    expect(cell.get_by_role("button", name="Check")).to_be_disabled()
    assert typed(cell) == ["0.25", "one", ""]
    cell.get_by_role("textbox", name="i_t, place 3").fill("0.75")
    lab.screenshot("restarted_1400")

    lab.run_cell(0, "from course_utils.widgets import *")
    lab.run_cell(PLACES["vectors"], BOXES["vectors"])
    cell = view(lab, "vectors")
    expect(cell.get_by_role("textbox", name="i_t, place 3")).to_have_value("0.75")
    assert typed(cell) == ["0.25", "one", "0.75"]
    assert cell.locator(".jp-OutputArea p").first.inner_text() == problem
    cell.get_by_role("button", name="Check").click()
    expect(cell.get_by_text('holds the text "one" in entry')).to_be_visible()
    expect(cell.get_by_text("The kernel was restarted")).to_have_count(0)


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


TEXTS_OUTSIDE_CODE = """[...document.querySelectorAll(".jp-RenderedMarkdown")].map((text) => {
  const copy = text.cloneNode(true);
  copy.querySelectorAll("code, pre").forEach((code) => code.remove());
  return copy.textContent;
}).join(" ")"""


@pytest.mark.parametrize(
    "path", long_but(["02_words_in_words_out"], EXPORTED, lambda path: path.stem)
)
def test_an_exported_page(offline: Page, tmp_path: Path, path: Path) -> None:
    # the command itself, with the configuration that an installed course has
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(path), "--output-dir"]
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": str(Path(widgets.__file__).parent)}
    subprocess.run([*command, str(tmp_path)], check=True, capture_output=True, env=environment)
    offline.goto((tmp_path / f"{path.stem}.html").as_uri())
    assert "$" not in offline.evaluate(TEXTS_OUTSIDE_CODE)
    if path.stem != "00_start_here":
        assert subscript_is_lowered(offline.locator("msub").first)
    pictures = offline.locator(".jp-OutputArea img")
    stored = [data for data in stored_data(path) if "image/png" in data]
    living = sum(CELL in data or VIEW in data for data in stored)
    for figure in offline.locator(".live-figure").all():
        figure.scroll_into_view_if_needed()  # those of trained networks live once they are near
    drawn = offline.locator(".cell-explorer").locator("svg.cell-diagram, svg.sheet")
    expect(drawn).to_have_count(living)
    assert pictures.count() == len(stored) - living
    for picture in pictures.all():
        words = picture.get_attribute("alt") or ""
        assert len(words) > 20
        assert "No description has been provided" not in words
    assert grave_faults(offline, but_not=NBCONVERTS, rules_off=["link-in-text-block"]) == []
