"""The hub that `make hub` starts, with a state of the test's own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEOPLE = ("instructor", "ana", "ben")
NOT_ROOT = (
    "NOT RUN: the hub makes every student a user of their own, which only root can; "
    "remedy: run these tests as root, as .ci/run does in CI"
)


def missing() -> str | None:
    """Return what the hub needs and is not here, with the remedy."""
    programs = {"node": "nodejs npm", "npm": "nodejs npm", "make": "make"}
    for program, packages in programs.items():
        if shutil.which(program) is None:
            return f"no {program} here; remedy: sudo apt-get install {packages}"
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return "no PostgreSQL here; remedy: sudo apt-get install postgresql"
    return None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Hub:
    """A running hub; `passwords` holds those that the first start has shown."""

    def __init__(self, folder: Path, settings: str = "", before: Sequence[str] = ()) -> None:
        """Use `folder` for the state and a hub.toml; `before` starts a command that runs make."""
        self._before = before
        self.state = folder / "state"
        self.settings = folder / "hub.toml" if settings else None
        if self.settings:
            self.settings.write_text(settings)
        self.passwords: dict[str, str] = {}
        self.said = ""
        self._output = folder / "said"
        self._namespace = ""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 240) -> None:
        """Call `make hub` and wait until it has said how to stop it."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
        words = [f"PORT={self.port}", f"STATE={self.state}"]
        words += [f"SETTINGS={self.settings}"] if self.settings else []
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [*self._before, "make", "--no-print-directory", "hub", *words],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal of its own, whose Ctrl-C `stop` presses
            )
        deadline = time.monotonic() + seconds
        while "To stop:" not in self._said() and time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            time.sleep(0.5)
        self.passwords |= dict(re.findall(r"^  (\S+) +(\S{12})$", self._said(), re.MULTILINE))
        if "To stop:" not in self.said:
            self.stop()
            raise RuntimeError(f"make hub: {self.said}\n{self.log()[-4000:]}")
        self._namespace = self._find_namespace()
        assert len(self.processes()) > 5

    def stop(self) -> None:
        """Press Ctrl-C, and wait."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(timeout=120)
        self._said()

    def log(self) -> str:
        path = self.state / "hub" / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def cluster(self) -> str:
        """Return the address of the hub's Dask workers."""
        found = re.search(r"--cluster (\S+)", self.said)
        assert found, self.said
        return found[1]

    def processes(self) -> list[str]:
        """Return what runs of this hub: all that is in its namespace, and whoever started it."""
        return [
            line
            for folder, line in _commands()
            if str(self.state) in line
            or (self._namespace and _text(folder / "ns" / "pid") == self._namespace)
        ]

    def numbers(self) -> dict[str, int]:
        """Return the user ids of the hub's accounts, by name."""
        lines = (self.state / "accounts" / "numbers").read_text().splitlines()
        return {name: int(number) for name, number in (line.split(":") for line in lines)}

    def _find_namespace(self) -> str:
        mine = f'"port": {self.port},'
        for folder, line in _commands():
            if "deploy.hub.inside" in line and mine in _text(folder / "environ"):
                namespace = _text(folder / "ns" / "pid")
                if namespace != _text(Path("/proc/self/ns/pid")):  # bubblewrap itself is outside
                    return namespace
        raise AssertionError("the hub runs behind no walls")

    def _said(self) -> str:
        self.said = self._output.read_text()
        return self.said


def _commands() -> Iterator[tuple[Path, str]]:
    """Yield every process of the machine with its command."""
    for folder in Path("/proc").glob("[0-9]*"):
        line = _text(folder / "cmdline").replace("\0", " ").strip()
        if line:
            yield folder, line


def _text(path: Path) -> str:
    try:
        return os.readlink(path) if path.parent.name == "ns" else path.read_text(errors="replace")
    except OSError:
        return ""


def refusal(*words: str, **options: object) -> str:
    """Return the sentence with which a hub refuses to start."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.hub", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=60, **options,  # type: ignore[call-overload]
    )  # fmt: skip
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    said: str = done.stderr
    return said
