"""Does the sandbox hold on this machine? python -m nbexaminer.sandbox.probe

Things to find are laid out on this machine; a kernel in the sandbox then tries to reach them. What
it reaches is printed, and makes the command fail.
"""

import ctypes
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from traitlets.config import Config

from nbexaminer.sandbox.bubblewrap import INSIDE
from nbexaminer.sandbox.choice import Sandbox
from nbexaminer.sandbox.errors import SandboxStartError, SandboxUnavailableError
from nbexaminer.sandbox.limits import SandboxLimits
from nbexaminer.sandbox.line import cell
from nbexaminer.sandbox.visible import visible_paths

SECONDS, SECONDS_TO_STOP = 60, 4
IPC_CREAT, IPC_RMID = 0o1000, 0


@contextmanager
def laid_out() -> Iterator[dict[str, Any]]:
    """Lay out what there is to find, and yield where it is; take it away afterwards."""
    word = "course-canary-" + secrets.token_hex(8)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        files = [folder / "gradebook.db", Path("/dev/shm", word), Path(tempfile.gettempdir(), word)]
        files.append(Path.home() / f".{word}")
        for path in files:
            with suppress(OSError):  # not everybody may write everywhere
                path.write_text(word)
                path.chmod(0o644)
                stack.callback(path.unlink)
        os.environ["COURSE_CANARY"] = word
        stack.callback(os.environ.pop, "COURSE_CANARY")
        sleeper = stack.enter_context(
            subprocess.Popen([sys.executable, "-c", "input()", word], stdin=subprocess.PIPE)
        )
        stack.callback(sleeper.kill)
        port, at_path, abstract = (
            stack.enter_context(socket.socket()),
            str(folder / "s"),
            "\0" + word,
        )
        port.bind(("127.0.0.1", 0))
        port.listen()
        for address in (at_path, abstract):
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(address)
            listening.listen()
        yield {
            "word": word,
            "files": [str(path) for path in (*files, Path(__file__), INSIDE)],
            "python": [str(path) for path in visible_paths()],
            "pid": sleeper.pid,
            "port": port.getsockname()[1],
            "socket": at_path,
            "abstract": word,
            "queue": stack.enter_context(_queue()),
            "space": SandboxLimits().space().home,
        }


@contextmanager
def _queue() -> Iterator[int]:
    """Make a System V message queue; yield its key."""
    libc = ctypes.CDLL(None, use_errno=True)
    key = secrets.randbits(30)
    queue = libc.msgget(key, IPC_CREAT | 0o666)
    try:
        yield key
    finally:
        libc.msgctl(queue, IPC_RMID, None)


def reached(marks: dict[str, Any], config: Config) -> dict[str, list[str]]:
    """Return what each attempt reached, in a kernel of that configuration."""
    source = (INSIDE / "attempts.py").read_text()
    end = "import json; print(json.dumps(dict(reached(json.loads(MARKS)))))"
    code = f"MARKS = {json.dumps(marks)!r}\n{source}\n{end}"
    printed: list[str] = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    kernel = Sandbox(config=config).kernel()
    kernel.start()
    try:
        reply = kernel.run(cell(code), SECONDS, SECONDS_TO_STOP, keep).content
    finally:
        kernel.close()
    if reply["status"] != "ok":
        raise RuntimeError("The probe failed inside: " + "\n".join(reply["traceback"]))
    result: dict[str, list[str]] = json.loads("".join(printed))
    return result


def main() -> int:
    """Probe warm and cold sandboxes; print what was reached; return 1 if there is anything."""
    holes = 0
    for warm in (True, False):
        config = Config({"SandboxProvisioner": {"warm": warm}})
        try:
            with laid_out() as marks:
                found = reached(marks, config)
        except (SandboxUnavailableError, SandboxStartError) as error:
            print(error)
            return 1
        for attempt, things in found.items():
            holes += bool(things)
            verdict = "REACHED " + ", ".join(things) if things else "nothing"
            print(f"{'warm' if warm else 'cold'}  {attempt.replace('_', ' '):32} {verdict}")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
