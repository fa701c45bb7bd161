"""What a hand does in the picture, on a page without a kernel: pull a box, go on a step."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from course_utils.widgets import CellExplorer, page
from course_utils.widgets.live_cell import MIME


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    data, _ = CellExplorer("lstm", preset="carry")._repr_mimebundle_()
    figure = page.figure(MIME, data[MIME], "")
    script = page.script([(MIME, data[MIME])])
    text = f"<style>{page.style()}</style>{figure}<script>{script}</script>"
    path: Path = tmp_path_factory.mktemp("page") / "cell.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{text}", encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def shown(browser: Browser, address: str) -> Iterator[Page]:
    window = browser.new_page(viewport={"width": 1400, "height": 900}, has_touch=True)
    window.goto(address)
    yield window
    window.close()


def box(shown: Page, name: str) -> Locator:
    return shown.locator(f".node[data-node={name}]")


def number(shown: Page, name: str) -> float:
    return float((box(shown, name).locator(".value").text_content() or "").replace("−", "-"))


def middle(shown: Page, name: str) -> tuple[float, float]:
    place = box(shown, name).locator(".box").bounding_box()
    assert place
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2 + 8


def test_a_gate_is_pulled_shut_with_the_mouse_and_its_slider_follows(shown: Page) -> None:
    x, y = middle(shown, "f")
    shown.mouse.move(x, y)
    shown.mouse.down()
    shown.mouse.move(x - 41, y, steps=4)
    assert number(shown, "f") == pytest.approx(0.5, abs=0.05)
    shown.mouse.up()
    shown.mouse.move(x + 41, y)
    assert number(shown, "f") == pytest.approx(0.5, abs=0.05), "it was let go"
    bias = shown.get_by_role("slider", name="b f , unit 1")
    assert abs(float(bias.get_attribute("aria-valuetext") or "nan")) < 0.3
    expect(box(shown, "f")).to_have_class("node role-forget movable lit")


def test_a_finger_pulls_the_input(shown: Page) -> None:
    x, y = middle(shown, "x")
    touch = shown.context.new_cdp_session(shown)

    def send(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": px, "y": py} for px, py in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    send("touchStart", (x, y))
    for k in range(1, 6):
        send("touchMove", (x - 8 * k, y))
        shown.wait_for_timeout(30)
    send("touchEnd")
    assert number(shown, "x") == pytest.approx(0, abs=0.15)


def test_a_click_chooses_a_box_and_moves_nothing(shown: Page) -> None:
    before = number(shown, "i")
    box(shown, "i").click()
    expect(box(shown, "i")).to_have_attribute("aria-pressed", "true")
    assert number(shown, "i") == before


RUNNING = "document.getAnimations().length"


def test_what_flows_runs_along_the_wires_when_time_goes_on(shown: Page) -> None:
    assert shown.evaluate(RUNNING) == 0
    shown.get_by_role("button", name="One step on").click()
    running = shown.evaluate(RUNNING)
    assert 5 < running < shown.locator(".wire").count(), "where nothing flows, nothing runs"
    shown.wait_for_function(f"{RUNNING} === 0")
    expect(shown.locator(".dot")).to_have_count(0)
    shown.get_by_role("button", name="One step back").click()
    assert shown.evaluate(RUNNING) == 0


def test_nothing_runs_for_who_wants_it_still(shown: Page) -> None:
    shown.emulate_media(reduced_motion="reduce")
    shown.get_by_role("button", name="One step on").click()
    expect(shown.get_by_text("step 2 of 6")).to_be_visible()
    assert shown.evaluate(RUNNING) == 0


def test_a_band_is_as_broad_as_what_flows_and_has_the_colour_of_its_sign(shown: Page) -> None:
    """C is 0.96 of at most 1 after the first step, and its negative when x is."""
    shown.get_by_role("tab", name="candidate").click()
    widths = "(path) => [parseFloat(path.style.strokeWidth), path.dataset.sign]"
    leaving = shown.locator(".band").nth(9)
    assert leaving.evaluate(widths)[1] == "above"
    shown.get_by_role("textbox", name="W C , unit 1, from x 1, number").fill("-2")
    shown.keyboard.press("Enter")
    width, sign = leaving.evaluate(widths)
    assert sign == "below"
    assert width > 7
    meter = box(shown, "c").locator(".meter")
    expect(meter).to_have_attribute("data-sign", "below")
