"""What a cell prints, in Python or below it, on its way to the grader: without a thread to send it.

ipykernel's own streams wait for another thread at each flush; and what C code and other programs
write reaches them when a second thread has read it, which may be after the cell's end.
"""

import codecs
import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream

_PIECE = 1 << 16
_MOST_PIECES = 64
"""How much is read of one program's output before anything else is done."""


class NoThread(IOPubThread):
    """Stands where ipykernel has its thread for output: what is to be done there is done here."""

    def __init__(self) -> None:
        """Start nothing."""
        self.thread = self.io_loop = self.socket = None  # type: ignore[assignment]

    def schedule(self, f: Callable[[], Any]) -> None:
        """Do it now."""
        f()


class Pipes:
    """Reads what is written to the descriptors of the standard streams, by whomever in here."""

    def __init__(self) -> None:
        self._streams: dict[int, tuple[Stream, Any]] = {}
        self._lock = threading.RLock()
        self._poll = select.poll()

    def add(self, stream: "Stream", descriptor: int) -> None:
        """Read a pipe for this stream from now on."""
        os.set_blocking(descriptor, False)
        self._poll.register(descriptor, select.POLLIN)
        self._streams[descriptor] = stream, codecs.getincrementaldecoder("utf-8")("replace")

    def streams(self) -> list["Stream"]:
        """Return those that are read for."""
        return [stream for stream, _ in self._streams.values()]

    def start(self) -> None:
        """Read also while nobody asks: who writes much must not wait for the end of the cell."""
        threading.Thread(target=self._watch, name="pipes", daemon=True).start()

    def read(self) -> None:
        """Take in what is there."""
        with self._lock:
            for _ in range(_MOST_PIECES):
                for descriptor, _ in (ready := self._poll.poll(0)):
                    self._read(descriptor)
                if not ready:
                    break

    def _read(self, descriptor: int) -> None:
        with self._lock, suppress(BlockingIOError):
            stream, decoder = self._streams[descriptor]
            stream.take(decoder.decode(os.read(descriptor, _PIECE)))

    def _watch(self) -> None:
        poll = select.poll()
        for descriptor in self._streams:
            poll.register(descriptor, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                self._read(descriptor)


class Stream(OutStream):
    """A stream that stops passing text on when one cell has printed its share.

    It is a courtesy to the honest, whose endless loop then costs little; the grader has limits of
    its own outside.
    """

    limit = 1_000_000
    """Characters of one cell."""
    pipes = Pipes()
    _cell = ""
    _left = 0
    _since: float | None = None
    """When the oldest text was written that has not been sent."""

    def __init__(self, session: Any, pub_thread: Any, name: str, **kwargs: Any) -> None:
        """Take what ipykernel's application gives; read the descriptor under any circumstances."""
        more = kwargs | {"watchfd": "force"}
        super().__init__(session, pub_thread, name, **more)  # type: ignore[no-untyped-call]

    def write(self, string: str) -> int:
        """Pass the text on, as far as the cell's share goes."""
        if not self._is_master_process():  # type: ignore[no-untyped-call]
            return self._from_fork(string)
        self.pipes.read()
        return self.take(string)

    def take(self, string: str) -> int:
        """Keep the text until it is sent."""
        cell = self.parent_header.get("msg_id", "")
        if cell != self._cell:
            self._cell, self._left = cell, self.limit
        if self._left < 0:
            return len(string)
        length, self._left = self._left, self._left - len(string)
        if self._left < 0:
            string = string[:length] + "\n[output cut off here]\n"
        self._send_old()
        return super().write(string) or 0

    def flush(self) -> None:
        """Send what was written, also below Python."""
        if self._is_master_process():  # type: ignore[no-untyped-call]
            self.pipes.read()
            self._flush()

    def _from_fork(self, string: str) -> int:
        """Write what a fork of the kernel prints where the kernel reads it."""
        left = memoryview(string.encode(errors="backslashreplace"))
        while left:
            left = left[os.write(self._original_stdstream_fd, left) :]
        return len(string)

    def _flush(self) -> None:
        self._since = None
        super()._flush()  # type: ignore[no-untyped-call]

    def _schedule_flush(self) -> None:
        self._since = self._since or monotonic()

    def _send_old(self) -> None:
        """Send what has waited for long, whichever stream's, so that the order stays."""
        end = monotonic() - self.flush_interval
        waiting = [(stream._since, stream) for stream in self.pipes.streams() if stream._since]
        for since, stream in sorted(waiting, key=lambda one: one[0]):
            if since < end:
                stream._flush()

    def _setup_stream_redirects(self, name: str) -> None:
        """Read what is written to the descriptor itself."""
        number = {"stdout": 1, "stderr": 2}[name]
        self._fid, write = os.pipe()
        self._original_stdstream_fd = number
        self._original_stdstream_copy = os.dup(number)
        os.dup2(write, number)
        os.close(write)
        self.pipes.add(self, self._fid)
