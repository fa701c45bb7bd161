"""A limit on how long code of a student's, or a test of it, may take."""

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, process_time
from types import FrameType

_AGAIN = 0.1
"""Seconds until it is raised again, for code that catches everything."""


class TimeIsUp(BaseException):
    """Not an Exception, so that `except Exception` in a student's loop does not catch it."""


@contextmanager
def time_limit(seconds: float, processor: float | None = None) -> Iterator[None]:
    """Raise TimeIsUp inside the block once `seconds` have passed on the clock on the wall.

    `processor` limits the processor time of this process as well, in seconds: what a busy machine
    makes slow is not stopped by it. Limits may be nested.

    In the main thread of Linux and macOS a signal interrupts sleeping and NumPy too; elsewhere it
    is raised between two instructions of Python.
    """
    main = threading.current_thread() is threading.main_thread()
    by_signal = main and hasattr(signal, "setitimer")
    with _by_signal(seconds, processor) if by_signal else _by_thread(seconds, processor):
        yield


@contextmanager
def _by_signal(seconds: float, processor: float | None) -> Iterator[None]:
    with _alarm(signal.ITIMER_REAL, signal.SIGALRM, seconds):
        if processor is None:
            yield
            return
        with _alarm(signal.ITIMER_PROF, signal.SIGPROF, processor):
            yield


@contextmanager
def _alarm(timer: int, number: int, seconds: float) -> Iterator[None]:
    def ring(signum: int, frame: FrameType | None) -> None:
        raise TimeIsUp

    clock = monotonic if timer == signal.ITIMER_REAL else process_time
    handler = signal.signal(number, ring)
    start = clock()
    left, _ = signal.setitimer(timer, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, handler)
        if left:  # the limit around this one goes on
            signal.setitimer(timer, max(left - (clock() - start), 1e-6), _AGAIN)


@contextmanager
def _by_thread(seconds: float, processor: float | None) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    over, lock = threading.Event(), threading.Lock()
    end, used_up = monotonic() + seconds, process_time() + (processor or 0)
    raised = False

    def left() -> float:
        """Return for how long it need not be looked at: processors may be several."""
        until = [end - monotonic()]
        if processor is not None:
            until.append(max(used_up - process_time(), 0.0) / 2)
        return min(until)

    def raise_it() -> None:
        nonlocal raised
        raised = True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimeIsUp))

    def watch() -> None:
        while not over.wait(max(left(), _AGAIN / 10)):
            if left() > _AGAIN / 10:
                continue
            with lock:
                if not over.is_set():
                    raise_it()
            over.wait(_AGAIN)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        while not over.is_set():
            try:
                with lock:
                    over.set()
                if raised:
                    # One may be on its way still. It cannot be called back: CPython would go on
                    # looking for it, which under a debugger or coverage is an endless loop in 3.11.
                    # One more takes its place, and arrives here.
                    raise_it()
                    while True:
                        pass
            except TimeIsUp:
                continue
