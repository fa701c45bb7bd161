"""The feedback page in a browser, opened from a file: nothing runs, nothing is fetched."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from browser.formulas import subscript_is_lowered
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Browser

from tests.grading.feedback.pages import (
    FORGED,
    answer_cell,
    checked_cell,
    page,
    stdout,
    words_cell,
)


def a_page() -> str:
    wrong = checked_cell("t", 'check("lstm_states", {"i_t": i}, points=6)', 2, 6)
    wrong.outputs = [stdout("lstm_states: 2 of 6 points\n  i_t: This is what softmax gives.\n")]
    return page(
        new_markdown_cell("# Sums\n\n$C_t = f_t \\odot C_{t-1}$"),
        new_markdown_cell(FORGED),
        new_markdown_cell("## 1. By hand"),
        answer_cell("a", "i = [0.1, 0.2]", comment=FORGED),
        wrong,
        new_markdown_cell("## 2. In words"),
        words_cell("w", f"Because {FORGED}", 0, 3, open=True),
    )


def opened(browser: Browser, path: Path, **options: object):
    context = browser.new_context(**options)
    tab = context.new_page()
    tab.course_requests, tab.course_messages = [], []
    tab.on("request", lambda request: tab.course_requests.append(request.url))
    tab.on("console", lambda message: tab.course_messages.append(message.text))
    tab.on("dialog", lambda dialog: tab.course_messages.append(dialog.message))
    path.write_text(a_page(), encoding="utf-8")
    tab.goto(path.as_uri())
    return tab


def test_it_opens_from_a_file_and_asks_nobody(browser: Browser, tmp_path: Path) -> None:
    tab = opened(browser, tmp_path / "sums.html")
    assert tab.course_requests == [(tmp_path / "sums.html").as_uri()]
    assert tab.course_messages == []
    assert tab.locator("math").count() >= 2
    tab.get_by_text("Worked with your numbers").click()
    bracket = tab.locator("mtable mrow:has(> mtable) > mo").first
    assert bracket.bounding_box()["height"] > 40  # as high as its matrix of three rows
    assert subscript_is_lowered(tab.locator("msub").first)
    tab.context.close()


def test_it_fits_a_narrow_window_and_axe_finds_nothing_in_either_theme(
    browser: Browser, tmp_path: Path
) -> None:
    for theme in ("light", "dark"):
        size = {"width": 480, "height": 800}
        tab = opened(browser, tmp_path / "sums.html", color_scheme=theme, viewport=size)
        for summary in tab.locator("summary").all():
            summary.click()
        found = Axe().run(tab)
        assert found.response["violations"] == [], found.generate_report()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.context.close()
