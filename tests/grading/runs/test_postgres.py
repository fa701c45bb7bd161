"""The gradebook in PostgreSQL: the same class, the same rows, and a server that goes away."""

import time
from pathlib import Path

import pytest

from tests.grading.course import ASSIGNMENT, Course
from tests.grading.runs.classes import (
    command,
    expected,
    files,
    hand_in,
    rows,
    run,
    without_kernel,
)
from tests.grading.runs.postgres import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]


@pytest.fixture
def on_postgres(server: Server, tmp_path: Path) -> Course:
    """A released course whose gradebook is in PostgreSQL, and which runs without a kernel."""
    course = without_kernel(Course(tmp_path, {"CourseDirectory": {"db_url": server.url}}))
    path = tmp_path / "nbgrader_config.py"
    line = f"c.CourseDirectory.db_url = {server.url!r}\n"
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    with course.gradebook() as gradebook:  # left by the test before
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            gradebook.remove_submission(ASSIGNMENT, submission.student.id)
    return course


def test_the_rows_are_those_of_sqlite(on_postgres: Course, quick_elsewhere: Course) -> None:
    for course in (on_postgres, quick_elsewhere):
        hand_in(course, 7)
        code, said = run(course, "--jobs", "2")
        assert code == 0, said
    assert rows(on_postgres) == rows(quick_elsewhere)
    assert rows(on_postgres)["counts"] == [7, 7, 21, 21]
    assert not (on_postgres.root / "gradebook.db").exists()


@pytest.fixture
def quick_elsewhere(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The same course with SQLite."""
    return without_kernel(Course(tmp_path_factory.mktemp("sqlite"), None, template))


def test_a_mark_given_by_hand_stays(on_postgres: Course) -> None:
    hand_in(on_postgres, 2)
    assert run(on_postgres)[0] == 0
    with on_postgres.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "sums", ASSIGNMENT, "s000")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    assert run(on_postgres)[0] == 0
    grades = {g[0]: g for g in rows(on_postgres)["s000"]["grades"]}
    assert grades["why"][2] == 1.5
    assert rows(on_postgres)["counts"] == [2, 2, 6, 6]


def test_killed_it_goes_on(on_postgres: Course) -> None:
    students = hand_in(on_postgres, 45)
    for seconds in (3.0, 4.5):
        process = command(on_postgres, "--jobs", "2", SECONDS_FOR_A_NOTEBOOK="0.2")
        time.sleep(seconds)
        process.kill()
        process.wait()
    code, said = run(on_postgres, "--jobs", "2")
    assert code == 0, said
    assert_whole(on_postgres, students)


def test_a_server_that_crashes_and_comes_back_loses_nothing(
    on_postgres: Course, server: Server
) -> None:
    students = hand_in(on_postgres, 45)
    process = command(on_postgres, "--jobs", "2", SECONDS_FOR_A_NOTEBOOK="0.2")
    while not list((on_postgres.root / "autograded").glob("s*/small")):
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    server.stop()
    time.sleep(4)
    server.start()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "The gradebook does not answer" in said
    assert "It answers again" in said
    assert_whole(on_postgres, students)


def test_a_server_that_is_not_there_is_named_without_its_password(
    on_postgres: Course, tmp_path: Path
) -> None:
    hand_in(on_postgres, 1)
    path = tmp_path / "nbgrader_config.py"
    url = "postgresql+psycopg://course:secret@127.0.0.1:9/gradebook"
    path.write_text(path.read_text(encoding="utf-8") + f"c.CourseDirectory.db_url = {url!r}\n")
    code, said = run(on_postgres)
    assert code == 1
    assert "the gradebook does not answer" in said
    assert "secret" not in said
    assert "Traceback" not in said


def assert_whole(course: Course, students: list[str]) -> None:
    count = len(students)
    assert rows(course)["counts"] == [count, count, 3 * count, 3 * count]
    for number, student in enumerate(students):
        assert course.scores(student) == expected(number)
    assert len(files(course)) == count
