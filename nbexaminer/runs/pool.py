"""Local processes, each of which may die without harm to the tasks of the others."""

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import util
from multiprocessing.connection import wait as wait_for_objects
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nbexaminer.errors import CourseFolderError
from nbexaminer.runs.workers import WorkerDiedError
from nbexaminer.sandbox.locked_folder import LockedFolder

if TYPE_CHECKING:
    from nbexaminer.sandbox.sharing import SharedWarmProcess

_PRELOADED = ["nbexaminer.cli", "nbexaminer.runs.preloaded"]
"""Imported once, before the processes are forked from it; the first is what `__main__` imports."""
_IMPORTING = ("PYTHONPATH", "PYTHONSAFEPATH")
"""Variables that say where modules are imported from."""
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class LocalWorkers:
    """As many processes of this machine as jobs."""

    died: tuple[type[Exception], ...] = (WorkerDiedError,)

    def __init__(self, jobs: int) -> None:
        """Start the processes; they import what grading needs, while a warm process gets warm."""
        self._jobs = jobs
        self.executor = ProcessSlots(jobs)
        self._warm = _shared_warm_process(jobs)
        if self._warm is not None:
            self.executor.gifts.extend(self._warm.shares)
        for _ in range(jobs):
            self.executor.submit(os.getpid)

    def begin(self, fn: Callable[..., Any], *args: Any) -> None:
        """Let each process do this before its first task; what it raises is left to that task."""
        for _ in range(self._jobs):
            self.executor.submit(fn, *args)

    def slots(self) -> int:
        """Return the number of jobs."""
        return self._jobs

    def limit(self, seconds: float) -> None:
        """Give up a process whose task takes longer."""
        self.executor.seconds = seconds

    def close(self) -> None:
        """End the processes, whatever they do."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        if self._warm is not None:
            self._warm.close()


def _shared_warm_process(jobs: int) -> "SharedWarmProcess | None":
    """Return a warm process for all of them; where there can be none, each will say why itself."""
    from nbexaminer.sandbox import SandboxStartError, SandboxUnavailableError
    from nbexaminer.sandbox.sharing import SharedWarmProcess

    try:
        return SharedWarmProcess(jobs)
    except (SandboxUnavailableError, SandboxStartError, OSError):
        return None


class Gift(Protocol):
    """Something that one process is given when it starts."""

    def take(self) -> None:
        """Take it, in that process."""

    def let_go(self) -> None:
        """Leave it to that process, in this one."""


class ProcessSlots(Executor):
    """An executor each of whose processes has one task at a time and stands apart from the others.

    concurrent.futures' own pool is broken as a whole when one process dies, and does not say whose
    task it was. Here the one task raises WorkerDiedError, and a new process takes the place. A task
    that takes more than `seconds` has its process killed. The first processes are given one of
    `gifts` each, as far as they go.
    """

    def __init__(self, jobs: int, seconds: float | None = None) -> None:
        self.seconds = seconds
        self.gifts: deque[Gift] = deque()
        self._context = _context()
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="grading")
        self._files = LockedFolder("grading-")
        self._files.path.chmod(0o711)  # sandboxes in it belong to another user
        self._here = threading.local()
        self._slots: set[_Slot] = set()
        self._closed = threading.Event()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Do `fn(*args, **kwargs)` in one of the processes."""
        return self._threads.submit(self._do, fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; without `wait` also those that are at work."""
        self._closed.set()
        if not wait:
            for slot in tuple(self._slots):
                if slot.at_work:
                    slot.kill()
        self._threads.shutdown(wait=True, cancel_futures=cancel_futures)
        for slot in self._slots:
            slot.pool.shutdown()
        self._files.remove()  # with what killed processes left

    def _do(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        slot = self._slot()
        try:
            slot.at_work = True
            future = slot.pool.submit(fn, *args, **kwargs)
            if not wait([future], self.seconds).done:
                slot.kill()
                raise WorkerDiedError(f"grading took more than {self.seconds:g} seconds")
            return future.result()
        except BrokenExecutor:
            slot.kill()
            raise WorkerDiedError("the grading process died") from None
        finally:
            slot.at_work = False
            if slot.killed:
                slot.pool.shutdown(wait=False)
                self._slots.discard(slot)
                self._here.slot = None

    def _slot(self) -> "_Slot":
        """Return this thread's process; a new one where there is none, or none any more."""
        slot: _Slot | None = getattr(self._here, "slot", None)
        if slot is None:
            if self._closed.is_set():
                raise WorkerDiedError("the run was stopped")
            slot = self._here.slot = _Slot(self._context, str(self._files.path), self._gift())
            self._slots.add(slot)
            if self._closed.is_set():  # since it was made
                slot.kill()
        return slot

    def _gift(self) -> Gift | None:
        with suppress(IndexError):
            return self.gifts.popleft()
        return None


class _Slot:
    """A pool of one process."""

    def __init__(self, context: Any, files: str, gift: Gift | None) -> None:
        self.at_work = self.killed = False
        variables = {name: os.environ.get(name) for name in _IMPORTING}
        self.pool = ProcessPoolExecutor(
            1, mp_context=context, initializer=_settle_in, initargs=(files, gift, variables)
        )
        try:
            self._pid: int = self.pool.submit(os.getpid).result()
        except BrokenExecutor:
            raise CourseFolderError(
                "no grading process can be started here; what it says stands above"
            ) from None
        finally:
            if gift is not None:
                gift.let_go()

    def kill(self) -> None:
        self.killed = True
        with suppress(OSError):
            os.kill(self._pid, _KILL)


def _context() -> Any:
    """Return how processes are made: forked from one that has imported everything, or afresh."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as many processes as cores, not threads
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    with _sockets_in(_server_files().path), _importing_as_here():
        forkserver.ensure_running()  # it imports meanwhile
    return context


@cache
def _server_files() -> LockedFolder:
    """Return the folder for what multiprocessing leaves behind when this process is killed."""
    folder = LockedFolder("grading-server-")
    folder.remove.atexit = False  # but after multiprocessing has removed what is its own
    util.Finalize(None, shutil.rmtree, args=(folder.path, True), exitpriority=-1000)
    return folder


@contextmanager
def _sockets_in(folder: Path) -> Iterator[None]:
    """Let multiprocessing make its own temporary folder, which it makes once, in `folder`."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        util.get_temp_dir()
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def _importing_as_here() -> Iterator[None]:
    """Let a Python that is started inside import from where this process does.

    By itself it would look into the current folder first, which may be another clone of the course:
    then two trees of code would grade one class.
    """
    before = {name: os.environ.get(name) for name in _IMPORTING}
    here = [path or os.getcwd() for path in sys.path]
    _set({"PYTHONPATH": os.pathsep.join(here), "PYTHONSAFEPATH": "1"})
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _settle_in(files: str, gift: Gift | None, variables: Mapping[str, str | None]) -> None:
    """Leave interrupts to the parent, end when it is gone, be it by kill -9, and write to `files`.

    Temporary files go there: the parent removes it, also when this process was killed. `variables`
    are the parent's, and not those that the fork server was started with.
    """
    _set(variables)
    tempfile.tempdir = files
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()
    if gift is not None:
        gift.take()


def _end_after(sentinel: int) -> None:
    wait_for_objects([sentinel])
    os._exit(1)
