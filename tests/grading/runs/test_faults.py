"""Killed at any moment, a full disk, a gradebook that goes away, a clock that jumps.

Nothing is lost and nothing is there twice.
"""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.grading.course import ASSIGNMENT, Course
from tests.grading.runs.classes import command, expected, files, hand_in, rows, run
from tests.tiers import long_but

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

COUNT = 45
KILLS = int(os.environ.get("COURSE_KILLS", "10"))
"""How many runs are killed; the benchmark asks for 50."""


def mark_by_hand(course: Course) -> None:
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "sums", ASSIGNMENT, "s000")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()


def assert_whole(course: Course, students: list[str]) -> None:
    """Everybody has their scores, once, and their folder, and nothing else is left."""
    found = rows(course)
    assert found["counts"] == [COUNT, COUNT, 3 * COUNT, 3 * COUNT]
    for number, student in enumerate(students):
        assert course.scores(student) == expected(number)
    assert len(files(course)) == COUNT
    assert not list((course.root / "autograded").rglob(".*"))


@pytest.mark.long
def test_killed_at_random_moments_it_goes_on(quick: Course) -> None:
    students = hand_in(quick, COUNT)
    moments = random.Random(0)
    longest = 6.0  # seconds; a run that is not killed takes about as long
    kills = 0
    while kills < KILLS:
        process = command(quick, "--jobs", "2", SECONDS_FOR_A_NOTEBOOK="0.1")
        try:
            process.wait(moments.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
        else:  # through before it was killed: the next one grades everybody again
            assert process.returncode == 0, process.communicate()[1]
            longest *= 0.8
    code, said = run(quick, "--jobs", "2")
    assert code == 0, said
    assert_whole(quick, students)


POINTS = {
    "GradedFolder.stage": "nbexaminer.runs.writer",
    "GradedFolder.set_aside": "nbexaminer.runs.writer",
    "GradedFolder.put_in_place": "nbexaminer.runs.writer",
    "GradedFolder.clear": "nbexaminer.runs.writer",
    "Journal.record": "nbexaminer.runs.writer",
    "SubmissionRows.store": "nbexaminer.gradebook.writing",
}
"""Between any two of the steps in which a group is written."""

DYING = """
import importlib, os, sys

def die_at(call, kind, method):
    whole, calls = getattr(kind, method), []
    def dying(*args, **kwargs):
        calls.append(1)
        if len(calls) == call:
            os.kill(os.getpid(), 9)
        return whole(*args, **kwargs)
    setattr(kind, method, dying)

if __name__ == "__main__":
    module, name, call = sys.argv[1].split(":")
    kind, method = name.split(".")
    die_at(int(call), getattr(importlib.import_module(module), kind), method)
    sys.argv = ["course", "grade", "small", "--jobs", "2"]
    from nbexaminer.cli import main
    main()
"""


@pytest.mark.parametrize("method", long_but(["GradedFolder.set_aside", "Journal.record"], POINTS))
def test_killed_between_the_steps_of_writing_it_goes_on(
    quick: Course, method: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    students = hand_in(quick, COUNT)
    assert run(quick, "--jobs", "2")[0] == 0
    mark_by_hand(quick)
    before = rows(quick)
    script = tmp_path_factory.mktemp("dying") / "dying.py"
    script.write_text(DYING)
    call = 2 if method == "Journal.record" else 25
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    python = sys.executable
    done = subprocess.run(
        [python, str(script), f"{POINTS[method]}:{method}:{call}"],
        cwd=quick.root,
        env=env,
        capture_output=True,
    )
    assert done.returncode == -9, done.stderr.decode()
    # a folder stands only where its grades are in the gradebook, so that nbgrader goes on too
    code, said = run(quick, "--jobs", "2")
    assert code == 0, said
    assert "Going on with a run that was cut off" in said
    assert rows(quick) == before  # with the mark that was given by hand
    assert set(before) == {*students, "counts"}
    assert len(files(quick)) == COUNT
    assert not list((quick.root / "autograded").rglob(".*"))


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of two megabytes."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: the test of a full disk mounts one, and needs root")
    place = tmp_path_factory.mktemp("disk")
    options = ["-t", "tmpfs", "-o", "size=3m", "tmpfs"]
    if subprocess.run(["mount", *options, str(place)]).returncode != 0:
        pytest.skip("NOT RUN: the test of a full disk could not mount one")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_stops_the_run_with_a_sentence_and_it_goes_on(
    quick: Course, small_disk: Path
) -> None:
    students = hand_in(quick, COUNT)
    moved = small_disk / "course"
    shutil.copytree(quick.root, moved)
    course = Course.__new__(Course)
    course.root, course.api = moved, quick.api
    config = quick.api.config
    text = (moved / "nbgrader_config.py").read_text()
    (moved / "nbgrader_config.py").write_text(text)
    config.CourseDirectory.root = str(moved)
    course.api = type(quick.api)(type(quick.api.coursedir)(config=config), config=config)
    filler = small_disk / "filler"
    free = shutil.disk_usage(small_disk).free
    filler.write_bytes(b"x" * (free - 150_000))
    code, said = run(course, "--jobs", "2")
    assert code == 1, said
    assert "goes on from there" in said
    assert "No space left on device" in said or "disk is full" in said or "disk I/O" in said
    assert "Traceback" not in said
    filler.unlink()
    code, said = run(course, "--jobs", "2")
    assert code == 0, said
    assert_whole(course, students)


def test_a_gradebook_that_is_locked_for_a_while_is_waited_for(quick: Course) -> None:
    students = hand_in(quick, COUNT)
    other = sqlite3.connect(quick.root / "gradebook.db", isolation_level=None)
    process = command(quick, "--jobs", "2", SECONDS_FOR_A_NOTEBOOK="0.1")
    _wait_for(lambda: (quick.root / ".grading").exists())
    other.execute("BEGIN IMMEDIATE")
    time.sleep(8)  # longer than SQLite itself waits
    other.execute("COMMIT")
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "The gradebook does not answer" in said
    assert "It answers again" in said
    assert_whole(quick, students)


def test_a_gradebook_that_goes_away_and_comes_back(quick: Course) -> None:
    students = hand_in(quick, COUNT)
    process = command(quick, "--jobs", "2", SECONDS_FOR_A_NOTEBOOK="0.1")
    path, away = quick.root / "gradebook.db", quick.root / "away.db"
    _wait_for(lambda: (quick.root / ".grading").exists())
    path.rename(away)
    time.sleep(6)
    assert not path.exists()  # no empty one was made in its place
    away.rename(path)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "gradebook.db is missing" in said
    assert_whole(quick, students)


def test_a_clock_that_jumps_changes_nothing(quick: Course) -> None:
    """Files from the future and the past, and a wall clock that leaps while grading."""
    students = hand_in(quick, COUNT)
    for number, student in enumerate(students):
        when = time.time() + (number - 20) * 86_400 * 400
        os.utime(quick.folder(student) / "sums.ipynb", (when, when))
    script = """
import random, sys, time

if __name__ == "__main__":
    whole = time.time
    jumps = random.Random(0)
    time.time = lambda: whole() + jumps.uniform(-1e8, 1e8)
    sys.argv = ["course", "grade", "small", "--jobs", "2", *sys.argv[1:]]
    from nbexaminer.cli import main
    main()
"""
    path = quick.root / "jump.py"
    path.write_text(script)
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    for words in ([], ["--only-changed"]):
        done = subprocess.run(
            [sys.executable, str(path), *words],
            cwd=quick.root,
            env=env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert_whole(quick, students)
    assert f"{COUNT} of {COUNT} have not changed" in done.stderr


def _wait_for(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        threading.Event().wait(0.02)
