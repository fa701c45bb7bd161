"""Limits that hold for all processes of a sandbox together: watched from outside, by a thread.

The system's own limits are for one process each. What is too much ends the whole sandbox.
"""

import os
import signal
import threading
from dataclasses import dataclass, field
from time import monotonic

from nbexaminer.sandbox import processes
from nbexaminer.sandbox.bubblewrap import HOME
from nbexaminer.sandbox.launch import Running, send_signal
from nbexaminer.sandbox.limits import MEGABYTE, SandboxLimits
from nbexaminer.sandbox.per_process import per_process

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
    """Bytes of this process from which on growth is put down to the sandbox."""
    unread: float = 0
    """That growth, as a share of what may wait here to be read."""

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
        growth = _own_memory() - self.own_memory
        self.own_memory += min(0, growth)
        self.unread = max(0, growth) / (limits.unread_megabytes * MEGABYTE)
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
                for sandbox in self._running():
                    _look_at(sandbox)
                _look_at_what_was_sent(self._running())

    def _running(self) -> list[Watched]:
        return [sandbox for sandbox in self._watched if sandbox.reason is None]


def _look_at(sandbox: Watched) -> None:
    """End a sandbox that takes too much, or that cannot be looked at: none runs unwatched."""
    try:
        reason = sandbox.too_much()
    except Exception as error:
        sandbox.unwatched = True
        reason = f"it could not be watched ({type(error).__name__}: {error})"
    if reason is not None:
        _end(sandbox, reason)


def _look_at_what_was_sent(sandboxes: list[Watched]) -> None:
    """End the one that has sent too much at once, and only one.

    What waits in this process to be read has no sender's name on it. It is put down to the one
    that is furthest past its limit; the others are measured from here on.
    """
    sender = max(sandboxes, key=lambda sandbox: sandbox.unread, default=None)
    if sender is None or sender.unread <= 1:
        return
    _end(sender, f"it sent more than {sender.limits.unread_megabytes} MB at once")
    for other in sandboxes:
        other.own_memory = _own_memory()


def _end(sandbox: Watched, reason: str) -> None:
    sandbox.reason = reason
    send_signal(sandbox.running.init, signal.SIGKILL)


@per_process
def watch() -> Watch:
    """Return this process's watch."""
    return Watch()
