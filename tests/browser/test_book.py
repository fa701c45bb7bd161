"""The book in a browser: nothing from elsewhere, nothing too wide, no serious fault in any page."""

import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browser.axe import grave_faults
from browser.formulas import subscript_is_lowered
from browser.lab_page import SCREENSHOTS
from playwright.sync_api import Browser, Locator, Page, expect

from tests.notebooks.stored import WIDEST
from tests.tiers import long_but

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "book"))  # a builder's scripts, no package
from stage import guides  # noqa: E402

GUIDES = sorted(page.removesuffix(".md") for page in guides().values())
PAGES = ["index", *(page for page in GUIDES if not page.startswith("decisions/0"))]
PAGES += sorted(f"notebooks/{path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb"))
SHOWN = ["index", "install", "notebooks/00_start_here", "notebooks/05_gru"]
"""One page of each kind; the others are left to `make test-all`."""


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(book: Path) -> Iterator[str]:
    """The book, served to this machine alone."""
    handler = partial(Silent, directory=str(book))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(
    params=[
        pytest.param((1400, "light"), id="wide light"),
        pytest.param((800, "dark"), id="narrow dark", marks=pytest.mark.long),
    ]
)
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, scheme = request.param
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def faults_said(page: Page) -> list[str]:
    """What the page logs as an error, or throws, from now on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if is_error(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("name", long_but(SHOWN, PAGES))
def test_a_page(window: Page, address: str, name: str) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    said = faults_said(window)
    window.goto(f"{address}/{name}.html", wait_until="networkidle")
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert said == []
    unfold = "document.querySelectorAll('details').forEach((fold) => (fold.open = true))"
    window.evaluate(unfold)
    window.wait_for_timeout(1000)  # what is unfolded fades in
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert grave_faults(window) == []
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = window.evaluate("window.innerWidth")
    window.screenshot(path=SCREENSHOTS / f"book_{Path(name).name}_{width}.png")


WORDS_TOO_NARROW = """[...document.querySelectorAll(".bd-content td")].filter((cell) => {
  const isOfWords = cell.textContent.trim().split(/\\s+/).length > 3;
  return isOfWords && cell.getBoundingClientRect().width < 120;
}).map((cell) => cell.textContent)"""


def test_on_a_phone_words_have_room_and_formulas_their_font(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 900})
    page = context.new_page()
    for name in ("index", "student", "notebooks/04_lstm_gate_by_gate", "notebooks/05_gru"):
        page.goto(f"{address}/{name}.html")
        assert page.evaluate(WORDS_TOO_NARROW) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert subscript_is_lowered(page.locator("msub").first)
    context.close()


def test_no_page_is_wider_than_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 900})
    widths = {}
    for name in PAGES:
        page.goto(f"{address}/{name}.html")
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in widths.items() if width > 360} == {}
    page.close()


WITHOUT_ROOM = """(widest) => {
  document.querySelectorAll("details").forEach((fold) => (fold.open = true));
  return [...document.querySelectorAll(".cell_output .stream pre")].filter((printed) => {
    const scrolls = printed.scrollWidth > printed.clientWidth;
    const line = printed.appendChild(document.createElement("span"));
    line.textContent = "0".repeat(widest);
    const breaks = line.getClientRects().length > 1;
    line.remove();
    return scrolls || breaks;
  }).map((printed) => printed.textContent);
}"""


@pytest.mark.parametrize("width", [360, 400])
def test_on_a_phone_a_printed_table_is_whole(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for name in ("01_recurrent_state", "04_lstm_gate_by_gate", "09_exam_clinic"):
        page.goto(f"{address}/notebooks/{name}.html")
        assert page.evaluate(WITHOUT_ROOM, WIDEST) == [], name
    page.close()


def number(figure: Locator, name: str) -> Locator:
    return figure.locator(f"[data-node='{name}'].node .value").first


def test_a_cell_lives_on_a_page_from_a_folder(browser: Browser, book: Path) -> None:
    """No server and no kernel: by its sliders, by links in the text, and by the page's address."""
    context = browser.new_context(viewport={"width": 400, "height": 900})
    page = context.new_page()
    said = faults_said(page)
    address = (book / "notebooks" / "04_lstm_gate_by_gate.html").as_uri()
    page.goto(f"{address}#explore=play&preset=hide&forget.b[0]=0")
    figure = page.locator(".live-cell[data-name=play]")
    expect(number(figure, "f")).to_have_text("0.5000")
    expect(figure.get_by_label("Preset")).to_have_value("hide")
    assert figure.locator("img").count() == 0
    # the page's formulas are laid out with gaps, that of a figure is not
    expect(figure.locator(".equation .formula")).to_have_css("display", "block")

    figure.locator("[data-field='forget.b/0']").press("ArrowRight")
    expect(number(figure, "f")).to_have_text("0.5250")
    figure.get_by_role("button", name="Add a step").click()
    expect(figure.locator(".where")).to_have_text("step 2 of 2")
    figure.get_by_text("Copy or save").click()
    figure.get_by_role("button", name="Copy link").click()
    copied = figure.locator("pre.code").inner_text()
    shown = figure.locator("svg .value").all_text_contents()

    page.locator("a[href^='#explore=play&preset=']").first.dispatch_event("click")
    expect(figure.locator(".where")).not_to_have_text("step 2 of 2")
    assert copied.startswith(address)
    page.goto(copied)
    expect(figure.locator(".where")).to_have_text("step 2 of 2")
    assert figure.locator("svg .value").all_text_contents() == shown
    assert said == []
    context.close()


def test_a_view_lives_on_a_page_from_a_folder(browser: Browser, book: Path) -> None:
    """By its sliders, by links in the text, by the page's address; a broken one is said."""
    context = browser.new_context(viewport={"width": 800, "height": 900})
    page = context.new_page()
    said = faults_said(page)
    address = (book / "notebooks" / "05_gru.html").as_uri()
    page.goto(f"{address}#explore=gradient-flow&forget_bias=3")
    figure = page.locator(".live-figure[data-name=gradient-flow]")
    words = figure.get_by_role("status")
    expect(words).to_contain_text("RNN 11 of 59 steps; LSTM all 59 steps; GRU 17")
    assert figure.locator("img").count() == 0

    figure.locator("[data-setting=steps]").press("ArrowLeft")
    expect(words).to_contain_text("LSTM all 58 steps")
    figure.get_by_role("button", name="Copy link").click()
    copied = figure.locator("pre.code").inner_text()
    page.locator("a[href^='#explore=gradient-flow&preset=']").dispatch_event("click")
    expect(words).to_contain_text("Both biases 0")
    page.goto(copied)
    expect(words).to_contain_text("LSTM all 58 steps")

    page.goto(f"{address}#explore=gradient-flow&forget_bias=open")
    expect(words).to_contain_text("The link cannot be followed. LSTM forget bias: “open” is not a")
    assert said == []
    context.close()


LENGTHS_WHILE_WRITING = """async (figure) => {
  const box = figure.querySelector("[data-setting=prompt]");
  const view = figure.querySelector(".live-view");
  const sheet = figure.querySelector("svg.sheet");
  const seen = [];
  box.value = "Dear reader, ";
  box.dispatchEvent(new Event("change"));
  do {
    await new Promise(requestAnimationFrame);
    seen.push(sheet.textContent.length);
  } while (view.dataset.waiting);
  return seen;
}"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_network_writes_on_a_page_from_a_folder(
    browser: Browser, book: Path, motion: Any
) -> None:
    """Letter by letter, or whole where motion is unwanted; its weights come when it is seen."""
    size = {"width": 400, "height": 800}
    context = browser.new_context(viewport=size, reduced_motion=motion)
    page = context.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.split("/_static/")[-1]))
    said = faults_said(page)
    page.goto((book / "notebooks" / "10_a_network_that_writes.html").as_uri())
    figure = page.locator(".live-figure[data-name=writer]").first
    assert [part for part in loaded if part.startswith("stored/")] == []
    assert figure.locator("img").count() == 1
    figure.scroll_into_view_if_needed()
    expect(figure.locator(".live-view:not([data-waiting])")).to_be_visible()
    assert [part for part in loaded if part.startswith("stored/")] == ["stored/writer.js"]
    lengths = figure.evaluate(LENGTHS_WHILE_WRITING)
    steps = len(set(lengths))
    assert steps <= 2 if motion == "reduce" else steps > 2
    expect(figure.locator("svg.sheet .label.bold")).to_have_text("Dear reader,")
    expect(figure.get_by_role("status")).to_contain_text("After “Dear reader,” the network wrote")

    page.goto(f"{page.url}#explore=listening&at=80")  # a link wakes what was not yet seen
    listening = page.locator(".live-figure[data-name=listening]").get_by_role("status")
    expect(listening).to_contain_text("Letter 80, ")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert said == []
    context.close()


def test_data_that_does_not_load_is_said_and_the_picture_stays(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.route("**/stored/*", lambda route: route.abort())
    page.goto(f"{address}/notebooks/10_a_network_that_writes.html#explore=writer&draw=2")
    figure = page.locator(".live-figure[data-name=writer]").first
    expect(figure.get_by_role("status")).to_contain_text("because its data did not load")
    assert figure.locator("img").count() == 1
    page.close()


def test_a_text_put_back_as_it_was_hinders_no_reset(browser: Browser, address: str) -> None:
    """A browser tells of no change where the text is the same when the box is left."""
    page = browser.new_page()
    page.goto(f"{address}/notebooks/10_a_network_that_writes.html#explore=writer&prompt=The+whale")
    figure = page.locator(".live-figure[data-name=writer]").first
    box = figure.locator("[data-setting=prompt]")
    expect(box).to_have_value("The whale")
    box.focus()
    box.press("End")
    box.press_sequentially("s")
    box.press("Backspace")
    figure.get_by_role("button", name="Reset").click()
    expect(box).not_to_have_value("The whale")
    page.close()


def test_without_a_script_the_picture_and_its_table_stand_there(
    browser: Browser, book: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((book / "notebooks" / "05_gru.html").as_uri())
    figure = page.locator(".live-cell").first
    assert "H_t = 0.79" in str(figure.locator("img").get_attribute("alt"))
    assert "H_t" in str(figure.locator("table").text_content())
    context.close()


def is_error(message: object) -> bool:
    return getattr(message, "type", "") == "error"
