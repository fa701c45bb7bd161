"""What is watched: a look that fails ends one sandbox, says so, and goes on for the others."""

import os
import signal
import subprocess
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from nbexaminer.sandbox import processes, watch
from nbexaminer.sandbox.launch import Running
from nbexaminer.sandbox.limits import SandboxLimits
from nbexaminer.sandbox.watch import Watch, Watched


@pytest.fixture
def started() -> Any:
    """Two processes in the place of two sandboxes."""
    made = [subprocess.Popen(["sleep", "1000"]) for _ in range(2)]
    yield [
        Running(one.pid, os.pidfd_open(one.pid), one.pid, os.pidfd_open(one.pid)) for one in made
    ]
    for one in made:
        one.kill()
        one.wait()


@pytest.mark.parametrize("error", [FileNotFoundError("/proc/7/task"), ValueError("no number")])
def test_a_look_that_fails_ends_the_sandbox_and_the_watch_goes_on(
    started: list[Running], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    sick, well = (Watched(one, SandboxLimits(files=10**12)) for one in started)
    looked = threading.Event()
    too_much = Watched.too_much

    def look(self: Watched) -> str | None:
        if self is sick:
            raise error
        if sick.reason is not None:
            looked.set()
        return too_much(self)

    monkeypatch.setattr(Watched, "too_much", look)
    monkeypatch.setattr(watch, "SECONDS_BETWEEN_LOOKS", 0.01)
    eyes = Watch()
    eyes.add(sick)
    eyes.add(well)
    assert looked.wait(30)
    eyes.remove(sick)
    eyes.remove(well)
    assert sick.reason == f"it could not be watched ({type(error).__name__}: {error})"
    assert (sick.unwatched, well.reason, well.unwatched) == (True, None, False)
    _, status = os.waitpid(sick.running.pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_what_one_sent_at_once_ends_that_one_alone(
    started: list[Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    megabytes = 100
    monkeypatch.setattr(watch, "_own_memory", lambda: megabytes * watch.MEGABYTE)
    both = [
        Watched(one, SandboxLimits(unread_megabytes=most, files=10**12))
        for one, most in zip(started, (200, 512), strict=True)
    ]

    def reasons(now: int) -> list[str | None]:
        nonlocal megabytes
        megabytes = now
        running = [each for each in both if each.reason is None]
        for each in running:
            watch._look_at(each)
        watch._look_at_what_was_sent(running)
        return [each.reason for each in both]

    ended = "it sent more than 200 MB at once"
    assert reasons(50) == [None, None]
    assert reasons(249) == [None, None]
    assert reasons(3000) == [ended, None]
    assert reasons(3400) == [ended, None], "what another left unread is not the neighbour's"
    assert reasons(60) == [ended, None]
    assert reasons(600) == [ended, "it sent more than 512 MB at once"]
    for each in both:
        _, status = os.waitpid(each.running.pid, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("name", ["listdir", "scandir"])
def test_a_process_that_ends_while_it_is_looked_at_has_no_children(
    started: list[Running], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def gone(*_: object) -> Any:
        raise FileNotFoundError(2, "No such file or directory")

    assert processes.family(os.getpid()) != [os.getpid()]
    monkeypatch.setattr(os, name, gone)
    assert processes.family(started[0].pid) == [started[0].pid]
    assert Watched(started[0], SandboxLimits(files=10**12)).too_much() is None


def test_a_sandbox_that_could_not_be_watched_is_no_mark() -> None:
    from nbexaminer.sandbox import SandboxLostError
    from nbexaminer.steps import Execute

    step = Execute()
    step._kernel = SimpleNamespace(ended="it slept", unwatched=False)
    assert step._cause_of_death("it died") == "it slept"
    step._kernel.unwatched = True
    with pytest.raises(SandboxLostError, match="it slept"):
        step._cause_of_death("it died")
