"""A page that shows widgets as VS Code does, on a real kernel: its own host, in plain Chromium.

VS Code with its Jupyter extension comes from a marketplace that tests cannot count on. The part of
it that shows widgets is on npm: `@vscode/jupyter-ipywidgets8` renders, `@jupyterlab/services` talks
to the kernel, requirejs loads a widget's package from the kernel's nbextensions. The page has VS
Code's dark theme and nothing of JupyterLab's, and reaches nothing but itself and its kernel.
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser.lab_server import LabServer
from playwright.sync_api import Browser, ConsoleMessage, JSHandle, Locator, Page, Route

SOURCES = Path(__file__).parent / "vscode"
BUILT = Path(__file__).parents[2] / "build" / "vscode"
NBEXTENSIONS = Path(sys.prefix, "share", "jupyter", "nbextensions")
NO_NPM = "npm is not installed: the test of VS Code's host needs it. On Debian and Ubuntu: "
NO_NPM += "sudo apt-get install npm"


def build_host() -> Path:
    """Install what package-lock.json pins, bundle the page's script, return the folder of both."""
    if shutil.which("npm") is None:
        raise RuntimeError(NO_NPM)
    BUILT.mkdir(parents=True, exist_ok=True)
    lock = (SOURCES / "package-lock.json").read_bytes()
    kept = BUILT / "package-lock.json"
    installed = BUILT / "node_modules" / ".package-lock.json"
    if not (installed.exists() and kept.exists() and kept.read_bytes() == lock):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCES / name, BUILT)
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    shutil.copy(SOURCES / "host.js", BUILT)
    bundle = ("host.js", "--bundle", "--outfile=host.bundle.js", "--external:/vscode/*")
    _run("node_modules/.bin/esbuild", *bundle, "--format=iife", "--log-level=warning")
    return BUILT


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=BUILT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")


class VSCodePage:
    """A page with VS Code's host, connected to a kernel of its own."""

    def __init__(self, page: Page, server: LabServer, built: Path) -> None:
        self.page, self.server = page, server
        self.problems: list[str] = []
        self.refused: list[str] = []
        """what the page asked for beyond itself and its kernel"""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        modules = built / "node_modules"
        self._files = {
            "page.html": SOURCES / "page.html",
            "host.js": built / "host.bundle.js",
            "require.js": modules / "requirejs" / "require.js",
            "ipywidgets.js": modules / "@vscode" / "jupyter-ipywidgets8" / "dist" / "ipywidgets.js",
        }
        page.route("**", self._answer)
        self.kernel: dict[str, Any] = self._ask("POST", "/api/kernels", {"name": "python3"})
        page.goto(f"{server.url}/vscode/page.html")
        options = {"baseUrl": f"{server.url}/", "kernel": self.kernel, "scripts": _scripts()}
        self.host: JSHandle = page.evaluate_handle("(o) => window.host.connect(o)", options)

    def run(self, code: str) -> Locator:
        """Run code in the kernel; return the output of the last widget that it displayed."""
        run = "([host, code]) => window.host.run(host, code)"
        errors = self.page.evaluate(run, [self.host, code])
        assert errors == []
        return self.page.locator("#container > div:not(.preview)").last

    def markdown(self, text: str) -> None:
        """Put a cell of Markdown above everything."""
        self.page.evaluate("(text) => window.host.markdown(text)", text)

    def unread(self, text: str) -> list[str]:
        """What VS Code's reader of Markdown and its KaTeX cannot make of a text."""
        found: list[str] = self.page.evaluate("(text) => window.host.unread(text)", text)
        return found

    def failures(self) -> list[str]:
        """What could not be loaded, as VS Code would report it."""
        found: list[str] = self.host.evaluate("(host) => host.failures")
        return found

    def shut_kernel_down(self) -> None:
        """End the kernel, if it has not ended yet."""
        if self.kernel:
            self._ask("DELETE", f"/api/kernels/{self.kernel['id']}")
            self.kernel = {}

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(self.server.url)
        name = path.removeprefix("/vscode/")
        if name in self._files:
            route.fulfill(path=self._files[name])
        elif path.startswith("/vscode/nbextensions/"):
            route.fulfill(path=NBEXTENSIONS / path.removeprefix("/vscode/nbextensions/"))
        elif re.fullmatch(r"/api/kernels(/[\w-]+)?(\?.*)?", path) or path.startswith("blob:"):
            route.continue_()
        else:
            self.refused.append(route.request.url)
            route.abort()

    def _ask(self, method: str, path: str, content: Any = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.server.url + path, body, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")


def _scripts() -> dict[str, str]:
    """Where each widget's package is, by its nbextension's own configuration of requirejs."""
    found = {}
    for entry in NBEXTENSIONS.glob("*/extension.js"):
        for name, path in re.findall(
            r"""["']?([\w@/-]+)["']?:\s*["'](nbextensions/[\w@/-]+)["']""",
            entry.read_text(encoding="utf-8"),
        ):
            if not name.startswith("@jupyter-widgets/"):  # those are in the host itself
                found[name] = f"/vscode/{path}"
    return found


@contextmanager
def vscode_page(browser: Browser, server: LabServer, built: Path) -> Iterator[VSCodePage]:
    """A fresh page of the width of a notebook beside a side bar."""
    context = browser.new_context(
        viewport={"width": 900, "height": 1000},
        color_scheme="dark",
        # its files do not come over the network, so Chromium does not know the page as a local one
        permissions=["local-network-access"],
    )
    context.set_default_timeout(30_000)
    window = VSCodePage(context.new_page(), server, built)
    try:
        yield window
    finally:
        window.shut_kernel_down()
        context.close()
