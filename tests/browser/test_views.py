"""The views with a few controls as a person meets them: in JupyterLab, in a real browser."""

import re
from collections.abc import Iterator

import nbformat
import pytest
from browser.lab_page import LabPage, lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, expect

IMPORTS = "from course_utils.widgets import *"
SOURCES = {
    "gradient flow": "flow = GradientFlow()\nflow",
    "counter": "count = ParameterCounter()\ncount",
    "embedding": "table = EmbeddingTable()\ntable",
    "trained embedding": "EmbeddingTable.trained()",
    "sentence": "reader = SentenceGates()\nreader",
    "recurrence": """\
Recurrence(
    "h_0 = 0.5    h_t = tanh(w h_{t-1})    m_t = w",
    [Slider("w", "weight w", -3, 3, 0.05)],
    [Panel([Curve("h", "h_{t}"), Curve("m", "w", dashed=True)], -1, 1, wanted={9: (0, 1)})],
    says="After 10 steps h is {h_10}.",
    w=1.2,
)""",
}
WRITING = {
    "text writer": "TextWriter()",
    "unit text": "UnitText()",
    "who listens": "WhoListens()",
}
PLACES = {name: place for place, name in enumerate([*SOURCES, *WRITING], start=1)}
LAST = len(PLACES) + 1
"""An empty cell for more Python."""
VIEWS = pytest.mark.parametrize("name", SOURCES)


@pytest.fixture(scope="module")
def lab(browser: Browser, server: LabServer) -> Iterator[LabPage]:
    """One window with every view, for all the tests that only use them."""
    sources = [*SOURCES.values(), *WRITING.values()]
    write_notebook(server.root / "views.ipynb", IMPORTS, *sources, "1 + 1")
    with lab_page(browser, server, height=1000) as window:
        window.open("views.ipynb")
        window.hide_side_bar()
        window.run_all()
        assert window.error_outputs() == []
        yield window
        assert window.problems == []


def view(lab: LabPage, name: str) -> Locator:
    """A view, back to how it started."""
    found = lab.cell(PLACES[name]).locator(".live-view")
    found.locator("svg.sheet .label").first.wait_for()
    found.get_by_role("button", name="Reset").click()
    expect(found).not_to_have_attribute("data-waiting", "yes")
    return found


def status(found: Locator) -> Locator:
    return found.get_by_role("status")


def control(found: Locator, key: str) -> Locator:
    return found.locator(f"[data-setting='{key}']")


def number_box(found: Locator, key: str) -> Locator:
    return found.locator(f"[data-number='{key}']")


def drawn(found: Locator) -> str:
    """All marks of the picture."""
    return found.locator("svg.sheet > g").first.inner_html()


@VIEWS
def test_it_starts_drawn_with_words_and_a_table(lab: LabPage, name: str) -> None:
    found = view(lab, name)
    sheet = found.locator("svg.sheet")
    assert sheet.locator("path").count() >= 5
    words = status(found).inner_text()
    # a subscript is read without the line break that laying it out may bring
    told = (sheet.get_attribute("aria-label") or "").replace("_", "").replace(" ", "")
    assert "".join(words.split()) in told
    assert not found.locator("table").first.is_visible()
    found.locator("summary").click()
    rows = found.locator("table").first.locator("tbody tr")
    expect(rows.first).to_be_visible()
    assert rows.count() >= 5
    found.locator("summary").click()
    lab.screenshot(f"view_{name.replace(' ', '_')}_1400", found)


def test_a_slider_moved_by_keyboard_moves_curves_words_and_table(lab: LabPage) -> None:
    found = view(lab, "gradient flow")
    found.locator("summary").click()
    expect(status(found)).to_contain_text("LSTM 22 of 59 steps")
    before = drawn(found)
    control(found, "forget_bias").focus()
    for _ in range(8):  # from 1 to 3
        lab.page.keyboard.press("ArrowRight")
    expect(number_box(found, "forget_bias")).to_have_value("3")
    expect(status(found)).to_contain_text("RNN 11 of 59 steps; LSTM all 59 steps; GRU 17")
    expect(found.locator("tbody tr").last.locator("td").nth(1)).to_have_text("59")
    assert drawn(found) != before
    found.locator("summary").click()


def test_plain_keys_stay_in_the_view(lab: LabPage) -> None:
    """In command mode JupyterLab would cut, move and delete cells on plain keys."""
    found = view(lab, "gradient flow")
    count = len(lab.cells())
    control(found, "radius").focus()
    for key in ("x", "d", "d", "b", "ArrowDown", "ArrowDown"):
        lab.page.keyboard.press(key)
    assert len(lab.cells()) == count
    expect(control(found, "radius")).to_be_focused()


def test_tab_reaches_every_control_in_turn(lab: LabPage) -> None:
    for name in SOURCES:
        found = view(lab, name)
        inputs = found.locator("select, input, button, summary")
        inputs.first.focus()
        for k in range(inputs.count()):
            expect(inputs.nth(k)).to_be_focused()
            lab.page.keyboard.press("Tab")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("99", "99 is outside 0 to 4. It stays at 0.9."),
        ("", "the box is empty, expected a number. It stays at 0.9."),
        ("two", "“two” is not a number. It stays at 0.9."),
    ],
)
def test_what_cannot_be_set_is_said_and_changes_nothing(
    lab: LabPage, typed: str, answer: str
) -> None:
    found = view(lab, "gradient flow")
    before = drawn(found)
    box = number_box(found, "radius")
    box.fill(typed)
    box.press("Enter")
    expect(status(found)).to_contain_text(f"spectral radius: {answer}")
    expect(box).to_have_value("0.9")
    assert drawn(found) == before
    box.fill("1,2")
    box.press("Enter")
    expect(status(found)).to_contain_text("Above 1%")
    expect(control(found, "radius")).to_have_value("1.2")


def test_presets_say_what_to_look_for_and_reset_goes_back(lab: LabPage) -> None:
    found = view(lab, "counter")
    found.get_by_label("Preset").select_option("Exam 1, LSTM")
    expect(status(found)).to_contain_text("128 weights and 16 biases")
    expect(found.locator("svg.sheet")).to_have_attribute(
        "aria-label", re.compile(r"= 144 numbers\.$")
    )
    control(found, "convention").select_option("PyTorch")
    expect(status(found)).to_contain_text("= 160 numbers.")
    expect(found.get_by_label("Preset")).to_have_value("")
    found.get_by_role("button", name="Reset").click()
    expect(status(found)).to_contain_text("= 168 numbers.")
    expect(control(found, "cell")).to_have_value("rnn")


def test_more_may_be_typed_than_the_slider_reaches(lab: LabPage) -> None:
    found = view(lab, "counter")
    box = number_box(found, "V")
    box.fill("10000")
    box.press("Enter")
    expect(status(found)).to_contain_text("E 10,000×6")
    expect(box).to_have_value("10000")


def test_what_does_not_go_together_is_said(lab: LabPage) -> None:
    found = view(lab, "counter")
    control(found, "tied").click()
    expect(status(found)).to_contain_text("tied weights need E = H, got E = 6 and H = 5")
    expect(control(found, "tied")).not_to_be_checked()
    expect(found.locator("svg.sheet")).to_have_attribute(
        "aria-label", re.compile(r"= 168 numbers\.$")
    )


def test_a_row_clicked_is_the_word(lab: LabPage) -> None:
    found = view(lab, "embedding")
    found.locator("rect.pick").nth(1).click()
    expect(status(found)).to_contain_text("“writer” is row 1 of E: 1, −0.5, 0, 1, 0.")
    expect(control(found, "word")).to_have_value("writer")


def test_a_sentence_lights_up_as_it_is_typed(lab: LabPage) -> None:
    found = view(lab, "sentence")
    box = control(found, "sentence")
    box.fill("")
    box.press_sequentially("the keys of the wri")
    expect(status(found)).to_contain_text("After “the keys of the” it expects")
    box.press_sequentially("ter")
    expect(status(found)).to_contain_text("After “the keys of the writer” it expects “are”")
    expect(control(found, "at")).to_have_value("5")
    box.press("Enter")
    expect(box).to_have_value("the keys of the writer")
    assert found.locator("rect.pick").count() == 6
    found.locator("rect.pick").nth(2).click()
    expect(status(found)).to_contain_text("After “the keys” it expects")
    lab.screenshot("view_sentence_typed_1400", found)


def test_an_unknown_word_is_named_and_stays_in_the_box(lab: LabPage) -> None:
    found = view(lab, "sentence")
    before = drawn(found)
    box = control(found, "sentence")
    box.fill("the writter of the books")
    box.press("Enter")
    expect(status(found)).to_contain_text("“writter” is none of the 69 words that the model knows")
    expect(status(found)).to_contain_text("near it are writer")
    expect(box).to_have_value("the writter of the books")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert drawn(found) == before
    box.fill("")
    box.press("Enter")
    expect(status(found)).to_contain_text("there is no word in the box")
    box.fill("The Writers of the books")
    box.press("Enter")
    expect(box).to_have_value("the writers of the books")
    expect(box).to_have_attribute("aria-invalid", "false")
    expect(status(found)).to_contain_text("it expects “are”")


def test_a_network_goes_on_from_what_is_typed(lab: LabPage) -> None:
    found = view(lab, "text writer")
    box = control(found, "prompt")
    before = drawn(found)
    box.fill("The old whale ")
    expect(status(found)).to_contain_text("After “The old whale” the network wrote 360")
    expect(found.locator("svg.sheet .label.bold")).to_have_text("The old whale")
    after = drawn(found)
    assert after != before
    control(found, "temperature").focus()
    lab.page.keyboard.press("ArrowRight")
    expect(status(found)).to_contain_text("at temperature 0.6.")
    assert drawn(found) != after
    box.fill("Größe")
    box.press("Enter")
    expect(status(found)).to_contain_text("“ö” does not occur in the novel")
    expect(box).to_have_attribute("aria-invalid", "true")
    lab.screenshot("view_text_writer_1400", found)


def test_a_letter_clicked_says_its_number(lab: LabPage) -> None:
    found = view(lab, "unit text")
    found.get_by_label("Preset").select_option("Inside quotation marks")
    expect(status(found)).to_contain_text("Orange from an opening mark on")
    found.locator("rect.pick").nth(30).click()
    expect(status(found)).to_contain_text("Unit 173, cell state C:")
    expect(status(found)).to_contain_text("after letter 31, ")
    lab.screenshot("view_unit_text_1400", found)


def test_three_networks_say_what_they_listen_to_before_a_letter(lab: LabPage) -> None:
    found = view(lab, "who listens")
    before = drawn(found)
    found.locator("rect.pick").nth(20).click()
    expect(status(found)).to_contain_text("Letter 22, ")
    assert drawn(found) != before
    found.locator("summary").click()
    assert found.locator("table").first.locator("tbody tr").count() == 3
    lab.screenshot("view_who_listens_1400", found)


def test_python_and_view_stay_together(lab: LabPage) -> None:
    found = view(lab, "gradient flow")
    lab.run_cell(LAST, "flow.set(radius=2.0, steps=30)")
    found = lab.cell(PLACES["gradient flow"]).locator(".live-view")
    expect(number_box(found, "radius")).to_have_value("2")
    control(found, "steps").press("ArrowLeft")
    expect(status(found)).to_contain_text("RNN all 28 steps")
    lab.run_cell(LAST, "flow.settings['steps']")
    assert lab.cells()[LAST]["outputs"][0]["data"]["text/plain"] == "29"


def test_they_fit_800_pixels(browser: Browser, server: LabServer) -> None:
    write_notebook(server.root / "narrow_views.ipynb", IMPORTS, *SOURCES.values())
    with lab_page(browser, server, width=800, height=1000) as narrow:
        narrow.open("narrow_views.ipynb")
        narrow.hide_side_bar()
        narrow.run_all()
        for name in SOURCES:
            found = view(narrow, name)
            widths = found.evaluate(
                "(e) => [e.scrollWidth, e.clientWidth, e.parentElement.clientWidth]"
            )
            assert widths == sorted(widths), name
            beyond = found.evaluate(BEYOND)
            assert beyond == [], name
            narrow.screenshot(f"view_{name.replace(' ', '_')}_800", found)
        assert narrow.problems == []


BEYOND = """(e) => {
  const sheet = e.querySelector("svg.sheet").getBoundingClientRect();
  return [...e.querySelectorAll("svg.sheet text")]
    .filter((t) => {
      const box = t.getBoundingClientRect();
      return box.left < sheet.left - 1 || box.right > sheet.right + 1 || box.top < sheet.top - 1;
    })
    .map((t) => t.textContent);
}"""


def test_a_kernel_that_is_gone_is_said_and_the_figure_goes_on(
    browser: Browser, server: LabServer
) -> None:
    write_notebook(server.root / "gone_view.ipynb", IMPORTS, "GradientFlow()")
    with lab_page(browser, server) as lab:
        lab.open("gone_view.ipynb")
        lab.hide_side_bar()
        lab.run_all()
        found = lab.cell(1).locator(".live-view")
        found.locator("svg.sheet path").first.wait_for()
        before = drawn(found)
        lab.shut_kernel_down()
        control(found, "radius").press("ArrowRight")
        expect(number_box(found, "radius")).to_have_value("0.95")
        assert drawn(found) != before
        expect(status(found)).to_contain_text("kernel does not answer")
        found.get_by_label("Preset").select_option("Gates open")
        expect(control(found, "forget_bias")).to_have_value("3")
        found.get_by_role("button", name="Copy link").click()
        expect(found.locator("pre.code")).to_have_text(
            "#explore=gradient-flow&radius=0.9&forget_bias=3&update_bias=3&steps=60&draw=0"
        )


def test_a_link_in_the_text_sets_its_view(browser: Browser, server: LabServer) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(
                "[Open the gates](#explore=gradient-flow&forget_bias=3&update_bias=3), or "
                "[go too far](#explore=gradient-flow&radius=9)."
            ),
            nbformat.v4.new_code_cell(f"{IMPORTS}\nGradientFlow()"),
            nbformat.v4.new_code_cell("ParameterCounter()"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, server.root / "linked.ipynb")
    with lab_page(browser, server) as lab:
        lab.open("linked.ipynb")
        lab.hide_side_bar()
        lab.run_all()
        found = view(lab, "gradient flow")
        lab.page.get_by_role("link", name="Open the gates").click()
        expect(status(found)).to_contain_text("RNN 11 of 59 steps; LSTM all 59 steps; GRU all 59")
        lab.page.get_by_role("link", name="go too far").click()
        expect(status(found)).to_contain_text("The link cannot be followed. spectral radius: 9 is")
        expect(number_box(found, "radius")).to_have_value("0.9")
        expect(status(view(lab, "counter"))).to_contain_text("= 168 numbers.")
        assert lab.problems == []


def test_it_works_in_notebook_7(browser: Browser, server: LabServer) -> None:
    write_notebook(server.root / "seven.ipynb", IMPORTS, "GradientFlow()")
    page = browser.new_page()
    page.set_default_timeout(60_000)
    heard: list[str] = []
    page.on("console", lambda message: message.type == "error" and heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(f"{server.url}/notebooks/seven.ipynb")
    # before its kernel is there, Notebook 7 lets the command pass unheard
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")
    idle.wait_for(state="attached")
    page.wait_for_timeout(2000)
    page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    found = page.locator(".live-view")
    page.locator(".jp-InputPrompt", has_text="[2]").wait_for()
    page.wait_for_timeout(2000)  # with the run at its end Notebook 7 moves the focus
    # Notebook 7 hears keys before the view: arrows must move the slider, not the chosen cell
    control(found, "forget_bias").press("ArrowUp")
    expect(status(found)).to_contain_text("LSTM 35 of 59 steps", timeout=30_000)
    expect(control(found, "forget_bias")).to_be_focused()
    page.close()
    assert [text for text in heard if not text.startswith(NOTEBOOK_7S)] == []


NOTEBOOK_7S = (
    "Cannot read properties of undefined (reading 'schema')",
    "Command 'filebrowser:open-path' not registered.",
)
"""What Notebook 7 says of itself on a server that JupyterLab started, without any view, too."""
