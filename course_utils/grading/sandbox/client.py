"""The grader's end of a sandboxed kernel: a client that takes no more than it asked for."""

import time
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient

from course_utils.grading.sandbox.errors import SandboxStartError

SEND_MILLISECONDS = 5000
"""How long a message to a kernel may take to get on its way."""

MOST_MESSAGES = 16
"""Messages of one channel that wait to be read; the sender waits, or drops, beyond."""


def guarded(context: zmq.Context[Any], message_bytes: int) -> zmq.Context[Any]:
    """Limit what sockets made from this context take in, and how long they wait; return it.

    A message that is too large ends its connection; ZeroMQ makes a new one by itself, or cannot:
    then sending raises zmq.Again in place of waiting for ever.
    """
    context.maxmsgsize = message_bytes
    context.sndtimeo = SEND_MILLISECONDS
    context.rcvhwm = MOST_MESSAGES
    return context


WELCOME_SECONDS = 0.1
"""How long a kernel's first word is waited for before it is asked for one."""


class SandboxClient(AsyncKernelClient):
    """A client that is ready as soon as its kernel is, without stock's fixed waits."""

    def _context_default(self) -> zmq.asyncio.Context:
        context = super()._context_default()
        manager: Any = self.parent
        guarded(context, manager.provisioner.limits.message_bytes)
        return context

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = False,
        control: bool = True,
    ) -> None:
        """Open the channels, without a heartbeat: the process itself is watched."""
        super().start_channels(shell, iopub, stdin, False, control)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until what the kernel shows reaches us; that it runs, its start has shown.

        Raises SandboxStartError if the kernel dies, or is not heard of in `timeout` seconds.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        patience = WELCOME_SECONDS
        while True:
            try:  # ipykernel welcomes who subscribes, as a rule
                await self.get_iopub_msg(timeout=patience)
                return
            except Empty:
                if not await self.is_alive():
                    raise SandboxStartError("The kernel died before it was ready.") from None
                if time.monotonic() > deadline:
                    raise SandboxStartError("The kernel did not get ready in time.") from None
                self.kernel_info()  # or shows that it is busy with this
                patience = 1.0

    wait_for_ready = _async_wait_for_ready
