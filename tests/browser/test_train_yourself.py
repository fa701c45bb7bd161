"""The button of lecture 7 in JupyterLab: train, watch, stop, and the page stays usable."""

import shutil
from pathlib import Path

from browser.axe import grave_faults
from browser.lab_page import lab_page, write_notebook
from browser.lab_server import LabServer
from playwright.sync_api import Browser, expect

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HELPERS = ("live_figure.py", "train_yourself.py")

CELLS = (
    """
import matplotlib.pyplot as plt
from train_yourself import TrainYourself
from course_utils.training.experiments import fit_latch, fit_temporal_order

fits = {"quick": fit_latch, "endless": fit_temporal_order}
figure, ax = plt.subplots(figsize=(4, 2))
(line,) = ax.plot([], [])

def draw(attempt):
    if attempt is None:
        return "Nothing stored."
    line.set_data(attempt.steps, attempt.scores)
    return f"{len(attempt.steps)} evaluations"

def train(cell, seed, watch):
    kind = {"quick": "lstm", "endless": "rnn"}[cell]
    steps = {"quick": 1000, "endless": 1_000_000}[cell]
    return fits[cell](kind, seed, steps=steps, progress=False, watch=watch)

TrainYourself(figure, draw, train, cells=list(fits)).display()
""",
    "print(6 * 7)",
)


def test_it_trains_stops_and_leaves_the_kernel_free(browser: Browser, server: LabServer) -> None:
    for helper in HELPERS:
        shutil.copy(NOTEBOOKS / helper, server.root / helper)
    name = write_notebook(server.root / "train.ipynb", *CELLS)
    with lab_page(browser, server) as lab:
        lab.open(name)
        lab.run_all()
        assert lab.error_outputs() == []
        view = lab.cell(0)
        start = view.get_by_role("button", name="Train it yourself")
        stop = view.get_by_role("button", name="Stop")

        start.click()
        expect(start).to_be_disabled()
        lab.run_cell(1, "print(6 * 9)")
        assert lab.cells()[1]["outputs"][0]["text"] == "54\n"
        view = lab.cell(0)
        view.get_by_text("endless, seed 10:").wait_for()
        stop.click()
        view.get_by_text("endless, seed 10 stopped after").wait_for()
        expect(stop).to_be_disabled()

        view.get_by_label("cell", exact=True).select_option("quick")
        view.get_by_label("seed", exact=True).fill("3")
        view.get_by_label("seed", exact=True).press("Tab")
        start.press("Enter")
        view.get_by_text("quick, seed 3 ended after").wait_for()
        expect(start).to_be_enabled()
        lab.screenshot("train_yourself")
        lab.page.add_style_tag(content="body { height: 100vh }")  # else all text counts as hidden
        for dark in (False, True):
            if dark:
                lab.dark_theme()
            assert grave_faults(lab.page, ".jp-OutputArea .widget-vbox") == []
        assert lab.problems == []
