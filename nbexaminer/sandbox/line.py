"""The grader's end of the line to a kernel: it takes and waits no more than it asked for.

Whatever comes is a stranger's: packets that do not fit together are dropped, a message that is too
large is never kept, and what is about another request is not even read as JSON.
"""

import json
import select
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple

from nbexaminer.sandbox.inside.line import HEAD, PIECE, REPLY, Pieces, packets

_MOST_MILLISECONDS = 1 << 30


class LineLostError(Exception):
    """The kernel is gone, or sends what no kernel sends."""


class NotInterruptedError(Exception):
    """The kernel goes on with a request after it was told to stop."""


def cell(code: str) -> dict[str, Any]:
    """Return the request that runs code as a notebook's cell, and counts it."""
    return {"code": code, "silent": False, "store_history": True}


class Reply(NamedTuple):
    """A kernel's last word on a request."""

    content: dict[str, Any]
    in_time: bool
    """Whether it came without being asked to stop."""


class Line:
    """The line to one kernel; one request at a time."""

    def __init__(self, ours: socket.socket, process: int, most: int) -> None:
        """`process` is a descriptor of the kernel's process, `most` the bytes of a message."""
        self._socket = ours
        self._socket.setblocking(False)
        self._most = most
        self._pieces = Pieces()
        self._number = 0
        self._poll = select.poll()
        self._poll.register(process, select.POLLIN)
        self._process = process

    def ask(self, request: Mapping[str, Any], deadline: float) -> bool:
        """Send a request; whether it was taken in time. What comes meanwhile is of the past.

        Raises LineLostError.
        """
        self._number += 1
        for packet in packets(self._number, REPLY, json.dumps(dict(request)).encode()):
            while not self._sent(packet):
                if not self._wait(select.POLLIN | select.POLLOUT, deadline):
                    return False
                self._received()
        return True

    def reply(
        self,
        deadline: float,
        most: int | None = None,
        output: Callable[[dict[str, Any]], object] | None = None,
    ) -> dict[str, Any] | None:
        """Return the reply to the request; None when the time is over.

        What the kernel says before it goes to `output`. A message of more than `most` bytes is
        passed over. Raises LineLostError, and what `output` raises.
        """
        while self._wait(select.POLLIN, deadline):
            whole = self._received(most)
            if whole is None or whole[0] != self._number:
                continue
            _, kind, text = whole
            if kind == REPLY:
                return _read(text)
            if output is not None:
                output(_read(text))
        return None

    def close(self) -> None:
        """Let go of it."""
        self._socket.close()

    def _sent(self, packet: bytes) -> bool:
        try:
            self._socket.send(packet)
        except BlockingIOError:
            return False
        except OSError:
            raise LineLostError("it ended the Python process") from None
        return True

    def _received(self, most: int | None = None) -> tuple[int, int, bytearray] | None:
        """Take in one packet, if there is one; return the message that it ends."""
        with suppress(BlockingIOError):
            try:
                packet = self._socket.recv(HEAD.size + PIECE)
            except ConnectionError:
                packet = b""
            if not packet:
                raise LineLostError("it ended the Python process")
            return self._pieces.add(packet, self._most if most is None else most)
        return None

    def _wait(self, events: int, deadline: float) -> bool:
        """Wait until one of the events is there; False when the time is over."""
        left = deadline - monotonic()
        if left <= 0:
            return False
        self._poll.register(self._socket, events)
        ready = self._poll.poll(min(1000 * left, _MOST_MILLISECONDS))
        if any(descriptor == self._process for descriptor, _ in ready):
            raise LineLostError("it ended the Python process")
        return bool(ready)


def _read(text: bytearray) -> dict[str, Any]:
    """Return the JSON of a message. Raises LineLostError where it is none."""
    try:
        content = json.loads(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise LineLostError("it sent what no notebook sends")
    return content
