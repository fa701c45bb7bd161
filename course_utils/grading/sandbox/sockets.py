"""The five sockets of a kernel: made and listened on outside, answered inside.

So the sandbox needs no folder in common with the grader, and a client may connect at once.
"""

import socket
from collections.abc import Sequence
from pathlib import Path

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
BACKLOG = 16
LONGEST_PATH = 107
"""Bytes of a socket's path that Linux allows (sun_path in unix(7))."""


def listen(prefix: Path) -> list[socket.socket]:
    """Return a listening socket for each channel, at PREFIX-1 to PREFIX-5.

    Raises ValueError if the paths would be too long.
    """
    sockets = []
    for port, _ in enumerate(CHANNELS, 1):
        path = f"{prefix}-{port}"
        if len(path.encode()) > LONGEST_PATH:
            raise ValueError(
                f"The path of a kernel's socket, {path}, is longer than {LONGEST_PATH} bytes: "
                "set TMPDIR to a shorter folder."
            )
        Path(path).unlink(missing_ok=True)
        sockets.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        sockets[-1].bind(path)
        sockets[-1].listen(BACKLOG)
    return sockets


def close(sockets: Sequence[socket.socket]) -> None:
    """Close this process's ends."""
    for each in sockets:
        each.close()
