"""The line between a kernel and its grader: one socket, and how messages are cut into packets.

Each packet says which request it is about, what it belongs to, how long that is, and from where on
it has it. A packet is sent whole or not at all. So a message that a signal's handler ends, with an
error in the middle of it, is given up, and the next one arrives.
"""

import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

HEAD = struct.Struct("!QBII")
"""The number of the request, the kind of message, its length, and the place of what follows."""
OUTPUT, REPLY = 0, 1
PIECE = 1 << 16
"""Bytes of a message in one packet."""


def packets(number: int, kind: int, content: bytes) -> Iterator[bytes]:
    """Yield a message in packets."""
    for start in range(0, len(content) or 1, PIECE):
        head = HEAD.pack(number, kind, len(content), start)
        yield head + content[start : start + PIECE]


class Pieces:
    """What has come of messages that are not yet there as a whole: one of each kind."""

    def __init__(self) -> None:
        self._came: dict[int, tuple[int, int, bytearray]] = {}

    def add(self, packet: bytes, most: int) -> tuple[int, int, bytearray] | None:
        """Take a packet; return the number, the kind and the content of a message with its last.

        Nothing is kept of one that is longer than `most`, or that goes on otherwise than it began.
        """
        if len(packet) < HEAD.size:
            return None
        number, kind, length, start = HEAD.unpack_from(packet)
        if start == 0:
            self._came[kind & 1] = number, length, bytearray()
        known = self._came.get(kind & 1)
        if known is None or length > most:
            return None
        content = known[2]
        if known[:2] != (number, length) or start != len(content):
            return None
        if len(content) + len(packet) - HEAD.size > length:
            return None
        content += packet[HEAD.size :]
        if len(content) < length:
            return None
        del self._came[kind & 1]
        return number, kind & 1, content


class Line:
    """The kernel's end. What it sends waits until the grader reads."""

    def __init__(self, descriptor: int, most: int) -> None:
        """A message may have `most` bytes."""
        self.most = most
        self._socket = socket.socket(fileno=descriptor)
        self._lock = threading.RLock()
        self._pieces = Pieces()
        self._owner = os.getpid()

    def fileno(self) -> int:
        """Return the descriptor, for an event loop that waits for requests."""
        return self._socket.fileno()

    def send(self, number: int, kind: int, content: bytes) -> bool:
        """Send a message; not one that is too large, and none from a fork of the kernel."""
        if os.getpid() != self._owner or len(content) > self.most:
            return False
        with self._lock:
            for packet in packets(number, kind, content):
                self._socket.sendall(packet)
        return True

    def adopt(self) -> None:
        """Make the line this process's, a fork of the kernel's that the kernel waits for."""
        self._owner = os.getpid()
        self._lock = threading.RLock()  # another thread may have held it when it forked

    def end_fork(self) -> None:
        """End this process where it is a fork of the kernel, which would take its requests."""
        if os.getpid() != self._owner:
            os._exit(0)

    def received(self) -> Iterator[tuple[int, Any]]:
        """Yield the request that has come, if one has; end this process with the line."""
        self.end_fork()
        try:  # a loop that was left in the middle of its round calls twice for one packet
            packet = self._socket.recv(HEAD.size + PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        if not packet:
            os._exit(0)
        whole = self._pieces.add(packet, self.most)
        if whole is not None:
            number, _, content = whole
            yield number, json.loads(content)
