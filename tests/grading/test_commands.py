"""Every command of nbgrader's documentation, as a person types it, with our nbgrader_config.py."""

import csv
import getpass
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, filled, written

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


@pytest.fixture
def nbgrader(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Run an nbgrader command in a folder, with an exchange and a home of the test's own."""
    home = tmp_path_factory.mktemp("home")
    env = os.environ | {"HOME": str(home), "JUPYTER_DATA_DIR": str(home / "data")}

    def run(folder: Path, *words: str) -> str:
        command = [sys.executable, "-m", "nbgrader", *words]
        exchange = f"--Exchange.root={course.root / 'exchange'}"
        done = subprocess.run(
            [*command, exchange], cwd=folder, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    return run


def test_the_loop_command_by_command(
    course: Course,
    nbgrader: Callable[..., str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root, student = course.root, tmp_path_factory.mktemp("student")
    user = getpass.getuser()
    nbgrader(root, "generate_assignment", ASSIGNMENT, "--force")
    nbgrader(root, "release_assignment", ASSIGNMENT)
    assert "small" in nbgrader(student, "list", "--course=recurrent_cells")

    nbgrader(student, "fetch_assignment", ASSIGNMENT, "--course=recurrent_cells")
    mine = student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    right = filled(course.released(), **RIGHT)
    mine.write_bytes(written(right))
    nbgrader(student, "submit", ASSIGNMENT, "--course=recurrent_cells")
    nbgrader(root, "collect", ASSIGNMENT)
    assert (course.folder(user) / f"{NOTEBOOK}.ipynb").read_bytes() == mine.read_bytes()

    archive = root / "downloaded" / ASSIGNMENT / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "zoe_2026-01-02-03-04-05.zip", "w") as file:
        file.writestr(f"homework/{NOTEBOOK}.ipynb", written(right))
    (archive / f"yan_2026-01-02-03-04-05_{NOTEBOOK}.ipynb").write_bytes(b"{")
    (archive / "xi_2026-01-02-03-04-05.zip").write_bytes(b"no archive")
    nbgrader(root, "zip_collect", ASSIGNMENT)

    nbgrader(root, "autograde", ASSIGNMENT)
    assert course.scores(user) == {"test_total": 2.0, "test_add": 3.0, "why": None}
    assert course.scores("zoe") == course.scores(user)
    assert course.scores("yan") == {"test_total": 0.0, "test_add": 0.0, "why": 0.0}
    assert course.scores("xi") == course.scores("yan")

    nbgrader(root, "generate_feedback", ASSIGNMENT)
    for name, said in [("yan", "the file is cut off"), ("xi", "xi_2026-01-02-03-04-05.zip")]:
        page = root / "feedback" / name / ASSIGNMENT / f"{NOTEBOOK}.html"
        assert said in page.read_text(encoding="utf-8")
    nbgrader(root, "release_feedback", ASSIGNMENT)
    nbgrader(student, "fetch_feedback", ASSIGNMENT, "--course=recurrent_cells")
    assert len(list(student.rglob(f"{NOTEBOOK}.html"))) == 1

    nbgrader(root, "export", "--to=grades.csv")
    with (root / "grades.csv").open(encoding="utf-8-sig") as file:
        grades = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert grades == {user: "", "zoe": "", "yan": "0", "xi": "0"}
