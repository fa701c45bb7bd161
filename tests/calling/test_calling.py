"""Calling a function and keeping watch, and the limit on its time."""

import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

from course_utils.calling import Call, LocalFunction, TimeIsUp, outcome_of, time_limit


def test_what_a_call_returns_prints_and_changes() -> None:
    def busy(a: Any, b: Any, *, c: Any) -> float:
        print("hello")
        a[0] = 7.0
        c.append(1)
        return float(a.sum())

    given = Call((np.array([1.0, 2.0]), 3), {"c": [0]})
    outcome = outcome_of(busy, given, 1.0)
    assert outcome.value == 9.0
    assert outcome.printed == "hello\n"
    assert list(outcome.changed) == [0, "c"]
    assert outcome.changed["c"] == [0, 1]
    assert given.args[0].tolist() == [1.0, 2.0]  # the caller's own arguments are copied


def test_not_a_number_is_no_change() -> None:
    outcome = outcome_of(lambda a, b: None, Call((np.array([np.nan]), float("nan"))), 1.0)
    assert outcome.changed == {}


def test_a_failure_names_the_exception_and_what_it_comes_from() -> None:
    class OwnError(KeyError):
        pass

    def fails() -> None:
        raise OwnError("first\nsecond")

    failure = outcome_of(fails, Call(), 1.0).failure
    assert failure is not None
    assert failure.names[:3] == ("OwnError", "KeyError", "LookupError")


def test_printing_without_end_is_kept_to_its_beginning() -> None:
    outcome = outcome_of(lambda: [print("x" * 1000) for _ in range(1000)], Call(), 5.0)
    assert len(outcome.printed) == 10_000


def _computes() -> None:
    end = time.process_time() + 60
    while time.process_time() < end:
        pass


def test_a_call_is_stopped_by_its_processor_time_however_long_it_may_last() -> None:
    outcome = outcome_of(_computes, Call(), 0.1, 3600.0)
    assert outcome.failure is not None
    assert outcome.failure.kind == "time"


def test_a_call_that_waits_for_a_busy_machine_is_not_stopped() -> None:
    outcome = outcome_of(lambda: time.sleep(0.2) or "done", Call(), 0.1, 3600.0)
    assert outcome.value == "done"


def test_a_call_that_sleeps_is_stopped_in_the_end() -> None:
    outcome = outcome_of(lambda: time.sleep(3600), Call(), 3600.0, 0.1)
    assert outcome.failure is not None
    assert outcome.failure.kind == "time"


def test_after_a_call_that_ran_out_of_time_no_other_is_made() -> None:
    made: list[int] = []

    def slow(k: int) -> int:
        made.append(k)
        while k == 1:
            pass
        return k

    calls = [Call((k,)) for k in range(4)]
    outcomes = list(LocalFunction(slow).outcomes(calls, 0.2))
    assert [outcome.failure is None for outcome in outcomes] == [True, False]
    assert made == [0, 1]


def _endless() -> None:
    while True:
        pass


def in_main_thread(test: Any) -> None:
    test()


def in_another_thread(test: Any) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            test()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert errors == []


@pytest.mark.parametrize("where", [in_main_thread, in_another_thread])
def test_time_is_up_for_code_that_does_not_end(where: Any) -> None:
    def run() -> None:
        with pytest.raises(TimeIsUp), time_limit(0.1):
            _endless()

    where(run)


@pytest.mark.parametrize("where", [in_main_thread, in_another_thread])
def test_code_that_ends_in_time_is_left_alone(where: Any) -> None:
    def run() -> None:
        with time_limit(0.3):
            pass
        time.sleep(0.4)
        sum(range(1000))

    where(run)


@pytest.mark.parametrize("where", [in_main_thread, in_another_thread])
def test_processor_time_is_limited_as_well_and_a_limit_that_is_over_stays_quiet(
    where: Any,
) -> None:
    def run() -> None:
        with pytest.raises(TimeIsUp), time_limit(3600.0, 0.1):
            _endless()
        with time_limit(3600.0, 0.1):
            time.sleep(0.2)
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass

    where(run)


@pytest.mark.parametrize("where", [in_main_thread, in_another_thread])
def test_limits_may_be_nested(where: Any) -> None:
    def run() -> None:
        def twice() -> None:
            with pytest.raises(TimeIsUp), time_limit(0.1):
                _endless()
            _endless()

        with pytest.raises(TimeIsUp), time_limit(0.3):
            twice()

    where(run)


def test_a_limit_in_another_thread_leaves_traced_code_running() -> None:
    # coverage and debuggers trace; in a process of its own, because it once did not end
    code = """
import sys, threading
from course_utils.calling import TimeIsUp, time_limit

def endless():
    while True:
        pass

def run():
    sys.settrace(lambda *_: None)
    for k in range(3):
        try:
            with time_limit(0.1):
                endless()
        except TimeIsUp:
            print("is up")
    with time_limit(5.0):
        (lambda: print("goes on"))()

thread = threading.Thread(target=run)
thread.start()
thread.join()
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.split("\n") == ["is up"] * 3 + ["goes on", ""]
