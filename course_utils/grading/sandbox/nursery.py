"""The grader's side of the warm start: a process with everything imported, forked for each kernel.

It is started when the first kernel is asked for, and ends with this process.
"""

import array
import asyncio
import atexit
import json
import logging
import os
import signal
import socket
import subprocess
import tempfile
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import IO

from course_utils.grading.sandbox.bubblewrap import program
from course_utils.grading.sandbox.errors import SandboxStartError, SandboxUnavailableError
from course_utils.grading.sandbox.folders import run_folder
from course_utils.grading.sandbox.launch import (
    LONGEST_ANSWER,
    START_SECONDS,
    Order,
    Running,
    answering_sockets,
    kernel_pid,
    not_started,
    send_signal,
    start_cold,
    view,
)
from course_utils.grading.sandbox.per_process import per_process
from course_utils.grading.sandbox.seccomp import filter_program, memory_file

WARM = b"warm"
MOST_FAILURES = 3
"""After so many the warm way is not tried again in this process."""
SECONDS_TO_END = 5


class Nursery:
    """The warm process, and the way to it."""

    def __init__(self) -> None:
        """Start it, and wait until it is warm.

        Raises SandboxUnavailableError or SandboxStartError if it does not get there.
        """
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(START_SECONDS)
        self._lock = threading.Lock()
        begin: Future[subprocess.Popen[bytes]] = Future()
        with theirs, tempfile.TemporaryFile() as complaints:
            command = [*view(), *program("nursery", theirs.fileno())]
            # It is to end with the thread that starts it, so that thread must last.
            threading.Thread(
                target=_keep,
                args=(begin, command, theirs.fileno(), complaints),
                name="sandbox-nursery",
                daemon=True,
            ).start()
            self._process = begin.result()
            theirs.close()
            if self._greeting() != WARM:
                self.close()
                complaints.seek(0)
                raise not_started(complaints.read(LONGEST_ANSWER).decode(errors="replace").strip())
        atexit.register(self.close)

    def _greeting(self) -> bytes:
        try:
            return self._socket.recv(LONGEST_ANSWER)
        except OSError:
            return b""

    async def start(self, order: Order) -> Running:
        """Fork a kernel into a sandbox of its own.

        Raises SandboxUnavailableError or SandboxStartError if it does not come up.
        """
        ours, theirs = answering_sockets()
        with ours:
            try:
                with theirs, memory_file(filter_program()) as filtered:
                    message = json.dumps(order.inside | {"wall": order.wall()}).encode()
                    descriptors = [s.fileno() for s in order.sockets]
                    with self._lock:
                        socket.send_fds(
                            self._socket, [message], [*descriptors, filtered, theirs.fileno()]
                        )
                return await asyncio.to_thread(_running, ours)
            except OSError as error:
                raise not_started(str(error)) from error

    @property
    def alive(self) -> bool:
        """Whether it can still be asked for kernels."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the warm process, and every sandbox that came from it."""
        self._socket.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_END)
            return
        self._process.kill()


def _keep(
    begin: "Future[subprocess.Popen[bytes]]",
    command: list[str],
    descriptor: int,
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
            pass_fds=[descriptor],
            start_new_session=True,  # an interrupt at the keyboard is the grader's
        )
    except OSError as error:
        begin.set_exception(not_started(str(error)))
        return
    begin.set_result(process)
    process.wait()


def _running(answers: socket.socket) -> Running:
    """Wait for the sandbox, then for its kernel.

    Raises OSError with what was said instead.
    """
    numbers = array.array("i")
    room = socket.CMSG_SPACE(3 * numbers.itemsize) + socket.CMSG_SPACE(numbers.itemsize)
    message, ancillary, _, _ = answers.recvmsg(LONGEST_ANSWER, room)
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            numbers.frombytes(data)
    if not numbers:
        raise ConnectionError(message.decode(errors="replace") or "the warm process ended")
    (init,) = numbers
    try:
        pid = kernel_pid(answers)
        return Running(pid, os.pidfd_open(pid), _pid_of(init), init)
    except OSError:
        send_signal(init, signal.SIGKILL)
        os.close(init)
        raise


def _pid_of(pidfd: int) -> int:
    """Return the process id behind a descriptor, as it is called out here."""
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("Pid:")))


class Starter:
    """Starts kernels the warm way while that works, else the cold way, in the same sandbox."""

    def __init__(self) -> None:
        self._nursery: Nursery | None = None
        self._failures = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Warm up in the background; the first kernel waits for it, and says what went wrong."""
        run_folder()  # from this thread, so that there is one

        def warm() -> None:
            with suppress(SandboxStartError, SandboxUnavailableError):
                self._warm()

        threading.Thread(target=warm, name="sandbox-warming", daemon=True).start()

    async def start(self, order: Order, log: logging.Logger) -> Running:
        """Start a kernel; say once if it has to be the cold way.

        Raises SandboxUnavailableError or SandboxStartError if it does not come up either way.
        """
        if self._failures < MOST_FAILURES:
            try:
                warm = await asyncio.to_thread(self._warm)
                return await warm.start(order)
            except (SandboxStartError, SandboxUnavailableError) as error:
                self._failed(error, log)
        return await start_cold(order)

    def _warm(self) -> Nursery:
        with self._lock:
            if self._nursery is None:
                self._nursery = Nursery()
            return self._nursery

    def _failed(self, error: Exception, log: logging.Logger) -> None:
        with self._lock:
            self._failures += 1
            if self._failures == 1:
                log.warning("This kernel starts cold, in a sandbox all the same: %s", error)
            if self._nursery is not None and not self._nursery.alive:
                self._nursery = None


@per_process
def starter() -> Starter:
    """Return this process's starter of kernels."""
    return Starter()
