"""Where a submission's kernel runs, and how it is asked: in a sandbox, or, by name, without one."""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from traitlets import Bool
from traitlets.config import LoggingConfigurable

from nbexaminer.sandbox.bubblewrap import HANDOUT, INSIDE
from nbexaminer.sandbox.errors import SandboxStartError
from nbexaminer.sandbox.handouts import handouts, write_files
from nbexaminer.sandbox.launch import (
    Order,
    Running,
    answering_sockets,
    kernel_pid,
    send_signal,
    start_cold,
)
from nbexaminer.sandbox.limits import SandboxLimits
from nbexaminer.sandbox.line import Line, LineLostError, NotInterruptedError, Reply
from nbexaminer.sandbox.nursery import starter
from nbexaminer.sandbox.requirements import require_linux
from nbexaminer.sandbox.watch import Watched, watch

SECONDS_TO_END = 10
SEND_SECONDS = 5.0
"""How long a request may take to get on its way."""


class Provisioner(LoggingConfigurable):
    """A Python kernel on a line of its own, from `start` to `close`."""

    running: Running | None = None
    line: Line | None = None

    def __init__(self, **kwargs: Any) -> None:
        """Make a provisioner; its limits come from the same configuration."""
        super().__init__(**kwargs)
        self.limits = SandboxLimits(parent=self)

    @property
    def ended(self) -> str | None:
        """Why it was ended from outside, if it was."""
        return None

    @property
    def unwatched(self) -> bool:
        """Whether that was because it could not be watched."""
        return False

    def start(
        self,
        handout: Mapping[str, bytes] | None = None,
        *,
        arguments: Sequence[str] = (),
        keep_handout: bool = True,
    ) -> None:
        """Start the kernel, with those arguments of ipykernel's.

        `handout` are files by name, which the student's code may read, in its working folder and as
        modules. They stay on the grader's side for another kernel, unless `keep_handout` is false.
        The environment and the working folder of the grading process are not passed on.

        Raises SandboxUnavailableError or SandboxStartError where it does not come up.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self.running = self._launched(handout or {}, list(arguments), keep_handout, theirs)
        except BaseException:
            ours.close()
            self.close()
            raise
        self.line = Line(ours, self.running.kernel, self.limits.message_bytes)

    def run(
        self,
        request: Mapping[str, Any],
        seconds: float,
        patience: float,
        output: Callable[[dict[str, Any]], object] | None = None,
        most: int | None = None,
    ) -> Reply:
        """Run a cell, with the arguments of ipykernel's `do_execute`; return what came of it.

        What is shown meanwhile goes to `output`, as messages of Jupyter's. A kernel that takes
        longer than `seconds` is interrupted. Messages of more than `most` bytes are passed over.

        Raises LineLostError where the kernel is gone, and NotInterruptedError where it has not
        stopped `patience` seconds after the interrupt.
        """
        if self.line is None:
            raise LineLostError("it has not been started")
        if not self.line.ask(request, monotonic() + SEND_SECONDS):
            raise LineLostError("it takes no more messages")
        content = self.line.reply(monotonic() + seconds, most, output)
        if content is not None:
            return Reply(content, in_time=True)
        self.interrupt()
        content = self.line.reply(monotonic() + patience, most, output)
        if content is None:
            raise NotInterruptedError
        return Reply(content, in_time=False)

    def run_apart(
        self, code: str, before: Sequence[str], seconds: float, patience: float, most: int
    ) -> Reply:
        """Run a cell in a fork of the kernel, behind cells of which nothing is said.

        What came of it is the reply: see inside/forked.py. Its status is "ok", or "died" where the
        fork has ended without a word. Raises what `run` raises, and LineLostError where the kernel
        cannot fork.
        """
        ready = self.run({"apart": True}, seconds, patience, most=most)
        if not ready.in_time or ready.content.get("status") != "ok":
            raise LineLostError("no process could be started for a test")
        return self.run({"code": code, "before": list(before)}, seconds, patience, most=most)

    def interrupt(self) -> None:
        """Interrupt the kernel alone: its own processes are its own business."""
        if self.running is not None:
            send_signal(self.running.kernel, signal.SIGINT)

    def is_alive(self) -> bool:
        """Whether the kernel runs."""
        return self.running is not None and not _has_ended(self.running.kernel, 0)

    def close(self) -> None:
        """End the kernel and everything of it, and wait until nothing is left."""
        line, self.line = self.line, None
        if line is not None:
            line.close()
        running, self.running = self.running, None
        if running is not None:
            self._end(running)
            os.close(running.kernel)
            os.close(running.init)
            if running.process is not None:
                running.process.wait()

    def _launched(
        self,
        handout: Mapping[str, bytes],
        arguments: list[str],
        keep_handout: bool,
        line: socket.socket,
    ) -> Running:
        raise NotImplementedError

    def _end(self, running: Running) -> None:
        send_signal(running.init, signal.SIGKILL)
        # The first process of the sandbox ends last: the system ends all others before.
        if not _has_ended(running.init, SECONDS_TO_END):
            self.log.error("A kernel could not be ended: process %s and its own.", running.pid)

    def _orders(self, arguments: list[str], handout: str) -> dict[str, Any]:
        return {
            "arguments": arguments,
            "handout": handout,
            "limits": self.limits.of_a_process(),
            "message": self.limits.message_bytes,
            "output": self.limits.output_characters,
        }


class SandboxProvisioner(Provisioner):
    """Runs a Python kernel in a sandbox of its own, which ends with the kernel."""

    warm = Bool(True, help="Fork each kernel from a process that has everything imported.").tag(
        config=True
    )
    watched: Watched | None = None
    _handout: Path | None = None
    _keep_handout = True

    @property
    def ended(self) -> str | None:
        """Why the sandbox was ended from outside, if it was."""
        return self.watched.reason if self.watched else None

    @property
    def unwatched(self) -> bool:
        """Whether that was because it could not be watched."""
        return self.watched is not None and self.watched.unwatched

    def close(self) -> None:
        """End the sandbox with everything in it, and give back what it read from."""
        if self.watched is not None:
            watch().remove(self.watched)
        super().close()
        if self._handout is not None:
            handouts().give_back(self._handout, keep=self._keep_handout)
            self._handout = None

    def _launched(
        self,
        handout: Mapping[str, bytes],
        arguments: list[str],
        keep_handout: bool,
        line: socket.socket,
    ) -> Running:
        require_linux()
        self._keep_handout = keep_handout
        self._handout = handouts().take(handout)
        order = Order(self._handout, self.limits.space(), self._orders(arguments, HANDOUT), line)
        running = starter().start(order, self.log) if self.warm else start_cold(order)
        self.watched = Watched(running, self.limits)
        watch().add(self.watched)
        return running


class UnprotectedProvisioner(Provisioner):
    """Runs a kernel on this machine, with all that its user may do. Only by name."""

    _folder: str | None = None

    def _end(self, running: Running) -> None:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        super()._end(running)

    def close(self) -> None:
        """End the kernel, and remove its working folder."""
        super().close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _launched(
        self,
        handout: Mapping[str, bytes],
        arguments: list[str],
        keep_handout: bool,
        line: socket.socket,
    ) -> Running:
        """Lay out the handout as the sandbox does: in the working folder, and as modules."""
        self.log.warning("Submissions run without a sandbox, as %s asks.", "course-unprotected")
        self._folder = tempfile.mkdtemp(prefix="course-unprotected-")
        modules, working = Path(self._folder, "handout"), Path(self._folder, "work")
        write_files(handout, modules)
        working.mkdir()
        ours, theirs = answering_sockets()
        with ours:
            with theirs:
                words = [sys.executable, "-c", _UNPROTECTED, str(INSIDE.parent), theirs.fileno()]
                process = subprocess.Popen(
                    list(map(str, words)),
                    cwd=working,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # an interrupt at the keyboard is the grader's
                )
            orders = self._orders(arguments, str(modules)) | {"limits": {}}
            try:
                socket.send_fds(ours, [json.dumps(orders).encode()], [line.fileno()])
                pid = kernel_pid(ours)
            except OSError as error:
                process.kill()
                process.wait()
                raise SandboxStartError(f"A kernel did not start: {error}.") from error
        return Running(pid, os.pidfd_open(pid), pid, os.pidfd_open(pid), process)


_UNPROTECTED = """
import sys
_, folder, descriptor = sys.argv
sys.path.append(folder)
from inside.kernel import main
sys.path.pop()
sys.argv[1:] = []
main(int(descriptor))
"""


def _has_ended(pidfd: int, seconds: float) -> bool:
    """Whether a process ends within that time."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
