"""Kernel provisioners: how jupyter_client is told where a submission's kernel runs."""

import asyncio
import os
import select
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Bool

from course_utils.grading.sandbox import sockets
from course_utils.grading.sandbox.client import SandboxClient, guarded
from course_utils.grading.sandbox.errors import SandboxStartError, SandboxUnavailableError
from course_utils.grading.sandbox.folders import run_folder
from course_utils.grading.sandbox.handouts import handouts, write_files
from course_utils.grading.sandbox.launch import Order, Running, send_signal, start_cold
from course_utils.grading.sandbox.limits import SandboxLimits
from course_utils.grading.sandbox.nursery import starter
from course_utils.grading.sandbox.requirements import require_linux
from course_utils.grading.sandbox.watch import Watched, watch

SECONDS_TO_END = 10


class SandboxProvisioner(KernelProvisionerBase):
    """Runs a Python kernel in a sandbox of its own, which ends with the kernel.

    `start_kernel` takes the keyword `handout`: files by name, which the student's code may read, in
    its working folder and as modules. They stay on the grader's side for another kernel, unless
    `keep_handout` is false. The environment and the working folder of the grading process are not
    passed on.
    """

    warm = Bool(True, help="Fork each kernel from a process that has everything imported.").tag(
        config=True
    )
    running: Running | None = None
    watched: Watched | None = None
    _folder: Path | None = None
    _handout: Path | None = None
    _keep_handout = True

    def __init__(self, **kwargs: Any) -> None:
        """Make a provisioner; its limits come from the same configuration."""
        super().__init__(**kwargs)
        self.limits = SandboxLimits(parent=self)

    @property
    def has_process(self) -> bool:
        """Whether a sandbox has been started and not yet been waited for."""
        return self.running is not None

    @property
    def pid(self) -> int | None:
        """The process id of the kernel."""
        return self.running.pid if self.running else None

    @property
    def ended(self) -> str | None:
        """Why the sandbox was ended from outside, if it was."""
        return self.watched.reason if self.watched else None

    @property
    def unwatched(self) -> bool:
        """Whether that was because it could not be watched."""
        return self.watched is not None and self.watched.unwatched

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the sockets and write the handout; tell the manager where to connect."""
        require_linux()
        manager = self._manager()
        if self._folder is None:
            self._folder = run_folder().new()
        self._give_back()  # where this is another start
        self._keep_handout = kwargs.pop("keep_handout", True)
        self._handout = handouts().take(kwargs.pop("handout", None) or {})
        self._listening = sockets.listen(self._folder / "s")
        manager.transport, manager.ip = "ipc", str(self._folder / "s")
        for port, channel in enumerate(sockets.CHANNELS, 1):
            setattr(manager, f"{channel}_port", port)
        manager.client_factory = SandboxClient
        guarded(manager.context, self.limits.message_bytes)
        self.connection_info = manager.get_connection_info()
        return {"cmd": self._arguments(kwargs.get("extra_arguments", []))}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel with those arguments for ipykernel; return how to connect to it."""
        orders = {
            "arguments": cmd,
            "key": self._manager().session.key.decode(),
            "limits": self.limits.of_a_process(),
            "output": self.limits.output_characters,
        }
        assert self._handout is not None, "a kernel is launched before pre_launch"
        try:
            order = Order(self._handout, self.limits.space(), orders, self._listening)
            starting = starter().start(order, self.log) if self.warm else start_cold(order)
            self.running = await starting
        except (SandboxStartError, SandboxUnavailableError):
            await self.cleanup()
            raise
        finally:
            sockets.close(self._listening)
        self.watched = Watched(self.running, self.limits)
        watch().add(self.watched)
        return self.connection_info

    async def poll(self) -> int | None:
        """Return None while the kernel runs, else its exit code, as far as it is known."""
        if self.running is None:
            return 0
        if not _has_ended(self.running.kernel, 0):
            return None
        process = self.running.process
        return (process.poll() if process else None) or 1

    async def wait(self) -> int | None:
        """Wait until nothing of the sandbox is left; return the kernel's exit code."""
        if self.running is None:
            return 0
        running, self.running = self.running, None
        if self.watched is not None:
            watch().remove(self.watched)
        # The first process of the sandbox ends last: the system ends all others before.
        if not await asyncio.to_thread(_has_ended, running.init, SECONDS_TO_END):
            self.log.error("A sandbox could not be ended: process %s and its own.", running.pid)
        os.close(running.kernel)
        os.close(running.init)
        return running.process.wait() if running.process else 1

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel alone: its own processes are its own business."""
        if self.running is not None:
            send_signal(self.running.kernel, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the sandbox and everything in it."""
        if self.running is not None:
            send_signal(self.running.init, signal.SIGKILL)
            await asyncio.to_thread(_has_ended, self.running.init, SECONDS_TO_END)

    async def terminate(self, restart: bool = False) -> None:
        """End the sandbox: there is nothing in it to be put in order."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove what is left of the kernel: its sandbox, its sockets, its handout."""
        await self.kill()
        await self.wait()
        if self._folder is not None and not restart:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            self._give_back()

    def _give_back(self) -> None:
        if self._handout is not None:
            handouts().give_back(self._handout, keep=self._keep_handout)
            self._handout = None

    def _manager(self) -> AsyncKernelManager:
        if not isinstance(self.parent, AsyncKernelManager):
            raise TypeError("A sandboxed kernel needs jupyter_client's AsyncKernelManager.")
        return self.parent

    def _arguments(self, extra: list[str]) -> list[str]:
        """Return the arguments for ipykernel.

        Raises SandboxStartError if the kernel that is asked for is not ipykernel.
        """
        argv = list(self.kernel_spec.argv)
        if "ipykernel_launcher" not in argv and "ipykernel" not in argv:
            raise SandboxStartError(
                f"The sandbox runs Python's kernel, ipykernel, and not {' '.join(argv)!r}."
            )
        return list(extra)


class UnprotectedProvisioner(LocalProvisioner):
    """Runs a plain kernel on this machine, with all that its user may do. Only by name."""

    _folder: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Lay out the handout as the sandbox does: in the working folder, and as modules."""
        self.log.warning("Submissions run without a sandbox, as %s asks.", "course-unprotected")
        kwargs.pop("keep_handout", None)
        handout = kwargs.pop("handout", None)
        if handout is not None:
            self._folder = tempfile.mkdtemp(prefix="course-unprotected-")
            modules, working = Path(self._folder, "handout"), Path(self._folder, "work")
            write_files(handout, modules)
            working.mkdir()
            for entry in modules.iterdir():
                (working / entry.name).symlink_to(entry)
            path = os.pathsep.join([str(modules), *filter(None, [os.environ.get("PYTHONPATH")])])
            kwargs["env"] = {**kwargs.get("env", os.environ), "PYTHONPATH": path}
            kwargs["cwd"] = str(working)
        return dict(await super().pre_launch(**kwargs))

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the working folder."""
        await super().cleanup(restart)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _has_ended(pidfd: int, seconds: float) -> bool:
    """Whether a process ends within that time."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
