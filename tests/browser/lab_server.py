"""A JupyterLab server of our own on a free port: no token, this machine only, own folder."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

START_SECONDS = 90


class LabServer(NamedTuple):
    """Where the server answers and which folder it shows."""

    url: str
    root: Path
    home: Path

    def lab_url(self, notebook: str) -> str:
        """The address of one notebook, in a workspace of its own so that nothing is restored."""
        return f"{self.url}/lab/workspaces/auto-{os.urandom(4).hex()}/tree/{notebook}"


@contextlib.contextmanager
def lab_server(root: Path, home: Path, *, application: str = "jupyterlab") -> Iterator[LabServer]:
    """Run JupyterLab, or the `application` "notebook", over the folder `root`.

    Its settings and logs stay in `home`.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    _write_settings(home / "settings")
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", application, *_options(root, port)],
        env=_environment(home),
        cwd=root,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait_until_it_answers(process, url, home / "server.log")
        yield LabServer(url, root, home)
    finally:
        process.terminate()  # the server ends its kernels on SIGTERM
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _options(root: Path, port: int) -> list[str]:
    return [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]


def _write_settings(folder: Path) -> None:
    """Ask for no news: the question would lie over the notebook."""
    notification = folder / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notification.parent.mkdir(parents=True, exist_ok=True)
    notification.write_text('{"fetchNews": "false", "checkForUpdates": false}')


def _environment(home: Path) -> dict[str, str]:
    """An empty home folder, so that no setting of whoever runs the tests leaks in."""
    places = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
        "MPLCONFIGDIR": home / "matplotlib",
    }
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "JPY_"))}
    return {**kept, **{name: str(place) for name, place in places.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/api/status", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    tail = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"JupyterLab did not answer at {url} in {START_SECONDS} s:\n{tail}")
