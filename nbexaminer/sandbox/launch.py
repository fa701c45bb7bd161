"""Starting a kernel in a sandbox: the cold way, a new Python for each."""

import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbexaminer.sandbox.bubblewrap import INSIDE, Space, outer_wall, program, wall
from nbexaminer.sandbox.errors import SandboxStartError, SandboxUnavailableError
from nbexaminer.sandbox.folders import run_folder
from nbexaminer.sandbox.requirements import forbidden, require_linux, tool
from nbexaminer.sandbox.seccomp import filter_program, memory_file

READY = b"ready"
CREDENTIALS = struct.Struct("3i")
START_SECONDS = 60
LONGEST_ANSWER = 4096


@dataclass(frozen=True)
class Order:
    """What a kernel is to be."""

    handout: Path
    space: Space
    inside: dict[str, Any]
    """What the kernel itself is told: arguments, key, limits."""
    line: socket.socket
    """The kernel's end of its line."""

    def wall(self) -> list[str]:
        """Return the command that builds its sandbox."""
        return wall(self.handout, self.space, run_folder().shown.system)


@dataclass
class Running:
    """A kernel in its sandbox, seen from outside."""

    pid: int
    """The kernel's process."""
    kernel: int
    """A descriptor of the kernel's process."""
    init_pid: int
    """The first process of the sandbox."""
    init: int
    """A descriptor of the first process of the sandbox: none outlives it."""
    process: subprocess.Popen[bytes] | None = None
    """bubblewrap, where it is a child of this process."""


def start_cold(order: Order) -> Running:
    """Build a sandbox and start a kernel in it.

    Raises SandboxUnavailableError if the sandbox cannot be built, SandboxStartError if the kernel
    does not come up in it.
    """
    ours, theirs = answering_sockets()
    with ours, tempfile.TemporaryFile() as complaints:
        with theirs, memory_file(filter_program()) as filtered:
            process = subprocess.Popen(
                [*_sandboxed(order.wall(), filtered), *program("kernel", theirs.fileno())],
                env={},
                stdin=subprocess.DEVNULL,
                stdout=complaints,
                stderr=complaints,
                pass_fds=[theirs.fileno(), filtered],
                start_new_session=True,  # an interrupt at the keyboard is the grader's
            )
        try:
            message = json.dumps(order.inside).encode()
            socket.send_fds(ours, [message], [order.line.fileno()])
            pid = kernel_pid(ours)
        except OSError as error:
            process.kill()
            process.wait()
            complaints.seek(0)
            said = complaints.read(LONGEST_ANSWER).decode(errors="replace").strip()
            raise not_started(said or str(error)) from error
    return Running(pid, os.pidfd_open(pid), pid, os.pidfd_open(pid), process)


@cache
def require_sandbox() -> None:
    """Build a sandbox as start_cold does, around a program that does nothing.

    Raises SandboxUnavailableError if this machine cannot hold one.
    """
    require_linux()
    shown = run_folder().shown
    empty_wall = wall(shown.handouts, Space(1 << 20, 1 << 20, 1 << 20), shown.system)
    with memory_file(filter_program()) as filtered:
        done = subprocess.run(
            [*_sandboxed(empty_wall, filtered), tool("true")],
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=[filtered],
            check=False,
        )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
        raise could_not_be_built(said)


def _sandboxed(wall: list[str], filtered: int) -> list[str]:
    """Return the start of a command that runs the rest of it in a sandbox."""
    outside = view() if os.geteuid() == 0 else []
    return [*outside, *wall, "--seccomp", str(filtered), "--"]


def view() -> list[str]:
    """Return the command behind which sandboxes are built."""
    shown = run_folder().shown
    return outer_wall(shown.system, INSIDE, shown.system, shown.handouts)


def answering_sockets() -> tuple[socket.socket, socket.socket]:
    """Return two connected sockets, the first of which learns who writes into the second."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    ours.settimeout(START_SECONDS)
    return ours, theirs


def kernel_pid(answers: socket.socket) -> int:
    """Wait until the kernel is ready; return its process id, as it is called out here.

    Raises OSError if it does not get ready.
    """
    room = socket.CMSG_SPACE(CREDENTIALS.size)
    message, ancillary, _, _ = answers.recvmsg(LONGEST_ANSWER, room)
    if message != READY:
        raise ConnectionError(message.decode(errors="replace") or "it ended without an answer")
    ((_, _, credentials),) = ancillary
    pid: int = CREDENTIALS.unpack(credentials)[0]
    return pid


def not_started(said: str) -> SandboxUnavailableError | SandboxStartError:
    """Return the error for what was said instead of an answer."""
    if said.startswith(("bwrap:", "setpriv:")):
        return could_not_be_built(said)
    return SandboxStartError(f"A sandboxed kernel did not start: {said}.")


def could_not_be_built(said: str) -> SandboxUnavailableError:
    """Return the error for what bubblewrap or setpriv said, with what the system forbids."""
    return SandboxUnavailableError(
        "; ".join([f"a sandbox could not be built ({said})", *forbidden()])
    )


def send_signal(pidfd: int, number: int) -> None:
    """Send a signal to a process; one that has ended is no error."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, number)
