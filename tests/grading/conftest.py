"""Fixtures for the tests of grading."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import SAWarning

from tests.grading.course import Course
from tests.grading.runs.postgres import Server, programs


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released course to copy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        return Course(tmp_path_factory.mktemp("course")).root


@pytest.fixture
def make_course(tmp_path: Path, template: Path) -> Callable[..., Course]:
    """Make a small course with one assignment, released, with values over nbgrader_config.py."""
    return lambda **config: Course(tmp_path, config, template)


@pytest.fixture
def course(make_course: Callable[..., Course]) -> Course:
    """A small course whose cells may take three seconds."""
    return make_course(Execute={"timeout": 3})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server of the test's own."""
    bin = programs()
    if bin is None:
        pytest.skip("NOT RUN: no PostgreSQL server (on Debian: apt install postgresql)")
    server = Server(bin)
    yield server
    server.remove()
