"""From a key press on a slider to painted pixels in JupyterLab: the cell explorer beside interact.

Both stand in one notebook, in one window of 1400 by 900, on one kernel, and take turns every 15
steps, so that whatever else the machine does slows both. A step counts from the time stamp of the
key press to the first task after the frame that shows the new numbers. The peer is what ipywidgets
offers out of the box: `interact` calls a function that draws the same step with pyplot. The slider
is the same on both sides, a bias to which every number after it answers.

The explorer draws a move by itself, and tells the kernel; the peer waits for its kernel's answer.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser.lab_page import LabPage, lab_page, launch, write_notebook  # noqa: E402
from browser.lab_server import lab_server  # noqa: E402
from playwright.sync_api import Locator, sync_playwright  # noqa: E402

BLOCKS, STEPS_OF_BLOCK = 4, 15
WARM_UP = 3
"""Steps at the start of a block that are not counted."""
RESULT = ROOT / "build" / "benchmarks" / "slider_latency.json"

EXPLORER = """
from course_utils.widgets import CellExplorer
CellExplorer("lstm", preset="exam_2")
"""
PEER = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatSlider, interact
from course_utils.cells import Affine, lstm_step
from course_utils.exercises.seed_exams import EXAM_2, EXAM_2_PARAMS, EXAM_2_STATE

def draw(bias):
    b = np.array([1, bias])
    params = EXAM_2_PARAMS._replace(forget=Affine(EXAM_2_PARAMS.forget.W, b))
    _, trace = lstm_step(params, EXAM_2["x"], EXAM_2_STATE)
    names = ["f", "i", "c_tilde", "o", "kept", "written", "c", "tanh_c", "h"]
    plt.figure(figsize=(9, 5))
    for unit in range(2):
        plt.bar(np.arange(9) + 0.4 * unit, [getattr(trace, n)[unit] for n in names], width=0.4)
    plt.xticks(range(9), names)
    plt.show()

interact(draw, bias=FloatSlider(value=0, min=-10, max=10, step=0.1));
"""

# What counts as shown: for the explorer a change of the drawing, for the peer its decoded image.
TIMER = """
([root, isImage]) => {
  const timer = { seen: root.querySelector("img")?.src };
  root.addEventListener("keydown", (event) => {
    timer.pressed = event.timeStamp;
    timer.waits = true;
  }, true);
  const afterPaint = () => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => timer.done(performance.now() - timer.pressed);
    channel.port2.postMessage(null);
  });
  new MutationObserver(() => {
    if (!timer.waits) return;
    const image = root.querySelector("img");
    if (isImage && (!image?.src || image.src === timer.seen)) return;
    timer.waits = false;
    timer.seen = image?.src;
    if (isImage) image.decode().then(afterPaint, afterPaint);
    else afterPaint();
  }).observe(isImage ? root : root.querySelector("svg"), {
    subtree: true, childList: true, characterData: true, attributes: true,
  });
  timer.ready = () => { timer.next = new Promise((done) => { timer.done = done; }); };
  return timer;
}
"""

PATIENCE = 20
PATIENT = """
(timer, patience) => Promise.race([
  timer.next, new Promise((done) => setTimeout(() => done(null), patience)),
])
"""


class Side:
    """One of the two: what holds it, and the slider that takes the keys."""

    def __init__(
        self, lab: LabPage, cell: int, root: Locator, slider: Locator, *, is_image: bool
    ) -> None:
        self.lab, self.cell, self.slider = lab, cell, slider
        self.blocks: list[list[float]] = []
        root.wait_for()
        handle = root.element_handle()
        self.timer = lab.page.evaluate_handle(TIMER, [handle, is_image])

    def block(self, key: str) -> None:
        """Press the key time and again, each time until the picture is there."""
        self.lab.cell(self.cell)
        self.slider.scroll_into_view_if_needed()
        self.slider.focus()
        self.lab.page.wait_for_timeout(300)
        times = [self.step(key) for _ in range(WARM_UP + STEPS_OF_BLOCK)]
        self.blocks.append(times[WARM_UP:])

    @property
    def times(self) -> list[float]:
        """Every step that counts."""
        return [time for block in self.blocks for time in block]

    def step(self, key: str) -> float:
        """Press the key, wait for the picture, return the milliseconds between."""
        self.timer.evaluate("(timer) => timer.ready()")
        self.lab.page.wait_for_timeout(60)  # let the kernel and the browser come to rest
        self.lab.page.keyboard.press(key)
        took: float | None = self.timer.evaluate(PATIENT, PATIENCE * 1000)
        if took is None:
            raise RuntimeError(f"cell {self.cell} drew nothing within {PATIENCE} s of a key press")
        return took


def measure() -> dict[str, dict[str, Any]]:
    """Run both sides and return their figures in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder, "notebooks")
        root.mkdir()
        name = write_notebook(root / "latency.ipynb", EXPLORER.strip(), PEER.strip())
        browser = launch(playwright)
        with (
            lab_server(root, Path(folder, "home")) as server,
            lab_page(browser, server, width=1400, height=900) as lab,
        ):
            lab.open(name)
            lab.run_all()
            sides = _sides(lab)
            for block in range(BLOCKS):
                for side in sides.values():
                    side.block("ArrowLeft" if block % 2 else "ArrowRight")
        browser.close()
    figures = {name: _figures(side.times) for name, side in sides.items()}
    pairs = zip(sides["interact"].blocks, sides["explorer"].blocks, strict=True)
    ratios = [statistics.median(peer) / statistics.median(own) for peer, own in pairs]
    figures["explorer"]["times_faster_in_paired_blocks"] = statistics.median(ratios)
    return figures


def _sides(lab: LabPage) -> dict[str, Side]:
    peer = lab.cell(1)
    peer.locator("img").first.wait_for()
    interact = Side(
        lab, 1, peer.locator(".jp-Cell-outputArea"), peer.locator(".noUi-handle"), is_image=True
    )
    explorer = lab.explorer()
    slider = explorer.locator("[data-field='forget.b/1']")
    return {"explorer": Side(lab, 0, explorer, slider, is_image=False), "interact": interact}


def _figures(times: list[float]) -> dict[str, Any]:
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {
        "steps": len(times),
        "median": statistics.median(times),
        "p95": cuts[-1],
        "largest": max(times),
    }


def main() -> None:
    """Measure, print the table and keep the figures."""
    load = os.getloadavg()[0]
    figures: dict[str, Any] = measure()
    after = os.getloadavg()[0]
    print(f"{'ms from key to paint':<22}{'median':>9}{'p95':>9}{'largest':>9}")
    for name, row in figures.items():
        print(f"{name:<22}{row['median']:>9.1f}{row['p95']:>9.1f}{row['largest']:>9.1f}")
    ratios = {k: figures["interact"][k] / figures["explorer"][k] for k in ("median", "p95")}
    pairs = figures["explorer"]["times_faster_in_paired_blocks"]
    print(
        f"explorer: {ratios['median']:.1f} times faster than interact by the median, "
        f"{ratios['p95']:.1f} by the 95th percentile, {pairs:.1f} in paired blocks"
    )
    figures["explorer"]["times_faster"] = ratios
    print(f"load {load:.1f} before and {after:.1f} after, on {os.cpu_count()} cores")
    figures["load"] = {"before": load, "after": after}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
