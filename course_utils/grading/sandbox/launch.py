"""Starting a kernel in a sandbox: the cold way, a new Python for each."""

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.grading.sandbox.bubblewrap import (
    INSIDE,
    MACHINERY,
    Space,
    as_nobody,
    outer_wall,
    tool,
    wall,
)
from course_utils.grading.sandbox.errors import SandboxStartError
from course_utils.grading.sandbox.folders import run_folder

CREDENTIALS = struct.Struct("3i")
START_SECONDS = 60


@dataclass
class Running:
    """A kernel in its sandbox, seen from outside."""

    pid: int
    """The kernel's process."""
    kernel: int
    """A descriptor of the kernel's process."""
    init: int
    """A descriptor of the first process of the sandbox: none outlives it."""
    process: subprocess.Popen[bytes] | None = None
    """bubblewrap, where it is a child of this process."""


async def start_cold(
    handout: Path,
    space: Space,
    orders: dict[str, Any],
    sockets: Sequence[socket.socket],
) -> Running:
    """Build a sandbox and start a kernel in it.

    Raises SandboxStartError if it does not come up.
    """
    ours, theirs = _order_sockets()
    with ours, tempfile.TemporaryFile() as complaints:
        with theirs:
            command = [
                *_built(handout, space),
                *(sys.executable, "-I", f"{MACHINERY}/kernel.py", str(theirs.fileno())),
            ]
            process = subprocess.Popen(
                command,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=complaints,
                stderr=complaints,
                pass_fds=[theirs.fileno()],
            )
        try:
            socket.send_fds(ours, [json.dumps(orders).encode()], [s.fileno() for s in sockets])
            pid = await asyncio.to_thread(_answer, ours)
        except OSError as error:
            process.kill()
            process.wait()
            complaints.seek(0)
            said = complaints.read(2000).decode(errors="replace").strip()
            raise SandboxStartError(
                f"A sandboxed kernel did not start: {said or error}."
            ) from error
    return Running(pid, os.pidfd_open(pid), os.pidfd_open(pid), process)


def _built(handout: Path, space: Space) -> list[str]:
    """Return the command that builds the sandbox, up to the command that runs inside."""
    folder = run_folder()
    inner = [tool("bwrap"), *wall(handout, space, folder.system, None), "--"]
    if os.geteuid() != 0:
        return inner
    return [
        *(tool("bwrap"), *outer_wall(folder.system, INSIDE, folder.system, folder.handouts), "--"),
        *as_nobody(),
        *inner,
    ]


def _order_sockets() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    ours.settimeout(START_SECONDS)
    return ours, theirs


def _answer(orders: socket.socket) -> int:
    """Wait for the kernel's answer; return its process id, as it is called out here."""
    message, ancillary, _, _ = orders.recvmsg(16, socket.CMSG_SPACE(CREDENTIALS.size))
    if not message:
        raise ConnectionError("it ended without an answer")
    ((_, _, credentials),) = ancillary
    pid: int = CREDENTIALS.unpack(credentials)[0]
    return pid


def send_signal(pidfd: int, number: int) -> None:
    """Send a signal to a process; one that has ended is no error."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, number)
