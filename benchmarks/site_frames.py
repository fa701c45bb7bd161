"""The explorer on the site: what a move costs, and how evenly frames come, with a slow processor.

The page is opened from a folder, without a server or a kernel, in headless Chromium, once as it is
and once with the processor throttled four times. A move is one `input` event of a slider of exam 2
(40 numbers, two units): from its dispatch to the return of the handler, in which all numbers are
computed and the drawing is changed; and whether the next frame shows it. While six steps play, the
time between frames is taken.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "docs" / "book")]

from browser.lab_page import launch  # noqa: E402
from build import build  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

RESULT = ROOT / "build" / "benchmarks" / "site_frames.json"
MOVES, WARM_UP = 200, 20

MOVE = """async (moves) => {
  const root = document.querySelector(".live-cell[data-name=play] .cell-explorer");
  const slider = root.querySelector("[data-field='forget.b/1']");
  const sum = root.querySelector("[data-node=z_f]").querySelectorAll(".value")[1];
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const [work, shown] = [[], []];
  for (let k = 0; k < moves; k += 1) {
    await frame();
    slider.value = (k % 40) / 10;
    const before = sum.textContent;
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    work.push(performance.now() - start);
    await frame();
    shown.push(sum.textContent !== before);
  }
  return { work, shown };
}"""
PLAY = """async () => {
  const root = document.querySelector(".live-cell[data-name=play] .cell-explorer");
  root.querySelector("[data-keep=play]").click();
  const gaps = [];
  let last = performance.now();
  const end = last + 6000;
  while (last < end) {
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  return gaps;
}"""


def measure(page: Page, address: str) -> dict[str, Any]:
    """Return the figures of one page, in milliseconds."""
    page.goto(f"{address}#explore=play&preset=exam_2")
    page.wait_for_timeout(2000)
    moved = page.evaluate(MOVE, MOVES + WARM_UP)
    page.goto(f"{address}#explore=play&preset=carry")
    page.wait_for_timeout(1000)
    gaps = page.evaluate(PLAY)
    work = moved["work"][WARM_UP:]
    return {
        "work_median": statistics.median(work),
        "work_p95": statistics.quantiles(work, n=20, method="inclusive")[-1],
        "in_the_next_frame": statistics.mean(moved["shown"][WARM_UP:]),
        "frames_under_33_ms": statistics.mean(gap < 33 for gap in gaps),
    }


def main() -> None:
    """Build the site, measure, print the table and keep the figures."""
    figures: dict[str, Any] = {"load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        if build(Path(folder)):
            raise SystemExit("The site could not be built; see above.")
        address = (Path(folder) / "html/notebooks/04_lstm_gate_by_gate.html").as_uri()
        browser = launch(playwright)
        for name, slower in (("as it is", 1), ("throttled four times", 4)):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            figures[name] = measure(page, address)
            page.close()
        browser.close()
    print(f"{'':<24}{'work median':>12}{'p95':>8}{'next frame':>12}{'frames < 33 ms':>16}")
    for name in ("as it is", "throttled four times"):
        row = figures[name]
        shares = f"{row['in_the_next_frame']:>12.1%}{row['frames_under_33_ms']:>16.1%}"
        print(f"{name:<24}{row['work_median']:>9.2f} ms{row['work_p95']:>8.2f}{shares}")
    print(f"load {figures['load']:.1f} before, on {os.cpu_count()} cores")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
