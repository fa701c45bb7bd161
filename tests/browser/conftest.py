"""One server and one browser for all tests of this folder."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.lab_page import NO_CHROMIUM, find_chromium, launch
from browser.lab_server import LabServer, lab_server
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser and starts kernels."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")
            item.add_marker("kernel")
            item.add_marker("slow")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; where it is missing the tests fail with the remedy.

    One for each file: while Playwright is open its event loop counts as running in this thread,
    and no test of another file could use asyncio.run.
    """
    if find_chromium() is None:
        pytest.fail(NO_CHROMIUM, pytrace=False)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server() -> Iterator[LabServer]:
    """JupyterLab over an empty folder: what a test opens it copies or writes there."""
    folder = Path(tempfile.mkdtemp(prefix="course-browser-"))
    root = folder / "course"
    root.mkdir()
    try:
        with lab_server(root, folder / "home") as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)
