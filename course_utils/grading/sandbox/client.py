"""The grader's end of a sandboxed kernel: a client that takes no more than it asked for."""

import time
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient

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
        """Wait until the kernel answers and its outputs reach us.

        Raises RuntimeError if the kernel dies, or does not answer in `timeout` seconds.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        self.kernel_info()
        reply = await self._next(self.get_shell_msg, deadline)
        while reply["msg_type"] != "kernel_info_reply":
            reply = await self._next(self.get_shell_msg, deadline)
        # The first message, ipykernel's welcome at the latest, shows that we are subscribed.
        await self._next(self.get_iopub_msg, deadline)
        self._handle_kernel_info_reply(reply)

    wait_for_ready = _async_wait_for_ready

    async def _next(self, get: Any, deadline: float) -> dict[str, Any]:
        while True:
            try:
                message: dict[str, Any] = await get(timeout=1)
                return message
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("The kernel died before it was ready.") from None
                if time.monotonic() > deadline:
                    raise RuntimeError("The kernel did not get ready in time.") from None
