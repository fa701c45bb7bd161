"""Shared by every test: the comparisons with PyTorch, and how loudly they are missed."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.tiers import slow_files_first

# Shared machines are slow and noisy: tests assert results, never times.
settings.register_profile(
    "course", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("course")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Tests in the background of a shell ignore Ctrl-C, and so would the programs that they start
    # and press it for.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Who runs the tests has practised nothing; kernels that they start have this, too.
os.environ["COURSE_PRACTICE_RECORD"] = "off"

HAVE_TORCH = importlib.util.find_spec("torch") is not None
_not_run: list[str] = []


@pytest.fixture(autouse=True)
def _stays_in_its_folder() -> Iterator[None]:
    """Fail the test that leaves the process in another folder, not whichever comes after it."""
    before = Path.cwd()
    yield
    after = Path.cwd()
    os.chdir(before)
    assert after == before, f"the test left the process in {after}; use contextlib.chdir"


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make book` builds it, made once for all processes of a run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with FileLock(shared / "book.lock"):
        if not (shared / "book" / "whole").exists():
            builder = Path(__file__).parents[1] / "docs" / "book" / "build.py"
            command = [sys.executable, str(builder), str(shared / "book")]
            run = subprocess.run(command, capture_output=True, text=True)
            assert run.returncode == 0, run.stdout + run.stderr
            (shared / "book" / "whole").touch()
    return shared / "book" / "html"


@pytest.hookimpl(trylast=True)  # what -k and -m have left out is not missed
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow files. Without PyTorch skip what needs it; in CI that is an error."""
    slow_files_first(items)
    if HAVE_TORCH:
        return
    for item in items:
        if item.get_closest_marker("torch"):
            _not_run.append(item.nodeid)
            item.add_marker(pytest.mark.skip(reason="PyTorch is not installed"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, in red, how many comparisons with PyTorch did not run."""
    if _not_run:
        terminalreporter.section("NOT RUN: comparisons with PyTorch", red=True, bold=True)
        terminalreporter.line(
            f"{len(_not_run)} tests hold our cells against PyTorch and did NOT run: it is too "
            "heavy for the pins.\nTo run them: make oracle, then make test again.",
            red=True,
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI the oracle must be there: a run that skipped it has not tested what it should."""
    if _not_run and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
