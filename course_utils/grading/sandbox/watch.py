"""Limits that hold for all processes of a sandbox together: watched from outside, by a thread.

The system's own limits are for one process each. What is too much ends the whole sandbox.
"""

import os
import signal
import threading
from dataclasses import dataclass, field
from time import monotonic

from course_utils.grading.sandbox import processes
from course_utils.grading.sandbox.bubblewrap import HOME
from course_utils.grading.sandbox.launch import Running, send_signal
from course_utils.grading.sandbox.limits import MEGABYTE, SandboxLimits
from course_utils.grading.sandbox.per_process import per_process

SECONDS_BETWEEN_LOOKS = 0.25


@dataclass(eq=False)
class Watched:
    """One sandbox, and what it has taken so far."""

    running: Running
    limits: SandboxLimits
    reason: str | None = None
    """Why it was ended, if it was."""
    unwatched: bool = False
    """Whether that was because nobody could look at it."""
    started: float = field(default_factory=monotonic)
    cpu: dict[int, float] = field(default_factory=dict)
    own_memory: int = field(default_factory=lambda: _own_memory())
    """Bytes that this process had when the sandbox started."""

    def too_much(self) -> str | None:
        """Return what it takes too much of, if anything."""
        limits, pids = self.limits, processes.family(self.running.init_pid, self.running.pid)
        self.cpu.update({pid: processes.cpu_seconds(pid) for pid in pids})
        memory = limits.memory_megabytes * MEGABYTE
        if monotonic() - self.started > limits.wall_seconds:
            return f"it ran longer than {limits.wall_seconds} seconds"
        if sum(self.cpu.values()) > limits.cpu_seconds:
            return f"it used more than {limits.cpu_seconds} seconds of CPU time"
        if processes.memory_bytes(pids, memory) > memory:
            return f"it used more than {limits.memory_megabytes} MB of memory"
        if processes.files_in(self.running.init_pid, HOME, "/tmp", "/dev/shm") > limits.files:
            return f"it made more than {limits.files} files"
        if _own_memory() - self.own_memory > limits.unread_megabytes * MEGABYTE:
            return f"it sent more than {limits.unread_megabytes} MB at once"
        return None


def _own_memory() -> int:
    return processes.memory_bytes([os.getpid()])


class Watch:
    """The thread that looks at each sandbox of this process a few times a second."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._watched: set[Watched] = set()
        threading.Thread(target=self._look, name="sandbox-watch", daemon=True).start()

    def add(self, sandbox: Watched) -> None:
        """Watch a sandbox from now on."""
        with self._change:
            self._watched.add(sandbox)
            self._change.notify()

    def remove(self, sandbox: Watched) -> None:
        """Watch it no longer; after this call nothing is sent to it."""
        with self._change:
            self._watched.discard(sandbox)

    def _look(self) -> None:
        with self._change:
            while True:
                self._change.wait(SECONDS_BETWEEN_LOOKS if self._watched else None)
                for sandbox in [s for s in self._watched if s.reason is None]:
                    _look_at(sandbox)


def _look_at(sandbox: Watched) -> None:
    """End a sandbox that takes too much, or that cannot be looked at: none runs unwatched."""
    try:
        sandbox.reason = sandbox.too_much()
    except Exception as error:
        sandbox.unwatched = True
        sandbox.reason = f"it could not be watched ({type(error).__name__}: {error})"
    if sandbox.reason is not None:
        send_signal(sandbox.running.init, signal.SIGKILL)


@per_process
def watch() -> Watch:
    """Return this process's watch."""
    return Watch()
