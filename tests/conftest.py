"""Shared by every test: what the pins do not bring, and how loudly it is missed."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.tiers import slow_files_first

# Shared machines are slow and noisy: tests assert results, never times.
settings.register_profile(
    "course", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("course")
settings.register_profile("check", settings.get_profile("course"), max_examples=20)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Tests in the background of a shell ignore Ctrl-C, and so would the programs that they start
    # and press it for.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Who runs the tests has practised nothing; kernels that they start have this, too.
os.environ["COURSE_PRACTICE_RECORD"] = "off"


class Tool(NamedTuple):
    """What tests with a marker need and the pins do not bring."""

    is_there: bool
    tests: str
    why: str
    remedy: str


TOOLS = {
    "torch": Tool(
        importlib.util.find_spec("torch") is not None,
        "comparisons with PyTorch",
        "they hold our cells against PyTorch, which is too heavy for the pins",
        "make oracle, then make test again",
    ),
    "bundler": Tool(
        (Path(__file__).parents[1] / "build" / "browser" / "ready").exists(),
        "types and bundles of the views' JavaScript",
        "they need esbuild and TypeScript, which come from npm",
        "make tools browser, then make test again",
    ),
}


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
    """Begin with the slow files, and skip what needs a tool that is not there."""
    slow_files_first(items)
    for item in items:
        for marker, tool in TOOLS.items():
            if item.get_closest_marker(marker) and not tool.is_there:
                item.add_marker(pytest.mark.skip(reason=reason_of(tool)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, in red, how many tests did not run for want of a tool."""
    for tool, count in not_run(terminalreporter):
        terminalreporter.section(reason_of(tool), red=True, bold=True)
        terminalreporter.line(
            f"{count} tests did NOT run: {tool.why}.\nTo run them: {tool.remedy}.", red=True
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI every tool must be there: a run that skipped tests has not tested what it should."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not_run(reporter) and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def reason_of(tool: Tool) -> str:
    return f"NOT RUN: {tool.tests}"


def not_run(reporter: pytest.TerminalReporter) -> list[tuple[Tool, int]]:
    """Counted in the reports, since it may be other processes that ran the tests."""
    reasons = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    counts = [
        (tool, sum(reason_of(tool) in reason for reason in reasons)) for tool in TOOLS.values()
    ]
    return [(tool, count) for tool, count in counts if count]
