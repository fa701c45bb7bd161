"""A Jupyter server with formgrader in a course's folder, asked as by an instructor's browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.grading.course import Course

TOKEN = "a-token-of-the-test"
Client = Callable[..., requests.Response]


@contextmanager
def formgrader_server(course: Course, home: Path, *, ours: bool = True) -> Iterator[Client]:
    """Run the server; gives a function that asks it and wants the answer `status`.

    Its address is the function's attribute `base`. Without `ours` it is nbgrader's formgrader.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"]
    values = [f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--ip=127.0.0.1"]
    home.mkdir(exist_ok=True)
    env = os.environ | {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config")}
    if ours:  # as a person does
        switch = [sys.executable, "-m", "nbexaminer.formgrader", "--user"]
        subprocess.run(switch, env=env, check=True, stdout=subprocess.DEVNULL)
    else:  # where this environment has it switched on
        values.append('--ServerApp.jpserver_extensions={"nbexaminer.formgrader": False}')
    with (home / "log.txt").open("w") as log:
        server = subprocess.Popen(
            [*command, *values], cwd=course.root, env=env, stdout=log, stderr=subprocess.STDOUT
        )
        base = f"http://127.0.0.1:{port}"
        session = requests.Session()
        session.headers["Authorization"] = f"token {TOKEN}"
        try:
            _wait(f"{base}/formgrader/api/status", session, server, home / "log.txt")
            yield _client(session, f"{base}/formgrader")
        finally:
            server.terminate()
            server.wait(30)


def _client(session: requests.Session, base: str) -> Client:
    def ask(
        path: str, method: str = "GET", *, status: int = 200, **kwargs: object
    ) -> requests.Response:
        answer = session.request(method, base + path, timeout=60, **kwargs)
        assert answer.status_code == status, answer.text
        return answer

    ask.base = base
    return ask


def _wait(
    url: str, session: requests.Session, server: "subprocess.Popen[bytes]", log: Path
) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            if session.get(url, timeout=10).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())
