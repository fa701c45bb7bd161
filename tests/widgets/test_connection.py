"""The server's line to the browser: small messages are not held back."""

import re
from pathlib import Path
from unittest.mock import Mock

from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from course_utils.widgets.connection import PromptConnection

ROOT = Path(__file__).parents[2]
NAME = f"{PromptConnection.__module__}.{PromptConnection.__name__}"


def test_no_delay_is_asked_for_before_anything_is_sent(monkeypatch) -> None:
    calls = Mock()
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: calls.connect())
    connection = PromptConnection.__new__(PromptConnection)
    monkeypatch.setattr(
        PromptConnection, "websocket_handler", Mock(set_nodelay=calls.set_nodelay), raising=False
    )
    connection.connect()
    assert [call[0] for call in calls.mock_calls] == ["set_nodelay", "connect"]
    calls.set_nodelay.assert_called_once_with(True)


def test_the_server_takes_it_by_the_name_make_lab_gives() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (named,) = re.findall(r"kernel_websocket_connection_class=(\S+)", makefile)
    assert named == NAME
    assert import_item(named) is PromptConnection
    config = Config(ServerApp={"kernel_websocket_connection_class": named})
    assert ServerApp(config=config).kernel_websocket_connection_class is PromptConnection
