"""Several grading processes ask one warm process for their kernels, and stay apart."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from nbexaminer.runs.pool import LocalWorkers
from nbexaminer.runs.workers import WorkerDiedError
from nbexaminer.sandbox.nursery import starter
from nbexaminer.sandbox.processes import family
from tests.grading.sandbox.kernels import kernel

pytestmark = pytest.mark.kernel


def six_times_seven(folder: str, then_sleep: float = 0) -> tuple[int, bool]:
    """In a grading process: ask a kernel; say whether it was forked from the shared process."""

    async def ask() -> tuple[int, bool]:
        async with kernel() as inside:
            Path(folder, str(os.getpid())).write_text(str(await inside.value("6 * 7")))
            await asyncio.sleep(then_sleep)
            found = int(await inside.value("6 * 7"))
            way = starter()._nursery
            return found, way is not None and way._own is None

    return asyncio.run(ask())


def lose_the_line() -> None:
    """In a grading process: let the line to the shared process be dead."""
    shared = starter()._shared
    assert shared is not None
    shared.shutdown(2)


@pytest.fixture
def before() -> set[int]:
    return warm_processes()


@pytest.fixture
def workers(before: set[int]) -> Iterator[LocalWorkers]:
    made = LocalWorkers(2)
    yield made
    made.close()


def waited(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def warm_processes() -> set[int]:
    """Return this process's warm processes, its own among them where other tests needed one."""
    found = set()
    for pid in family(os.getpid()):
        with suppress(OSError):
            if b"sandboxed.nursery" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
    return found


def test_both_are_served_and_nothing_is_left(
    before: set[int], workers: LocalWorkers, tmp_path: Path
) -> None:
    asked = [workers.executor.submit(six_times_seven, str(tmp_path), 0.5) for _ in range(2)]
    assert [one.result(60) for one in asked] == [(42, True)] * 2
    assert len(list(tmp_path.iterdir())) == 2  # two processes
    assert warm_processes() > before
    workers.close()
    assert waited(lambda: warm_processes() <= before)


def test_the_end_of_one_is_none_of_the_others_business(
    workers: LocalWorkers, tmp_path: Path
) -> None:
    asked = [workers.executor.submit(six_times_seven, str(tmp_path), 2) for _ in range(2)]
    assert waited(lambda: len(list(tmp_path.iterdir())) == 2)
    victim = int(next(tmp_path.iterdir()).name)
    os.kill(victim, signal.SIGKILL)
    found = []
    for one in asked:
        with suppress(WorkerDiedError):
            found.append(one.result(60))
    assert found == [(42, True)]
    # Who takes its place has a warm process of its own.
    again = [workers.executor.submit(six_times_seven, str(tmp_path), 0.5) for _ in range(2)]
    assert sorted(one.result(60) for one in again) == [(42, False), (42, True)]


@pytest.fixture
def worker(before: set[int]) -> Iterator[LocalWorkers]:
    made = LocalWorkers(1)
    yield made
    made.close()


def test_without_the_shared_one_it_starts_its_own(worker: LocalWorkers, tmp_path: Path) -> None:
    worker.executor.submit(lose_the_line).result(60)
    assert worker.executor.submit(six_times_seven, str(tmp_path)).result(60) == (42, False)


def test_who_declines_ends_it(before: set[int], worker: LocalWorkers) -> None:
    assert waited(lambda: warm_processes() > before)
    worker.executor.submit(decline).result(60)
    assert waited(lambda: warm_processes() <= before)


def decline() -> None:
    """In a grading process: do without."""
    starter().decline()
