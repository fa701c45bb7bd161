"""The first program inside a sandbox: takes its orders, locks the door, becomes the kernel.

It stands alone (Python and ipykernel, nothing of the course), because a sandbox sees nothing else.
Orders come over one socket, as one message of JSON with five listening sockets beside it. The
answer says that the kernel is there, and by it the grader learns this process's id. Nothing of a
submission has run until then, and the socket is closed before anything does.
"""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from ipykernel.compiler import XCachingCompiler
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from traitlets.config import Config

from .confine import limit

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
HANDOUT = "/handout"
MAX_ORDERS = 1 << 17
READY = b"ready"
CONFIG = Config(
    # A file for it would be gone with the sandbox, and be written to by a thread.
    HistoryManager={"hist_file": ":memory:"},
    # A pause before each reply, for clients that do not wait for the last output. nbclient does.
    IPythonKernel={"_execute_sleep": 0},
)


class Kernel(IPKernelApp):
    """ipykernel's application, on sockets that are listening already.

    It goes without what no grader asks for: files, a heartbeat, a debugger, subshells.
    """

    name = "sandboxed-kernel"
    listening: ClassVar[dict[int, int]] = {}
    """The descriptor of each port's socket."""

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Do without: `begun` has read the arguments."""

    def load_config_file(self, *where: Any, **how: Any) -> None:
        """Do without: in a sandbox there is none."""

    def init_connection_file(self) -> None:
        """Do without: the orders say it all."""

    def write_connection_file(self, **kwargs: Any) -> None:
        """Do without: nobody else is to connect."""

    def init_heartbeat(self) -> None:
        """Do without: the grader watches the process itself."""

    def init_control(self, context: Any) -> None:
        """Open the control channel, without the thread that stands between shell and subshells."""
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = None

    def init_kernel(self) -> None:
        """Make the kernel around the shell that `begun` has made."""
        super().init_kernel()  # type: ignore[no-untyped-call]
        shell = self.kernel.shell
        shell.parent = shell.kernel = self.kernel
        shell._format_exception_for_storage = forget_error
        shell.ask_exit = end_cell
        shell.unobserve_all("exit_now")

    def start(self) -> None:
        """Run until the kernel is shut down, also where a cell stops its loop.

        Otherwise it would end in whatever cell is then running.
        """
        run: Callable[[], None] = super().start
        while self.kernel._shutdown_message is None:
            with suppress(KeyboardInterrupt, SystemExit):
                run()
            run = self.io_loop.start

    def _try_bind_socket(self, s: Any, port: int) -> int:
        s.use_fd = self.listening[port]
        return int(super()._try_bind_socket(s, port))  # type: ignore[no-untyped-call]

    def _apply_curve_client_options(self, socket: Any) -> None:
        """Keep the debugger's own socket from looking for a file that is not in here."""
        super()._apply_curve_client_options(socket)
        socket.reconnect_ivl = -1


def end_cell() -> None:
    """Do for exit() and quit() what sys.exit() does: end the cell, or the function, with an error.

    ipykernel would end the kernel a tenth of a second later, in whatever cell that is then.
    """
    raise SystemExit("exit() and quit() end this cell only; they are not needed")


def forget_error(error: BaseException, *where: Any, **how: Any) -> dict[str, Any]:
    """Keep no error for `%notebook`: IPython would format each a second time, which is slow."""
    return {"ename": type(error).__name__, "evalue": "", "traceback": []}


class LimitedStream(OutStream):
    """A stream that stops passing text on when one cell has printed its share.

    It is a courtesy to the honest, whose endless loop then costs little; the grader has limits of
    its own outside. ipykernel flushes both streams four times for each request, and every time
    waits for another thread; here it waits where there is something to send.
    """

    limit = 1_000_000
    """Characters of one cell."""
    _cell = ""
    _left = 0
    _unsent = False

    def write(self, string: str) -> int:
        """Pass the text on, as far as the cell's share goes."""
        cell = self.parent_header.get("msg_id", "")
        if cell != self._cell:
            self._cell, self._left = cell, self.limit
        if self._left < 0:
            return len(string)
        length, self._left = self._left, self._left - len(string)
        if self._left < 0:
            string = string[:length] + "\n[output cut off here]\n"
        written = super().write(string) or 0
        self._unsent = True
        return written

    def flush(self) -> None:
        """Send what was written."""
        if self._unsent:
            self._unsent = False
            super().flush()  # type: ignore[no-untyped-call]


@cache
def begun(arguments: tuple[str, ...]) -> Kernel:
    """Return the application with its arguments read and its shell made, and nothing started.

    That much is the same for all kernels, so that the warm process does it once.
    """
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    import_module("ipykernel.debugger")  # which looks for it once, here
    Kernel.clear_instance()
    ZMQInteractiveShell.clear_instance()
    stream = f"{__name__}.{LimitedStream.__name__}"
    kernel = Kernel.instance(transport="ipc", ip="sandbox", outstream_class=stream)
    IPKernelApp.parse_command_line(kernel, list(arguments))
    kernel.update_config(CONFIG)
    kernel.init_profile_dir()  # type: ignore[no-untyped-call]
    kernel.log.setLevel(kernel.log_level)  # or it makes up messages that nothing shows
    # ipykernel asks for the one instance that there is, and would make it with the same values.
    shell = ZMQInteractiveShell.instance(
        config=kernel.config,
        profile_dir=kernel.profile_dir,
        user_ns={},
        compiler_class=XCachingCompiler,
    )
    # A formatter for each kind of output, and the magics that every kernel loads.
    shell.display_formatter.format(None)  # type: ignore[union-attr]
    for extension in kernel.default_extensions:
        shell.extension_manager.load_extension(extension)  # type: ignore[union-attr]
    # The profile's folders would be in a cold kernel's home, and not in a warm one's.
    shutil.rmtree(kernel.ipython_dir, ignore_errors=True)
    return kernel


def receive(orders: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return the orders and the descriptors that came with them."""
    message, descriptors, _, _ = socket.recv_fds(orders, MAX_ORDERS, len(CHANNELS))
    return json.loads(message), descriptors


def prepare(orders: dict[str, Any], descriptors: list[int]) -> Kernel:
    """Return the kernel that was ordered, ready to run."""
    limit(orders["limits"])
    sys.path.insert(0, HANDOUT)
    for name in sorted(os.listdir(HANDOUT)):
        os.symlink(os.path.join(HANDOUT, name), name)
    LimitedStream.limit = orders["output"]
    kernel = begun(tuple(orders["arguments"]))
    kernel.session.key = orders["key"].encode()
    for port, (channel, descriptor) in enumerate(zip(CHANNELS, descriptors, strict=True), 1):
        setattr(kernel, f"{channel}_port", port)
        kernel.listening[port] = descriptor
    kernel.initialize([])  # type: ignore[no-untyped-call]
    return kernel


def let_go_of_streams() -> None:
    """Point the streams that the grader gave us at nothing; ipykernel keeps copies of them."""
    nothing = os.open(os.devnull, os.O_RDWR)
    streams: tuple[Any, Any] = (sys.stdout, sys.stderr)
    for stream in streams:
        os.dup2(nothing, stream._original_stdstream_copy)
    os.close(nothing)


def main(descriptor: int) -> None:
    """Take the orders from that descriptor and carry them out."""
    with socket.socket(fileno=descriptor) as orders_from:
        kernel = prepare(*receive(orders_from))
        let_go_of_streams()
        orders_from.send(READY)
    kernel.start()
