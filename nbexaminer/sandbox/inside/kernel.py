"""The first program inside a sandbox: takes its orders, locks the door, becomes the kernel.

It stands alone (Python and ipykernel, nothing of the course), because a sandbox sees nothing else.
Orders come over one socket, as one message of JSON with the line to the grader beside it. The
answer says that the kernel is there, and by it the grader learns this process's id. Nothing of a
submission has run until then, and the socket is closed before anything does.

The kernel is ipykernel's, which makes of a cell the outputs that notebooks know. Its sockets are
replaced by the line, its threads by nothing: requests are taken one by one, by its event loop.
"""

import inspect
import json
import os
import shutil
import socket
import sys
import threading
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from ipykernel.kernelapp import IPKernelApp
from ipykernel.utils import _async_in_context
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session, new_id
from pygments.formatters.terminal256 import Terminal256Formatter
from tornado.ioloop import IOLoop
from traitlets.config import Config

from .confine import limit
from .forked import run_apart
from .line import OUTPUT, REPLY, Line
from .streams import NoThread, Stream

MAX_ORDERS = 1 << 17
MOST_COPIED = 8 << 20
"""Bytes of what is handed out that a kernel may write over; they are in its memory."""
READY = b"ready"
CONFIG = Config(
    # A file for it would be gone with the sandbox, and be written to by a thread.
    HistoryManager={"hist_file": ":memory:"},
)


class LineSession(Session):
    """Makes messages as Jupyter's session does, and sends them on the line."""

    line: Line | None = None

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message, whatever the socket; one that is too large is named in its place."""
        message = msg_or_type
        if not isinstance(message, dict):
            message = self.msg(message, content, parent, header, metadata)
        if self.line is None:  # nothing of a submission has run
            return message
        number = int(message["parent_header"].get("msg_id") or 0)
        kind = message["header"]["msg_type"]
        text = b'{"msg_type":%b,"content":%b}' % (self.pack(kind), self.packed(message["content"]))
        if not self.line.send(number, OUTPUT, text) and len(text) > self.line.most:
            print(f"[left out: an output of {len(text):,} bytes]")
        return message

    def reply(self, number: int, content: Any) -> None:
        """Send what a request has come to."""
        assert self.line is not None, "there is no line yet"
        if not self.line.send(number, REPLY, self.packed(content)):
            self.line.send(number, REPLY, b'{"status":"error"}')

    def packed(self, content: Any) -> bytes:
        """Return a content as JSON, also where it holds halves of characters."""
        try:
            text: bytes = self.pack(content)
        except UnicodeEncodeError:
            text = json.dumps(cleaned(content)).encode()
        return text


class Kernel(IPKernelApp):
    """ipykernel's application, on the line to the grader.

    It goes without what no grader asks for: sockets, files, a heartbeat, a debugger, subshells.
    `begun` has done what is the same for every kernel.
    """

    name = "sandboxed-kernel"
    line: Line
    in_cell = False
    """Whether a request's code is running."""

    def init_kernel(self) -> None:
        """Make the kernel, around the shell that there is."""
        self.session = LineSession(parent=self)
        self.iopub_thread = NoThread()
        kernel = self.kernel = self.kernel_class.instance(  # type: ignore[attr-defined]
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        # It looks there for whose thread an interrupt is.
        kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.current_thread())
        shell = kernel.shell
        shell.parent = shell.kernel = kernel
        shell._format_exception_for_storage = forget_error
        shell.ask_exit = end_cell
        shell.unobserve_all("exit_now")

    def initialize(self, argv: list[str] | None = None) -> None:
        """Do what is each kernel's own."""
        self.session.line = self.line
        self.session.pid, self.session.session, self.kernel.ident = os.getpid(), new_id(), new_id()
        self.init_profile_dir()  # type: ignore[no-untyped-call]
        self.init_io()  # type: ignore[no-untyped-call]
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count
        Stream.pipes.start()
        self.init_signal()  # type: ignore[no-untyped-call]
        self.init_path()  # type: ignore[no-untyped-call]
        self.init_shell()  # type: ignore[no-untyped-call]
        self.init_gui_pylab()  # type: ignore[no-untyped-call]
        self.init_extensions()  # type: ignore[no-untyped-call]
        self.init_code()  # type: ignore[no-untyped-call]
        for stream in (sys.stdout, sys.stderr):
            stream.flush()

    def start(self) -> None:
        """Take requests until the grader is gone, also where a cell stops the loop."""
        self.kernel.io_loop = IOLoop.current()
        loop: Any = self.kernel.io_loop
        answer = _async_in_context(self._answer)
        pending: set[Any] = set()

        def take() -> None:
            for number, asked in self.line.received():
                task = loop.asyncio_loop.create_task(answer(number, asked))
                pending.add(task)
                task.add_done_callback(pending.discard)

        loop.asyncio_loop.add_reader(self.line.fileno(), take)
        while True:
            with suppress(KeyboardInterrupt, SystemExit):
                loop.start()

    async def _answer(self, number: int, asked: dict[str, Any]) -> None:
        kernel = self.kernel
        if "apart" in asked:
            kernel.pre_handler_hook()  # an interrupt is for it
            try:
                await run_apart(self.line, number, kernel.shell, self.session.reply)
            finally:
                kernel.post_handler_hook()
            return
        parent = self.session.msg("execute_request", asked)
        parent["header"]["msg_id"] = str(number)
        kernel.set_parent([], parent)
        # A course or a cell may have put others in the place of those that kernels know.
        streams: list[Any] = Stream.pipes.streams()
        for stream in streams:
            stream.set_parent(parent)
        if not asked["silent"]:
            told = {"execution_count": kernel.execution_count}
            self.session.send(None, "execute_input", told, parent)
        try:
            kernel.pre_handler_hook()
            Kernel.in_cell = True
            try:
                reply = cleaned(await kernel.do_execute(**asked))
            finally:
                Kernel.in_cell = False
                kernel.post_handler_hook()
                for stream in (sys.stdout, sys.stderr, *streams):
                    stream.flush()
        except BaseException as error:
            text = f"{type(error).__name__}: the cell ended with it, outside of its code"
            reply = {"ename": type(error).__name__, "evalue": "", "traceback": [text]}
            reply["status"] = "error"
        self.line.end_fork()
        self.session.reply(number, reply)


def cleaned(content: Any) -> Any:
    """Return a content as JSON can hold it."""
    return json_clean(content)  # type: ignore[no-untyped-call]


def end_cell() -> None:
    """Do for exit() and quit() what sys.exit() does: end the cell, or the function, with an error.

    ipykernel would end the kernel a tenth of a second later, in whatever cell that is then. Called
    by the loop between two cells, they have nothing to end.
    """
    if Kernel.in_cell:
        raise SystemExit("exit() and quit() end this cell only; they are not needed")


def forget_error(error: BaseException, *where: Any, **how: Any) -> dict[str, Any]:
    """Keep no error for `%notebook`: IPython would format each a second time, which is slow."""
    return {"ename": type(error).__name__, "evalue": "", "traceback": []}


class CellCompiler(XCachingCompiler):
    """Names cells for errors, so that nobody looks for them through all modules, for each frame."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Return the name; no module has its source there, which `inspect` is told."""
        name: str = super().get_code_name(raw_code, code, number)  # type: ignore[no-untyped-call]
        inspect.modulesbyfile[name] = name
        return name


@cache
def remember_styles() -> None:
    """Work out the colours of errors once, and not for each error."""
    set_up = Terminal256Formatter._setup_styles
    known: dict[Any, dict[str, Any]] = {}

    def set_up_once(formatter: Any) -> None:
        how = formatter.usebold, formatter.useunderline, formatter.useitalic
        key = type(formatter), formatter.style, how
        if key not in known:
            set_up(formatter)
            known[key] = formatter.style_string
        formatter.style_string = known[key]

    Terminal256Formatter._setup_styles = set_up_once
    styles: Any = import_module("stack_data")
    styles.style_with_executing_node = cache(styles.style_with_executing_node)


@lru_cache(maxsize=1)  # what others are asked for takes the place of all that was made
def begun(arguments: tuple[str, ...]) -> Kernel:
    """Return the application with its arguments read and its shell made, and nothing started.

    That much is the same for all kernels, so that the warm process does it once.
    """
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    import_module("ipykernel.debugger")  # which looks for it once, here
    Kernel.clear_instance()
    ZMQInteractiveShell.clear_instance()
    IPythonKernel.clear_instance()
    stream = f"{Stream.__module__}.{Stream.__name__}"
    kernel = Kernel.instance(outstream_class=stream)
    IPKernelApp.parse_command_line(kernel, list(arguments))
    kernel.update_config(CONFIG)
    kernel.init_profile_dir()  # type: ignore[no-untyped-call]
    kernel.log.setLevel(kernel.log_level)  # or it makes up messages that nothing shows
    # ipykernel asks for the one instance that there is, and would make it with the same values.
    shell = ZMQInteractiveShell.instance(
        config=kernel.config,
        profile_dir=kernel.profile_dir,
        user_ns={},
        compiler_class=CellCompiler,
    )
    kernel.init_crash_handler()  # type: ignore[no-untyped-call]
    kernel.init_pdb()  # type: ignore[no-untyped-call]
    kernel.configure_tornado_logger()  # type: ignore[no-untyped-call]
    kernel.init_kernel()
    # A formatter for each kind of output, and the magics that every kernel loads.
    shell.display_formatter.format(None)  # type: ignore[union-attr]
    for extension in kernel.default_extensions:
        shell.extension_manager.load_extension(extension)  # type: ignore[union-attr]
    remember_styles()
    try:
        raise ValueError("to format one")
    except ValueError as error:
        how = type(shell.InteractiveTB)(mode="Context", theme_name=shell.colors)
        how.structured_traceback(type(error), error, error.__traceback__)
    # The profile's folders would be in a cold kernel's home, and not in a warm one's.
    shutil.rmtree(kernel.ipython_dir, ignore_errors=True)
    return kernel


def receive(orders: socket.socket) -> tuple[dict[str, Any], int]:
    """Return the orders and the line that came with them."""
    message, (line,), _, _ = socket.recv_fds(orders, MAX_ORDERS, 1)
    return json.loads(message), line


def prepare(orders: dict[str, Any], line: int) -> Kernel:
    """Return the kernel that was ordered, ready to run."""
    limit(orders["limits"])
    handout = orders["handout"]
    sys.path.insert(0, handout)
    lay_out(handout, ".", MOST_COPIED)
    Stream.limit = orders["output"]
    kernel = begun(tuple(orders["arguments"]))
    kernel.line = Line(line, orders["message"])
    kernel.initialize([])
    return kernel


def lay_out(handout: str, folder: str, room: int) -> int:
    """Put what was handed out into the working folder; return how much room is left.

    Packages, and what is too large, are links to where nothing can be written. Other files are
    copies, which a cell may write over as it may elsewhere.
    """
    for name in sorted(os.listdir(handout)):
        given, here = os.path.join(handout, name), os.path.join(folder, name)
        if os.path.isdir(given) and not os.path.exists(os.path.join(given, "__init__.py")):
            os.mkdir(here)
            room = lay_out(given, here, room)
        elif os.path.isfile(given) and os.path.getsize(given) <= room:
            room -= os.path.getsize(given)
            shutil.copyfile(given, here)
        else:
            os.symlink(given, here)
    return room


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
