"""What a person does in JupyterLab, as steps of a test."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser.lab_server import LabServer
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, expect

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
NO_CHROMIUM = (
    "Chromium is not installed: the browser tests need it. On Debian and Ubuntu: "
    "sudo apt-get install chromium"
)


def find_chromium() -> str | None:
    """Debian's package brings it; Playwright's own download is not needed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def launch(playwright: Playwright) -> Browser:
    """Chromium without a window. (As root it refuses to start inside its sandbox.)"""
    path = find_chromium()
    if path is None:
        raise RuntimeError(NO_CHROMIUM)
    expect.set_options(timeout=30_000)  # a loaded machine is slow, and not wrong
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


class LabPage:
    """One notebook, open in JupyterLab."""

    def __init__(self, page: Page, server: LabServer) -> None:
        self.page = page
        self.server = server
        self.problems: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))

    def open(self, notebook: str) -> None:
        """Open the notebook and wait until its kernel is idle."""
        self.page.goto(self.server.lab_url(notebook))
        self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook").wait_for()
        self.page.wait_for_function(f"Boolean({_NOTEBOOK}?.model)")
        self.page.evaluate(f"{_PANEL}.sessionContext.ready")
        self._wait_for_kernel()

    def run_all(self, *, timeout: float = 180_000) -> None:
        """Run every cell; wait until each has its number, or one has failed."""
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells') && null")
        self.page.wait_for_function(_ALL_RUN, timeout=timeout)
        self._wait_for_kernel(timeout=timeout)

    def run_cell(self, number: int, source: str) -> None:
        """Write `source` into a cell, run it and wait until the kernel is idle again."""
        self.start_cell(number, source)
        self._wait_for_kernel()

    def start_cell(self, number: int, source: str) -> None:
        """Write `source` into a cell and begin to run it."""
        self.page.evaluate(
            f"""([k, source]) => {{
              {_NOTEBOOK}.activeCellIndex = k;
              {_NOTEBOOK}.activeCell.model.sharedModel.setSource(source);
            }}""",
            [number, source],
        )
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell')")

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")

    def close(self) -> None:
        """Shut the notebook's kernel down, so that none is left behind for the next test."""
        self.page.evaluate(
            f"async () => {{ await {_PANEL}?.sessionContext?.shutdown(); }}"
            if self.page.url.startswith(self.server.url)
            else "null"
        )

    def shut_kernel_down(self) -> None:
        """End the kernel, as a crash would."""
        self.page.evaluate(f"{_PANEL}.sessionContext.session.kernel.shutdown()")

    def restart_kernel(self) -> None:
        """Restart the kernel, as from the menu, without its question."""
        self.page.evaluate(f"{_PANEL}.sessionContext.session.kernel.restart()")
        self._wait_for_kernel()

    def cut_connection(self) -> None:
        """Close the line to the kernel and keep the page from opening another."""
        self.page.context.set_offline(True)
        self.page.evaluate(f"() => {{ {_PANEL}.sessionContext.session.kernel._ws.close(); }}")

    def mend_connection(self) -> None:
        """Let the page have its line again, and wait for it."""
        self.page.context.set_offline(False)
        self.page.evaluate(f"{_PANEL}.sessionContext.session.kernel.reconnect()")
        connected = f"{_PANEL}.sessionContext.session.kernel.connectionStatus === 'connected'"
        self.page.wait_for_function(connected)

    def dark_theme(self, on: bool = True) -> None:
        """Change over to JupyterLab Dark, or back."""
        theme = "JupyterLab Dark" if on else "JupyterLab Light"
        self.page.locator(".lm-MenuBar-item", has_text=re.compile("^Settings$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Theme$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{theme}$")).click()
        light = "false" if on else "true"
        self.page.locator(f"body[data-jp-theme-light='{light}']").wait_for(state="attached")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def hide_side_bar(self) -> None:
        """Close the file browser where it is open, for the room."""
        tab = self.page.locator(".jp-SideBar.jp-mod-left .lm-TabBar-tab.lm-mod-current")
        if tab.count():
            tab.first.click()

    def cells(self) -> list[dict[str, Any]]:
        """The notebook's cells as they are now, outputs included."""
        found: list[dict[str, Any]] = self.page.evaluate(f"{_NOTEBOOK}.model.toJSON().cells")
        return found

    def error_outputs(self) -> list[str]:
        """Name and message of every error in the notebook."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.cells()
            for output in cell.get("outputs", [])
            if output["output_type"] == "error"
        ]

    def explorer(self, number: int = 0) -> Locator:
        """A cell explorer of the notebook, scrolled into sight and drawn."""
        places = [
            k
            for k, cell in enumerate(self.cells())
            for output in cell.get("outputs", [])
            if _is_explorer(output)
        ]
        assert len(places) > number, f"{len(places)} cell explorers in the notebook"
        widget = self.cell(places[number]).locator(".cell-explorer")
        widget.locator("svg.cell-diagram").wait_for()
        return widget

    def cell(self, number: int) -> Locator:
        """A cell of the notebook, scrolled into sight and at rest.

        The place of a cell is an estimate until those above it are drawn, and formulas are typeset
        late: a button that moves between press and release gets no click.
        """
        cell = self.page.locator(f".jp-Cell[data-windowed-list-index='{number}']")
        still, before = 0, None
        for _ in range(50):
            self.page.evaluate(f"(k) => {_NOTEBOOK}.scrollToItem(k, 'start')", number)
            self.page.wait_for_timeout(100)
            now = cell.bounding_box() if cell.count() else None
            still = still + 1 if now and now == before else 0
            if still == 2:
                break
            before = now
        cell.scroll_into_view_if_needed()
        return cell

    def screenshot(self, name: str, of: Locator | None = None) -> Path:
        """Keep a picture of the page, or of one thing on it."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        (of or self.page).screenshot(path=path)
        return path

    def _wait_for_kernel(self, *, timeout: float = 60_000) -> None:
        idle = f"{_PANEL}.sessionContext.session?.kernel?.status === 'idle'"
        self.page.wait_for_function(idle, timeout=timeout)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")


# JupyterLab takes cells that are out of sight out of the page: ask its model, not the page.
_PANEL = "window.jupyterapp.shell.currentWidget"
_NOTEBOOK = f"{_PANEL}.content"
_ALL_RUN = f"""() => {{
  const cells = {_NOTEBOOK}.model.toJSON().cells.filter((cell) => cell.cell_type === 'code');
  const failed = cells.some((cell) => cell.outputs.some((out) => out.output_type === 'error'));
  const done = (cell) => cell.execution_count !== null || !String(cell.source).trim();
  return failed || cells.every(done);
}}"""


def _is_explorer(output: dict[str, Any]) -> bool:
    data = output.get("data", {})
    text = "".join(data.get("text/plain", ""))
    return "application/vnd.jupyter.widget-view+json" in data and " cell: " in text[:20]


@contextmanager
def lab_page(
    browser: Browser, server: LabServer, *, width: int = 1400, height: int = 900
) -> Iterator[LabPage]:
    """A fresh window of the given size."""
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(60_000)
    lab = LabPage(context.new_page(), server)
    try:
        yield lab
    finally:
        lab.close()
        context.close()


def write_notebook(path: Path, *cells: str) -> str:
    """Write code cells as a notebook; return its name."""
    notebook: dict[str, Any] = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{k}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for k, source in enumerate(cells)
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook))
    return path.name
