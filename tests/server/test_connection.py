"""The server's line to the browser: small messages are not held back, and busy seldom said."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from jupyter_client.session import Session
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from course_utils.server import connection as line
from course_utils.server.connection import PromptConnection

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


def test_it_costs_a_server_nothing_that_it_does_not_have_already() -> None:
    code = (
        "import sys, jupyter_server.serverapp; before = set(sys.modules); "
        f"import {line.__name__}; print(*(m for m in sys.modules if m not in before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"course_utils", "course_utils.server", line.__name__}


SESSION = Session(key=b"")


def message(kind: str, parent: str, **content: Any) -> list[bytes]:
    """A message as it comes from the kernel."""
    answered = SESSION.msg(parent)["header"]
    topic: list[bytes] = SESSION.serialize(SESSION.msg(kind, content, parent=answered), b"topic")
    return topic


def busy(parent: str = "comm_msg") -> list[bytes]:
    return message("status", parent, execution_state="busy")


def idle(parent: str = "comm_msg") -> list[bytes]:
    return message("status", parent, execution_state="idle")


ANSWER = message("comm_msg", "comm_msg", data={})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[list[bytes]]:
    """What goes on to the browser."""
    found: list[list[bytes]] = []
    monkeypatch.setattr(
        ZMQChannelsWebsocketConnection,
        "handle_outgoing_message",
        lambda self, stream, outgoing: found.append(outgoing),
    )
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "disconnect", lambda self: None)
    monkeypatch.setattr(PromptConnection, "session", SESSION, raising=False)
    return found


def hear(*messages: list[bytes] | float | str) -> None:
    """Let messages come from the kernel; a number waits for so many seconds."""
    connection = PromptConnection.__new__(PromptConnection)

    async def play() -> None:
        for item in messages:
            if isinstance(item, float):
                await asyncio.sleep(item)
            elif item == "disconnect":
                connection.disconnect()
            else:
                connection.handle_outgoing_message("iopub", item)

    asyncio.run(play())


def test_a_quick_answer_to_a_widget_goes_out_without_busy(sent: list[list[bytes]]) -> None:
    done = idle()
    hear(busy(), ANSWER, done, 0.05)
    assert sent == [ANSWER, done]


def test_a_kernel_that_is_long_busy_with_a_widget_is_announced(
    sent: list[list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "UNNOTICED", 0.001)
    begun, done = busy(), idle()
    hear(begun, ANSWER, 0.2, done)
    assert sent == [ANSWER, begun, done]


def test_a_cell_that_runs_is_announced_at_once(sent: list[list[bytes]]) -> None:
    begun, text = busy("execute_request"), message("stream", "execute_request", text="1")
    hear(begun, text)
    assert sent == [begun, text]


def test_after_one_move_the_next_is_not_forgotten(
    sent: list[list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "UNNOTICED", 0.02)
    first, second = idle(), busy()
    hear(busy(), first, second, 0.2)
    assert sent == [first, second]


def test_what_is_held_is_not_sent_on_a_closed_line(
    sent: list[list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "UNNOTICED", 0.001)
    hear(busy(), "disconnect", 0.1)
    assert sent == []
