"""A Dask cluster: a scheduler and three workers, each in a network namespace of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.runs.cluster import DaskWorkers
from tests.grading.course import ASSIGNMENT, RIGHT, ROOT, Course, filled
from tests.grading.runs.classes import COURSE, expected, files, hand_in, rows, run
from tests.grading.runs.network import Network

pytestmark = [
    pytest.mark.long,  # whole machines are pretended, and killed
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

DASK = Path(sys.executable).with_name("dask")
ENV = {"PYTHONPATH": str(ROOT), "SECONDS_FOR_A_NOTEBOOK": "0.4", "COLUMNS": "120"}
COUNT = 45


class Cluster:
    """A scheduler and workers; `start` runs a command where they are reached from."""

    def __init__(self, folder: Path, network: Network) -> None:
        self.folder, self.network = folder, network
        scheduler, self.desk, *machines = network.hosts
        self.address = f"tcp://{network.hosts[scheduler]}:8786"
        self.processes = [
            self.start(scheduler, DASK, "scheduler", "--port", "8786", "--no-dashboard")
        ]
        self.workers = [
            self.start(
                m,
                DASK,
                "worker",
                self.address,
                "--nthreads",
                "1",
                "--no-dashboard",
                "--local-directory",
                str(folder / m),
                "--name",
                m,
            )
            for m in machines
        ]
        self.processes += self.workers

    def start(self, machine: str, program: Path, *words: str, **more: Any) -> Any:
        return subprocess.Popen(
            self.network.inside(machine, str(program), *words),
            env=os.environ | ENV,
            start_new_session=True,
            **({"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | more),
        )

    def grade(self, course: Course, *words: str) -> Any:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        words = ("grade", ASSIGNMENT, "--cluster", self.address, *words)
        return self.start(self.desk, COURSE, *words, cwd=course.root, **pipes)

    def stop(self) -> None:
        for process in self.processes:
            end(process)
        self.network.remove()


def end(process: Any) -> None:
    """Kill a machine's processes, as a power cut does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if os.geteuid() != 0 or not Path("/run").exists():
        pytest.skip("NOT RUN: the cluster's network namespaces need root")
    try:
        network = Network(5)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"NOT RUN: no network namespaces here ({error})")
    cluster = Cluster(tmp_path_factory.mktemp("dask"), network)
    yield cluster
    cluster.stop()


def test_a_worker_is_killed_in_the_middle_and_the_grades_are_the_same(
    quick: Course, cluster: Cluster, copy_of: Callable[[Course], Course]
) -> None:
    students = hand_in(quick, COUNT)
    killer = filled(quick.released(), **(RIGHT | {"total": "os._exit(1)"}))
    quick.submit("s010", killer)  # and one submission kills whoever takes it
    here = copy_of(quick)
    process = cluster.grade(quick)
    end_of_wait = time.monotonic() + 60
    while len(list((quick.root / "autograded").glob("s*/small"))) < 5:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end_of_wait
        time.sleep(0.05)
    end(cluster.workers[0])
    _, said = process.communicate(timeout=180)
    assert process.returncode == 0, said
    assert "s010  This submission could not be graded in two attempts" in said
    assert f"{COUNT} graded" in said
    for number, student in enumerate(students):
        if student != "s010":
            assert quick.scores(student) == expected(number)
    assert quick.scores("s010") == {"test_total": 0.0, "test_add": 0.0, "why": 0.0}
    code, said = run(here, "--jobs", "2")
    assert code == 0, said
    assert rows(quick) == rows(here)
    assert set(files(quick)) == set(files(here))


@pytest.fixture
def copy_of(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Course], Course]:
    """Copy a course as it is, with its submissions and configuration."""

    def copied(course: Course) -> Course:
        root = tmp_path_factory.mktemp("copy")
        other = Course(root, None, course.root)
        config = (course.root / "nbgrader_config.py").read_text(encoding="utf-8")
        (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
        return other

    return copied


def test_a_scheduler_that_is_not_there_is_named_at_once() -> None:
    with pytest.raises(CourseFolderError, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
        DaskWorkers("tcp://127.0.0.1:9", seconds=1)
