"""A process with everything imported, of which each kernel is a fork in a sandbox of its own.

It runs as an ordinary user behind a wall of its own, and never runs a submission's code. For each
kernel it lets bubblewrap build the sandbox around a process that only waits, and sends a fork of
itself in. Where several graders share it, each has a fork of its own to ask. When a grader's end
of its socket is gone, that fork ends, and every sandbox with it.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import traceback
from functools import lru_cache
from typing import IO, Any

import numpy

from .confine import bury_orphans, enter, forget_signals, give_up_privileges, keep_only
from .kernel import MAX_ORDERS, READY, begun, prepare
from .warm import keep_shared, threads, warm_up

BUILT, WARM = b"built", b"warm"
WAITS = ("sh", "-c", "echo; exec env --ignore-signal=CHLD sleep infinity >/dev/null 2>&1")
"""What is in a sandbox before its kernel comes: it says when the walls stand, then waits.

As the first process there it inherits orphans; ignoring their end, it leaves none of them behind.
"""


def main(*descriptors: int) -> None:
    """Warm up, then serve the orders of each grader until it is gone."""
    graders = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    warm_up()
    try:
        _check_threads()
    except OSError as error:
        sys.exit(str(error))
    # A process for each: what was made for one ends with its line, and waits for no other.
    for grader in graders:
        if os.fork() == 0:
            _serve(grader, graders)
    for grader in graders:
        grader.close()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)  # nothing in here is worth putting in order


def _check_threads() -> None:
    """Raise OSError where this process cannot be forked: a fork has one thread only."""
    if threads() != 1:
        raise OSError(f"The warm process has {threads()} threads, and only one can be forked.")


def _serve(grader: socket.socket, graders: list[socket.socket]) -> None:
    """Start kernels for one of the graders until its end of the line is closed; never return."""
    try:
        for other in graders:
            if other is not grader:
                other.close()
        bury_orphans()
        grader.send(WARM)
        while True:
            message, descriptors, _, _ = socket.recv_fds(grader, MAX_ORDERS, 3)
            if not message:
                os._exit(0)
            _start(json.loads(message), descriptors)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _start(orders: dict[str, Any], descriptors: list[int]) -> None:
    """Start one kernel; its line, the filter and the socket for answers are given."""
    line, filtered, answers = descriptors
    with socket.socket(fileno=answers) as grader:
        try:
            _get_ready(tuple(orders["arguments"]))
            _check_threads()
            pidfd = os.pidfd_open(_build(orders["wall"], filtered))
        except OSError as error:
            grader.send(str(error).encode()[:MAX_ORDERS])
        else:
            socket.send_fds(grader, [BUILT], [pidfd])
            if os.fork() == 0:
                _walk_in(pidfd, orders, filtered, line, grader)
            os.close(pidfd)
    for each in (line, filtered):
        os.close(each)


@lru_cache(maxsize=1)
def _get_ready(arguments: tuple[str, ...]) -> None:
    """Begin all kernels with those arguments, once."""
    begun(arguments)
    keep_shared()


def _build(wall: list[str], filtered: int) -> int:
    """Let bubblewrap build a sandbox; return the id of its first process.

    Raises OSError with bubblewrap's words if it cannot be built.
    """
    said, says = os.pipe()
    process = subprocess.Popen(
        [*wall, "--seccomp", str(filtered), "--info-fd", str(says), "--", *WAITS],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[filtered, says],
    )
    os.close(says)
    with open(said, "rb") as information, _stream(process.stdout) as out:
        with _stream(process.stderr) as complaints:
            if not out.read(1):
                raise OSError(complaints.read().decode(errors="replace").strip())
        pid: int = json.load(information)["child-pid"]
        return pid


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _walk_in(
    pidfd: int, orders: dict[str, Any], filtered: int, line: int, grader: socket.socket
) -> None:
    """Become the kernel, in a child of this process; never return."""
    try:
        program = os.pread(filtered, os.fstat(filtered).st_size, 0)
        enter(pidfd)
        if os.fork() != 0:
            os._exit(0)  # only children are in the new process-id namespace
        os.setsid()
        os.environ["PWD"] = os.environ["HOME"]
        os.chdir(os.environ["PWD"])
        forget_signals()
        keep_only([line, grader.fileno()])
        give_up_privileges(program)
        numpy.random.seed()
        kernel = prepare(orders, line)
        grader.send(READY)
        grader.close()
        kernel.start()
    except BaseException as error:
        with contextlib.suppress(OSError):
            grader.send(f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)
