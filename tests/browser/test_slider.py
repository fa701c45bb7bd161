"""Sliders over a figure that takes its time: what a person does meanwhile must not queue."""

import shutil
from pathlib import Path

from browser.lab_page import LabPage, lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, expect

LIVE_FIGURE = Path(__file__).parents[2] / "notebooks" / "live_figure.py"
SLOW = """\
import time
from pathlib import Path

import ipywidgets as widgets
import matplotlib.pyplot as plt
from live_figure import live

figure, _ = plt.subplots()
seen = []


def train(steps):
    seen.append(steps)
    while len(seen) == 2 and not Path("go_on").exists():
        time.sleep(0.02)
    return f"trained {seen}"


live(figure, train, steps=widgets.IntSlider(10, max=40, description="steps", continuous_update=%s))
"""


def open_slow(lab: LabPage, server: LabServer, *, continuous: bool) -> tuple[Locator, Locator]:
    """The slider, and the words of a figure whose first move ends when a file `go_on` is there."""
    shutil.copy(LIVE_FIGURE, server.root)
    (server.root / "go_on").unlink(missing_ok=True)
    lab.open(write_notebook(server.root / f"slow_{continuous}.ipynb", SLOW % continuous))
    lab.run_all()
    cell = lab.cell(0)
    words = cell.get_by_role("status").filter(has_text="trained")
    expect(words).to_have_text("trained [10]")
    return cell.get_by_role("slider", name="steps"), words


def test_of_moves_made_while_one_is_drawn_the_last_alone_follows(
    browser: Browser, server: LabServer
) -> None:
    with lab_page(browser, server) as lab:
        slider, words = open_slow(lab, server, continuous=True)
        for _ in range(8):
            slider.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", "18")
        (server.root / "go_on").touch()
        expect(words).to_have_text("trained [10, 11, 18]")
        expect(slider).to_have_attribute("aria-valuetext", "18")
        assert lab.problems == []


def test_a_drag_counts_where_it_ends(browser: Browser, server: LabServer) -> None:
    with lab_page(browser, server) as lab:
        slider, words = open_slow(lab, server, continuous=False)
        (server.root / "go_on").touch()
        box = slider.bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2
        lab.page.mouse.move(box["x"] + box["width"] * 0.25, middle)
        lab.page.mouse.down()
        for share in (0.3, 0.5, 0.7, 0.9):
            lab.page.mouse.move(box["x"] + box["width"] * share, middle)
            lab.page.wait_for_timeout(150)
        assert words.inner_text() == "trained [10]"
        lab.page.mouse.up()
        at = slider.get_attribute("aria-valuetext")
        expect(words).to_have_text(f"trained [10, {at}]")
        assert int(str(at)) > 30
        assert lab.problems == []
