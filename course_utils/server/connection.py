"""The line from Jupyter's server to the browser, as a moved slider needs it.

A moved slider is answered by three small messages in a row: the kernel is busy, the answer, the
kernel is idle. Two things on the way cost more than the answer itself.

Nagle's algorithm holds the second message back until the browser has acknowledged the first, and
the browser takes its time, up to 40 ms, in the hope of something to send along.

JupyterLab draws "busy" before it looks at the answer. So a kernel that has answered a widget within
20 ms is not announced as busy: the mark that would flicker with every move stays as it is.

`make lab` names this class to the server, by ``ServerApp.kernel_websocket_connection_class``.
"""

import asyncio
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

UNNOTICED = 0.02
"""Seconds for which a kernel may be busy with a widget without a word of it."""


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection, without its pause for small messages and without flicker."""

    _held: asyncio.TimerHandle | None = None
    """the word that the kernel is busy, on its way out later"""

    def connect(self) -> Any:
        """Connect as always, and send every message at once, as Tornado's documentation advises."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    def disconnect(self) -> Any:
        """Disconnect as always; what is held is not sent any more."""
        self._let_go()
        return super().disconnect()  # type: ignore[no-untyped-call]

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Send a message on, but hold "busy" for a widget until it is worth saying."""
        state = self._state_for_a_widget(outgoing_msg)
        if state == "busy":
            self._let_go()
            send = super().handle_outgoing_message
            loop = asyncio.get_running_loop()
            self._held = loop.call_later(UNNOTICED, send, stream, outgoing_msg)
            return
        if state == "idle":
            self._let_go()
        super().handle_outgoing_message(stream, outgoing_msg)

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.cancel()
        self._held = None

    def _state_for_a_widget(self, message: list[Any]) -> str | None:
        """The state that a message tells of, where a widget's message brought it about."""
        _, parts = self.session.feed_identities(message)
        header, parent = (self.session.unpack(part) for part in parts[1:3])
        if header.get("msg_type") != "status" or parent.get("msg_type") != "comm_msg":
            return None
        return str(self.session.unpack(parts[4]).get("execution_state"))
