"""`course regrade` and `course drop` as a person types them, and `course grade` over marks."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from nbexaminer.backup import back_ups, restore
from nbexaminer.regrade.work import carry_out
from tests.grading.course import ASSIGNMENT, ROOT, Course
from tests.grading.regrade.conftest import small_class
from tests.grading.regrade.desk import TOTAL, Desk
from tests.grading.regrade.test_drop import drop
from tests.grading.runs.classes import COURSE, rows, without_kernel
from tests.grading.runs.postgres import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
FOUR = "assert total == 4"


def run(desk: Desk, *words: str) -> tuple[int, str]:
    """Run `course` without a terminal."""
    done = subprocess.run(
        [COURSE, *words], cwd=desk.course.root, capture_output=True, text=True, timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def in_terminal(desk: Desk, typed: str, *words: str) -> tuple[int, str]:
    """Run `course` in a terminal of 80 columns and type."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(desk.course.root)
        os.environ.update(PYTHONPATH=str(ROOT), COLUMNS="80", TERM="dumb")
        os.execv(COURSE, [str(COURSE), *words])
    os.write(terminal, typed.encode())
    said = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        said += part
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def test_without_a_terminal_it_only_shows(desk: Desk) -> None:
    desk.correct("test_total", FOUR)
    before = desk.files()
    code, said = run(desk, "regrade", ASSIGNMENT)
    assert code == 0, said
    assert "What regrading small would change" in said
    assert "LOWER MARKS for 2: ana -2, cleo -2." in said
    assert "Nothing has been changed. To do it: course regrade small --yes" in said
    assert max(len(line) for line in said.splitlines() if line[:1] in "│┃┏└") <= 80
    assert desk.files() == before
    code, said = run(desk, "regrade", ASSIGNMENT, "--yes", "--dry-run")
    assert desk.files() == before
    code, said = run(desk, "regrade", ASSIGNMENT, "--yes")
    assert code == 0, said
    assert "Done: 3 students, 3 marks changed." in said
    assert "course restore backups/gradebook_" in said
    assert desk.scores("ben")["test_total"] == 2
    assert len(back_ups(desk.course.root)) == 1


@pytest.mark.parametrize(("typed", "score"), [("n\n", 0.0), ("y\n", 2.0)])
def test_in_a_terminal_it_asks(desk: Desk, typed: str, score: float) -> None:
    desk.correct("test_total", FOUR)
    code, said = in_terminal(desk, typed, "regrade", ASSIGNMENT)
    assert code == 0, said
    assert "Change the marks so? [y/N]:" in said
    assert ("Nothing has been changed." in said) == (score == 0.0)
    assert desk.scores("ben")["test_total"] == score


def test_yes_does_not_do_what_nobody_has_seen(desk: Desk) -> None:
    desk.correct("test_total", FOUR)
    run(desk, "regrade", ASSIGNMENT)
    desk.correct("test_total", "assert total == 3.0")
    before = desk.files()
    code, said = run(desk, "regrade", ASSIGNMENT, "--yes")
    assert (code, "source/small has changed" in said) == (1, True)
    assert "Traceback" not in said
    assert desk.files() == before


def test_a_question_is_dropped_and_comes_back(desk: Desk) -> None:
    before = rows(desk.course)
    code, said = run(desk, "drop", ASSIGNMENT, "test_total", "--full-marks")
    assert code == 0, said
    assert "To do it: course drop small test_total --full-marks --yes" in said
    assert rows(desk.course) == before
    assert run(desk, "drop", ASSIGNMENT, "test_total", "--full-marks", "--yes")[0] == 0
    assert desk.scores("ben")["test_total"] == 2
    assert run(desk, "regrade", ASSIGNMENT)[1].count("no mark changes") == 1
    assert run(desk, "drop", ASSIGNMENT, "test_total", "--undo", "--yes")[0] == 0
    assert rows(desk.course) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["regrade", "smal"], "there is no assignment 'smal'"),
        (["regrade", ASSIGNMENT, "--student", "zoe"], "no marks of 'zoe'"),
        (["drop", ASSIGNMENT, "test_totl", "--bonus"], "is it test_total"),
        (["drop", ASSIGNMENT, "test_total"], "say how: --full-marks, --leave-out"),
        (["drop", ASSIGNMENT, "test_total", "--undo", "--bonus"], "say only one of --full-marks"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(desk: Desk, words: list[str], said: str) -> None:
    before = desk.files()
    code, text = run(desk, *words)
    assert code in (1, 2)
    assert said in " ".join(text.split())
    assert "Traceback" not in text
    assert desk.files() == before


def test_grading_over_marks_makes_a_back_up_and_the_first_time_none(desk: Desk) -> None:
    code, said = run(desk, "grade", ASSIGNMENT)
    assert code == 0, said
    (one,) = back_ups(desk.course.root)
    assert one.why == "before grade small"
    assert "There are marks already. Back-up: backups/gradebook_" in said
    with desk.gradebook() as gradebook:
        for student in ("ana", "ben", "cleo"):
            gradebook.remove_submission(ASSIGNMENT, student)
    run(desk, "grade", ASSIGNMENT)
    assert len(back_ups(desk.course.root)) == 1


def test_where_no_back_up_can_be_made_grading_goes_on_and_regrading_stops(desk: Desk) -> None:
    (desk.course.root / "backups").write_text("in the way")
    code, said = run(desk, "grade", ASSIGNMENT)
    assert (code, "No back-up was made: backups/ cannot be written" in said) == (0, True)
    desk.correct("test_total", FOUR)
    before = desk.files()
    code, said = run(desk, "regrade", ASSIGNMENT, "--yes")
    assert (code, "Error: backups/ cannot be written" in said) == (1, True)
    assert desk.files() == before


def test_on_postgresql_it_is_the_same(
    server: Server, desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root: Path = tmp_path_factory.mktemp("postgres")
    course = without_kernel(Course(root, {"CourseDirectory": {"db_url": server.url}}))
    path = root / "nbgrader_config.py"
    line = f"c.CourseDirectory.db_url = {server.url!r}\n"
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    other = small_class(course)
    for one in (desk, other):
        one.mark("ana", "why", manual_score=1.0)
        one.correct("test_total", FOUR, points=4)
    assert other.regrade().changes == desk.regrade().changes
    saved = [carry_out(one.regrade(as_shown=True), "before") for one in (desk, other)]
    assert [path.suffix for path in saved] == [".db", ".dump"]
    assert rows(other.course) == rows(desk.course)
    for one in (desk, other):
        drop(one, TOTAL, "bonus")
    assert rows(other.course) == rows(desk.course)
    assert (desk.worth(), other.worth()) == (6, 6)
    for one, path in zip((desk, other), saved, strict=True):
        restore(one.api, path)
    assert rows(other.course) == rows(desk.course)
    assert (desk.worth(), other.worth()) == (8, 8)
