"""The explorer through time, by links in the text, by other conventions, ahead of its kernel."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.lab_page import SCREENSHOTS, LabPage, lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, expect

LSTM = "from course_utils.widgets import CellExplorer\nlstm = CellExplorer('lstm')\nlstm"
GRU = "gru = CellExplorer('gru')\ngru"
TEXT = """\
Take [Remember, with the gate half open](#explore=lstm&preset=remember&forget.b[0]=0), \
[look at the third step](#explore=lstm&step=3), \
[ask for what is not there](#explore=lstm&preset=shrink) or \
[read it as Chung does](#explore=gru&mix=writes).
"""


def add_text(path: Path, text: str) -> None:
    """Put a Markdown cell at the end of a notebook."""
    notebook = json.loads(path.read_text())
    notebook["cells"].append(
        {"cell_type": "markdown", "id": "text", "metadata": {}, "source": text}
    )
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def lab(browser: Browser, server: LabServer) -> Iterator[LabPage]:
    """One window with an LSTM, a GRU, a cell to write in, and text with links."""
    path = server.root / "story.ipynb"
    write_notebook(path, LSTM, GRU, "0")
    add_text(path, TEXT)
    with lab_page(browser, server, height=1000) as window:
        window.open(path.name)
        window.hide_side_bar()
        window.run_all()
        assert window.error_outputs() == []
        yield window
        assert window.problems == []


def fresh(lab: LabPage, number: int = 0, preset: str = "remember") -> Locator:
    """An explorer back on a preset, which also undoes steps and conventions."""
    explorer = lab.explorer(number)
    other = "remember" if preset == "one_weight" else "one_weight"
    for name in (other, preset):
        explorer.get_by_label("Preset").select_option(name)
        same = "All weights are 0"
        status = expect(explorer.get_by_role("status"))
        (status.to_contain_text if name == "one_weight" else status.not_to_contain_text)(same)
    return explorer


def value(explorer: Locator, name: str) -> Locator:
    return explorer.locator(f"[data-node='{name}'].node .value").first


def lengthen(explorer: Locator, count: int) -> None:
    for t in range(2, count + 1):
        explorer.get_by_role("button", name="Add a step").click()
        expect(explorer.locator(".where")).to_have_text(f"step {t} of {t}")


def type_input(explorer: Locator, step: int, text: str) -> None:
    box = explorer.get_by_label(f"Input of step {step}")
    box.fill(text)
    box.press("Enter")


def test_a_state_is_carried_from_step_to_step(lab: LabPage) -> None:
    explorer = fresh(lab, preset="one_weight")  # f = i = o = 0.5, the candidate is tanh(x)
    expect(explorer.locator(".where")).to_have_text("one step")
    lengthen(explorer, 3)
    for name, gone in (("One step back", "step 2 of 3"), ("First step", "step 1 of 3")):
        explorer.get_by_role("button", name=name).click()
        expect(explorer.locator(".where")).to_have_text(gone)
    expect(explorer.get_by_role("button", name="One step back")).to_be_disabled()
    first = value(explorer, "c").text_content()
    assert first == "0.7808"  # 0.5 · 0.8 + 0.5 · tanh(1)
    explorer.get_by_role("button", name="One step on").click()
    expect(value(explorer, "c_prev")).to_have_text(first)
    expect(value(explorer, "c")).to_have_text("0.3904")  # x_2 = 0: half of it is left
    ghost = explorer.locator(".bars rect.ghost").first
    bar = explorer.locator(".bars rect.bar.role-state").first
    assert float(ghost.get_attribute("width")) == pytest.approx(
        2 * float(bar.get_attribute("width")), abs=0.2
    )
    type_input(explorer, 2, "-1")
    expect(value(explorer, "c")).to_have_text("0.0096")
    lab.screenshot("explorer_steps_1400", explorer)


def test_the_steps_by_keyboard_and_what_they_are_called(lab: LabPage) -> None:
    explorer = fresh(lab, preset="one_weight")
    lengthen(explorer, 3)
    head = explorer.get_by_role("button", name="Step 1", exact=True)
    head.focus()
    lab.page.keyboard.press("Enter")
    expect(explorer.locator(".where")).to_have_text("step 1 of 3")
    expect(head).to_have_attribute("aria-current", "step")
    expect(head).to_be_focused()
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Space")
    expect(explorer.locator(".where")).to_have_text("step 2 of 3")
    expect(explorer.locator("[aria-current]")).to_have_text("2")


def test_it_plays_to_the_end_and_stops(lab: LabPage) -> None:
    explorer = fresh(lab, preset="one_weight")
    lengthen(explorer, 3)
    play = explorer.get_by_role("button", name="Play all steps")
    play.click()
    expect(explorer.locator(".where")).to_have_text("step 1 of 3")
    expect(explorer.get_by_role("button", name="Pause")).to_be_visible()
    expect(explorer.locator(".where")).to_have_text("step 3 of 3")
    expect(play).to_be_visible()


def test_a_wrong_input_of_a_step_is_said_and_stays(lab: LabPage) -> None:
    explorer = fresh(lab, preset="one_weight")
    lengthen(explorer, 2)
    for typed, said in (
        ("two", "“two” is not a number"),
        ("", "the box is empty"),
        ("9", "outside"),
    ):
        type_input(explorer, 1, typed)
        expect(explorer.get_by_role("status")).to_contain_text("x1, entry 1: ")
        expect(explorer.get_by_role("status")).to_contain_text(said)
        expect(explorer.get_by_label("Input of step 1")).to_have_value("1")
    explorer.get_by_role("button", name="Reset all").click()
    expect(explorer.locator(".where")).to_have_text("one step")


def test_a_link_in_the_text_sets_the_figure(lab: LabPage) -> None:
    explorer = fresh(lab, preset="hide")
    lab.cell(3)
    link = lab.page.get_by_role("link", name="Remember, with the gate half open")
    link.focus()
    address = lab.page.url
    lab.page.keyboard.press("Enter")
    explorer = lab.explorer(0)
    expect(value(explorer, "f")).to_have_text("0.5000")
    expect(value(explorer, "o")).to_have_text("0.9975")
    expect(explorer.get_by_label("Preset")).to_have_value("remember")
    expect(explorer.locator("[data-field='forget.b/0']")).to_have_value("0")
    assert lab.page.url == address


def test_a_link_that_asks_for_nothing_is_said(lab: LabPage) -> None:
    fresh(lab, preset="hide")
    for text, said in (
        ("ask for what is not there", "preset is 'shrink', expected one of"),
        ("look at the third step", "step is '3', expected 1 to 1"),
    ):
        lab.cell(3)
        lab.page.get_by_role("link", name=text).click()
        explorer = lab.explorer(0)
        expect(explorer.get_by_role("status")).to_contain_text(said)
        expect(explorer.get_by_label("Preset")).to_have_value("hide")


def test_a_link_is_for_the_explorer_that_it_names(lab: LabPage) -> None:
    gru = fresh(lab, 1)
    before = value(lab.explorer(0), "h").text_content()
    lab.cell(3)
    lab.page.get_by_role("link", name="read it as Chung does").click()
    gru = lab.explorer(1)
    expect(value(gru, "h")).to_have_text(re.compile("^0.19"))
    assert value(lab.explorer(0), "h").text_content() == before


def test_another_convention_computes_anew_and_the_choice_keeps_the_focus(lab: LabPage) -> None:
    gru = fresh(lab, 1)
    expect(value(gru, "h")).to_have_text("0.7985")
    gru.locator(".conventions summary").click()
    mix = gru.locator("[data-keep=by-mix]")
    mix.focus()
    mix.select_option("writes")
    expect(value(gru, "h")).to_have_text("0.1960")
    expect(gru.get_by_role("status")).to_contain_text("Chung")
    expect(gru.locator(".conventions summary")).to_contain_text("writes the new (Chung)")
    expect(mix).to_be_focused()
    gru.locator("[data-keep=by-biases]").select_option("two")
    expect(gru.locator("th", has_text="bh")).to_be_visible()
    gru.locator("[data-keep=by-reset]").select_option("after")
    node = gru.locator("[data-node='from_h'].node")
    node.focus()
    expect(gru.locator(".equation")).to_contain_text("0.9975·(1.5·0.8 + 0) = 1.1970")
    lab.screenshot("explorer_conventions_1400", gru)
    gru.get_by_role("button", name="Reset all").click()
    expect(value(gru, "h")).to_have_text("0.7985")


def test_what_python_sets_is_shown_and_what_is_moved_next_starts_there(lab: LabPage) -> None:
    explorer = fresh(lab, preset="one_weight")
    slider = explorer.locator("[data-field='forget.b/0']")
    slider.focus()
    slider.press("ArrowRight")
    expect(value(explorer, "z_f")).to_have_text("0.1000")
    lab.run_cell(2, "lstm.state = lstm.state._replace(c=[0.0])")
    expect(value(explorer, "kept")).to_have_text("0.0000")
    slider.press("ArrowRight")
    expect(value(explorer, "z_f")).to_have_text("0.2000")
    expect(value(explorer, "kept")).to_have_text("0.0000")


def test_a_move_is_drawn_at_once_and_python_ends_where_the_slider_does(lab: LabPage) -> None:
    """A hundred moves in a row, faster than any kernel answers, while another cell is running."""
    explorer = fresh(lab, preset="remember")
    lab.start_cell(2, "import time; time.sleep(3)")
    slider = explorer.locator("[data-field='forget.b/0']")
    shown = slider.evaluate(
        """(slider) => {
          const sum = slider.closest(".cell-explorer").querySelector("[data-node=z_f] .value");
          return Array.from({ length: 100 }, (_, k) => {
            slider.value = 6 - k / 10;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            return sum.textContent;
          });
        }"""
    )
    assert shown == [f"{6 - k / 10:.4f}".replace("-", "−") for k in range(100)]
    # what waited goes out when the kernel has answered what went before
    tries = (said_by_python(lab, 2, "lstm.params.forget.b[0]") for _ in range(20))
    assert any("-3.9" in said for said in tries)
    expect(explorer.get_by_role("status")).not_to_contain_text("does not answer")


def said_by_python(lab: LabPage, number: int, source: str) -> str:
    lab.run_cell(number, source)
    outputs = lab.cells()[number]["outputs"]
    return "".join(outputs[0]["data"]["text/plain"]) if outputs else ""


def test_twelve_steps_fit_800_pixels(browser: Browser, server: LabServer) -> None:
    source = (
        "from course_utils.widgets import CellExplorer\n"
        "e = CellExplorer('lstm', preset='exam_2')\n"
        "e.x = [[0, 2]] * 12\n"
        "e.step = 7\n"
        "e"
    )
    write_notebook(server.root / "long.ipynb", source)
    with lab_page(browser, server, width=800, height=1100) as lab:
        lab.open("long.ipynb")
        lab.hide_side_bar()
        lab.run_all()
        explorer = lab.explorer()
        expect(explorer.locator(".where")).to_have_text("step 7 of 12")
        assert explorer.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        table = explorer.locator(".steps .scroll")
        lab.screenshot("explorer_steps_800", explorer)
        last = explorer.get_by_role("button", name="Step 12", exact=True)
        last.focus()
        assert table.evaluate("(t) => t.scrollWidth <= t.clientWidth || t.scrollLeft > 0")
        lab.dark_theme()
        lab.screenshot("explorer_steps_800_dark", lab.explorer())
        assert lab.problems == []


def test_notebook_7_shows_it_and_follows_links(browser: Browser, server: LabServer) -> None:
    path = server.root / "seven.ipynb"
    write_notebook(path, LSTM)
    add_text(path, TEXT)
    with browser.new_context(viewport={"width": 1200, "height": 1100}) as context:
        context.set_default_timeout(60_000)
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(f"{server.url}/notebooks/{path.name}")
        page.locator(".jp-CodeCell .cm-content").first.click()
        idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")
        idle.wait_for()
        page.keyboard.press("Shift+Enter")
        explorer = page.locator(".cell-explorer")
        explorer.locator("svg.cell-diagram").wait_for()
        idle.wait_for()
        page.wait_for_timeout(1000)  # the notebook moves the focus to the next cell
        slider = explorer.locator("[data-field='forget.b/0']")
        slider.press("ArrowLeft")
        expect(value(explorer, "z_f")).to_have_text("5.9000", timeout=30_000)
        page.get_by_role("link", name="Remember, with the gate half open").click()
        expect(value(explorer, "f")).to_have_text("0.5000")
        page.screenshot(path=SCREENSHOTS / "explorer_notebook_7.png")
        page.evaluate("window.jupyterapp?.shell?.currentWidget?.sessionContext?.shutdown()")
        assert errors == []
