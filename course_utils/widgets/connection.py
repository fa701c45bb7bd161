"""The line from Jupyter's server to the browser, without its pause for small messages.

A moved slider is answered by two or three small messages in a row. Nagle's algorithm holds the
second back until the browser has acknowledged the first, and the browser takes its time, up to
40 ms, in the hope of something to send along. `make lab` names this class to the server, by
``ServerApp.kernel_websocket_connection_class``.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection, with TCP_NODELAY set as Tornado's documentation advises."""

    def connect(self) -> Any:
        """Connect as always, and send every message at once."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
