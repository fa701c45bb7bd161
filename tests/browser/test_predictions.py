"""A prediction is committed before the answer opens: on the site, and in JupyterLab."""

from pathlib import Path

from browser.axe import grave_faults
from browser.lab_page import SCREENSHOTS, lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, Page, expect

ASK = """from course_utils.widgets import predict, predictions
predict("How much is left?", 0.25)"""


def asked(page: Page, question: str) -> Locator:
    return page.locator(".prediction", has_text=question)


def test_on_a_page_a_choice_a_number_and_a_curve(browser: Browser, book: Path) -> None:
    page = browser.new_context(viewport={"width": 400, "height": 900}).new_page()
    page.goto((book / "notebooks" / "04_lstm_gate_by_gate.html").as_uri())

    choice = asked(page, "unit 2 negative or positive")
    commit = choice.get_by_role("button", name="Commit")
    expect(commit).to_be_disabled()
    choice.get_by_label("negative").check()
    commit.click()
    expect(choice.get_by_role("status")).to_have_text("You said negative; it is positive.")
    expect(choice.get_by_label("positive")).to_be_disabled()

    number = asked(page, "All gates are 1")
    box = number.get_by_label("Your prediction")
    box.fill("about one")
    expect(number).to_contain_text("expected a number, such as 0.75")
    expect(number.get_by_role("button", name="Commit")).to_be_disabled()
    assert "0.9999" not in number.inner_text()
    box.fill("0,9")
    box.press("Enter")
    expect(number.get_by_role("status")).to_contain_text("You said 0.9; it is 0.9999. Off by 0.1")

    curve = asked(page, "Draw its state")
    drawing = curve.locator("svg")
    drawing.scroll_into_view_if_needed()
    frame = drawing.locator(".frame").bounding_box()
    assert frame is not None
    left, top, width, height = (frame[k] for k in ("x", "y", "width", "height"))
    page.mouse.move(left + 1, top + 0.1 * height)
    page.mouse.down()
    page.mouse.move(left + width - 1, top + 0.6 * height, steps=60)
    page.mouse.up()
    last = curve.get_by_role("slider", name="step 10")
    before = float(str(last.get_attribute("aria-valuenow")))
    assert abs(before - 0.4) < 0.03
    last.press("ArrowUp")
    expect(last).to_have_attribute("aria-valuenow", f"{before + 0.025:.3f}".rstrip("0"))
    assert drawing.locator(".other").get_attribute("d") == ""
    curve.get_by_role("button", name="Commit").click()
    expect(curve.get_by_role("status")).to_contain_text("The dashed line is what came out: 0.72")
    assert drawing.locator(".other").get_attribute("d") != ""
    assert grave_faults(page, ".prediction") == []
    curve.screenshot(path=SCREENSHOTS / "prediction_curve_400.png")
    page.context.close()


def test_in_jupyterlab_python_keeps_the_guess(browser: Browser, server: LabServer) -> None:
    write_notebook(server.root / "predict.ipynb", ASK, "0")
    with lab_page(browser, server) as lab:
        lab.open("predict.ipynb")
        lab.run_all()
        question = asked(lab.page, "How much is left?")
        box = question.get_by_label("Your prediction")
        box.fill("0.5")
        box.press("Enter")
        expect(question.get_by_role("status")).to_contain_text("it is 0.2500. Off by 0.25")
        lab.run_cell(1, "predictions()")
        said = lab.cells()[1]["outputs"][0]["data"]["text/plain"]
        assert "You said 0.5; it is 0.25." in "".join(said)
        assert lab.problems == []
