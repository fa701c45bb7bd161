"""The grader's side of the warm start: a process with everything imported, forked for each kernel.

It is started when the first kernel is asked for, unless several graders share one.
"""

import array
import json
import logging
import os
import select
import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path

from nbexaminer.sandbox.errors import SandboxStartError, SandboxUnavailableError
from nbexaminer.sandbox.folders import run_folder
from nbexaminer.sandbox.launch import (
    LONGEST_ANSWER,
    START_SECONDS,
    Order,
    Running,
    answering_sockets,
    kernel_pid,
    not_started,
    send_signal,
    start_cold,
)
from nbexaminer.sandbox.per_process import per_process
from nbexaminer.sandbox.seccomp import filter_program, memory_file
from nbexaminer.sandbox.warm_process import WarmProcess

WARM = b"warm"
MOST_FAILURES = 3
"""After so many the warm way is not tried again in this process."""


class Nursery:
    """The way to a warm process."""

    def __init__(self, line: socket.socket | None = None) -> None:
        """Wait until the process at the other end of `line` is warm; without a line, start one.

        Raises SandboxUnavailableError or SandboxStartError if it does not get there.
        """
        self._own: WarmProcess | None = None
        if line is None:
            self._own = WarmProcess()
            (line,) = self._own.lines
        self._line = line
        self._line.settimeout(START_SECONDS)
        self._lock = threading.Lock()
        if self._greeting() != WARM:
            self.close()
            raise not_started(self._own.complaint() if self._own else "the warm process has ended")

    def _greeting(self) -> bytes:
        try:
            return self._line.recv(LONGEST_ANSWER)
        except OSError:
            return b""

    def start(self, order: Order) -> Running:
        """Fork a kernel into a sandbox of its own.

        Raises SandboxUnavailableError or SandboxStartError if it does not come up.
        """
        ours, theirs = answering_sockets()
        with ours:
            try:
                with theirs, memory_file(filter_program()) as filtered:
                    message = json.dumps(order.inside | {"wall": order.wall()}).encode()
                    descriptors = [order.line.fileno(), filtered, theirs.fileno()]
                    with self._lock:
                        socket.send_fds(self._line, [message], descriptors)
                return _running(ours)
            except OSError as error:
                raise not_started(str(error)) from error

    @property
    def alive(self) -> bool:
        """Whether it can still be asked for kernels; said at once.

        A socket with a time-out waits for it, MSG_DONTWAIT or not, so it is asked beforehand.
        """
        try:
            poll = select.poll()
            poll.register(self._line, select.POLLIN)
            return not poll.poll(0) or self._line.recv(1, socket.MSG_PEEK) != b""
        except (OSError, ValueError):  # it is closed
            return False

    def close(self) -> None:
        """End every sandbox that came from here, and the warm process where it is this one's."""
        self._line.close()
        if self._own is not None:
            self._own.close()


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
        self._shared: socket.socket | None = None
        self._failures = 0
        self._lock = threading.Lock()

    def share(self, line: socket.socket) -> None:
        """Use the warm process at the other end of `line`, as long as it lives."""
        self._shared = line

    def decline(self) -> None:
        """Do without the shared warm process: no kernel will be asked of it."""
        with self._lock:
            if self._shared is not None:
                self._shared.close()
                self._shared = None

    def begin(self) -> None:
        """Warm up in the background; the first kernel waits for it, and says what went wrong."""
        run_folder()  # from this thread, so that there is one

        def warm() -> None:
            with suppress(SandboxStartError, SandboxUnavailableError):
                self._warm()

        threading.Thread(target=warm, name="sandbox-warming", daemon=True).start()

    def start(self, order: Order, log: logging.Logger) -> Running:
        """Start a kernel; say once if it has to be the cold way.

        Raises SandboxUnavailableError or SandboxStartError if it does not come up either way.
        """
        if self._failures < MOST_FAILURES:
            try:
                return self._warm().start(order)
            except (SandboxStartError, SandboxUnavailableError) as error:
                self._failed(error, log)
        return start_cold(order)

    def _warm(self) -> Nursery:
        with self._lock:
            if self._nursery is None:
                self._nursery = self._way_to_shared() or Nursery()
            return self._nursery

    def _way_to_shared(self) -> Nursery | None:
        """Return the way to the shared warm process, where there is one and it got warm."""
        line, self._shared = self._shared, None
        if line is not None:
            with suppress(SandboxStartError, SandboxUnavailableError):
                return Nursery(line)
        return None

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
