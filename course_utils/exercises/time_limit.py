"""A limit on how long a student's function may take."""

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

_AGAIN = 0.1
"""Seconds until it is raised again, for code that catches everything."""


class TimeIsUp(BaseException):
    """Not an Exception, so that `except Exception` in a student's loop does not catch it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp inside the block once `seconds` have passed. Limits may be nested.

    In the main thread of Linux and macOS a signal interrupts sleeping and NumPy too; elsewhere it
    is raised between two instructions of Python.
    """
    main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds) if main and hasattr(signal, "setitimer") else _by_thread(seconds):
        yield


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def ring(signum: int, frame: FrameType | None) -> None:
        raise TimeIsUp

    handler = signal.signal(signal.SIGALRM, ring)
    start = monotonic()
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:  # the limit around this one goes on
            signal.setitimer(signal.ITIMER_REAL, max(left - (monotonic() - start), 1e-6), _AGAIN)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    over, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    raise_in(target, ctypes.py_object(TimeIsUp))
            wait = _AGAIN

    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            over.set()
            raise_in(target, None)
