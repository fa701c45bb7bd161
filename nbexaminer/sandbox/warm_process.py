"""The process with everything imported, of which kernels are forks: how it is started and ended."""

import atexit
import socket
import subprocess
import tempfile
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import IO

from nbexaminer.sandbox.bubblewrap import program
from nbexaminer.sandbox.launch import LONGEST_ANSWER, not_started, view

SECONDS_TO_END = 5


class WarmProcess:
    """A warm process with lines to it, each for one grading process.

    When a line is closed, every sandbox that was asked for over it ends; when all are, or when this
    process ends, the warm process does.
    """

    def __init__(self, lines: int = 1) -> None:
        """Start it, without waiting until it is warm: then it says so on each line.

        Raises SandboxUnavailableError or SandboxStartError if it cannot be started.
        """
        walls = view()
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(lines)]
        self.lines = [ours for ours, _ in pairs]
        descriptors = [theirs.fileno() for _, theirs in pairs]
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        command = [*walls, *program("nursery", *descriptors)]
        begin: Future[subprocess.Popen[bytes]] = Future()
        # It is to end with the thread that starts it, so that thread must last.
        threading.Thread(
            target=_keep,
            args=(begin, command, descriptors, self._complaints),
            name="sandbox-nursery",
            daemon=True,
        ).start()
        self._process = begin.result()
        for _, theirs in pairs:
            theirs.close()
        atexit.register(self.close)

    def complaint(self) -> str:
        """Return what it said when it could not get warm, or not go on."""
        self._complaints.seek(0)
        return self._complaints.read(LONGEST_ANSWER).decode(errors="replace").strip()

    def close(self) -> None:
        """Close the lines that are still this process's, and end it."""
        for line in self.lines:
            line.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_END)
            return
        self._process.kill()


def _keep(
    begin: "Future[subprocess.Popen[bytes]]",
    command: list[str],
    descriptors: list[int],
    complaints: IO[bytes],
) -> None:
    """Start the warm process, and stay as long as it does."""
    try:
        process = subprocess.Popen(
            command,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=complaints,
            stderr=complaints,
            pass_fds=descriptors,
            start_new_session=True,  # an interrupt at the keyboard is the grader's
        )
    except OSError as error:
        begin.set_exception(not_started(str(error)))
        return
    begin.set_result(process)
    process.wait()
