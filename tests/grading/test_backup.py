"""Back-ups: whole, never overwritten, and the way back; on SQLite and on PostgreSQL."""

import sqlite3
import stat
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nbexaminer.backup import BackUpError, back_up, back_ups, postgres, restore
from nbexaminer.cli import main
from tests.grading.course import ASSIGNMENT, Course
from tests.grading.runs.postgres import Server

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def enrol(course: Course, *students: str) -> None:
    with course.gradebook() as gradebook:
        for student in students:
            gradebook.update_or_create_student(student)


def enrolled(course: Course) -> list[str]:
    with course.gradebook() as gradebook:
        return sorted(student.id for student in gradebook.students)


def run(course: Course, *words: str) -> Result:
    with chdir(course.root):
        return CliRunner().invoke(main, [*words])


def test_two_in_one_second_are_two_files_for_the_owner_alone(course: Course) -> None:
    enrol(course, "ana")
    paths = [back_up(course.api, "before regrade small") for _ in range(3)]
    assert len(set(paths)) == 3
    assert [one.path for one in back_ups(course.root)] == sorted(paths)
    assert {one.why for one in back_ups(course.root)} == {"before regrade small"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert len({path.read_bytes() for path in paths}) == 1


def test_it_is_of_one_moment_also_while_others_write(course: Course) -> None:
    enrol(course, "ana")
    with sqlite3.connect(course.root / "gradebook.db") as other:
        other.execute("INSERT INTO student (id) VALUES ('ben')")  # begun, not committed
        path = back_up(course.api, "now")
        other.rollback()
    with sqlite3.connect(path) as copy:
        assert copy.execute("SELECT id FROM student").fetchall() == [("ana",)]


def test_going_back_brings_back_every_row_and_keeps_what_was_there(course: Course) -> None:
    enrol(course, "ana", "ben")
    path = back_up(course.api, "by hand")
    with course.gradebook() as gradebook:
        gradebook.remove_student("ana")
        gradebook.update_or_create_student("ben", email="new@example.org")
    enrol(course, "cleo")
    held_open = course.gradebook()
    between = restore(course.api, path)
    assert enrolled(course) == ["ana", "ben"]
    assert sorted(s.id for s in held_open.students) == ["ana", "ben"]
    held_open.close()
    assert between is not None
    restore(course.api, between)
    assert enrolled(course) == ["ben", "cleo"]
    assert path.exists()


def test_a_lost_gradebook_comes_back(course: Course) -> None:
    enrol(course, "ana")
    path = back_up(course.api, "by hand")
    (course.root / "gradebook.db").unlink()
    with pytest.raises(BackUpError, match="there is no gradebook to back up"):
        back_up(course.api, "too late")
    assert restore(course.api, path) is None
    assert enrolled(course) == ["ana"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.db", None, "there is no file"),
        ("text.db", b"not a database at all, and long enough to look at" * 40, "no SQLite file"),
        ("empty.db", b"", "no gradebook of nbgrader"),
        ("other.dump", b"PGDMP", "this course's gradebook is in SQLite; its back-ups end in .db"),
        ("half.db", "half", "(damaged|no SQLite file)"),
    ],
)
def test_a_file_that_is_none_changes_nothing(
    course: Course, name: str, content: bytes | str | None, said: str
) -> None:
    enrol(course, "ana")
    path = course.root / name
    if content == "half":
        whole = back_up(course.api, "by hand").read_bytes()
        content = whole[: len(whole) // 2]
    if content is not None:
        path.write_bytes(bytes(content))
    before = (course.root / "gradebook.db").read_bytes()
    with pytest.raises(BackUpError, match=said):
        restore(course.api, path)
    assert (course.root / "gradebook.db").read_bytes() == before


def test_a_failed_back_up_leaves_no_file(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    (course.root / "gradebook.db").write_bytes(b"broken" * 1000)
    with pytest.raises(BackUpError):
        back_up(course.api, "by hand")
    assert list((course.root / "backups").iterdir()) == []


def test_the_commands_say_what_they_do_and_prune_only_when_told(course: Course) -> None:
    enrol(course, "ana")
    for _ in range(3):
        assert "Back-up: backups/gradebook_" in run(course, "backup").output
    newest = back_ups(course.root)[-1].path
    assert "3 back-ups in backups/" in run(course, "backup", "--list").output
    said = run(course, "backup", "--keep", "1")
    assert "Nothing has been changed. To do it: course backup --keep 1 --yes" in said.output
    assert len(back_ups(course.root)) == 3
    assert "2 removed" in run(course, "backup", "--keep", "1", "--yes").output
    assert [one.path for one in back_ups(course.root)] == [newest]
    enrol(course, "ben")
    file = str(newest.relative_to(course.root))
    said = run(course, "restore", file)
    assert "holds 1 students and 0 submissions" in said.output
    assert enrolled(course) == ["ana", "ben"]
    assert run(course, "restore", file, "--yes").exit_code == 0
    assert enrolled(course) == ["ana"]
    said = run(course, "restore", "nothing.db")
    assert (said.exit_code, "Error: there is no file nothing.db" in said.output) == (1, True)


@pytest.mark.slow
def test_postgresql_goes_back_too_and_shows_no_password(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = Course(tmp_path, {"CourseDirectory": {"db_url": server.url}})
    enrol(course, "ana")
    path = back_up(course.api, "by hand")
    assert path.suffix == ".dump"
    enrol(course, "ben")
    between = restore(course.api, path)
    assert enrolled(course) == ["ana"]
    assert between is not None
    restore(course.api, between)
    assert enrolled(course) == ["ana", "ben"]
    with course.gradebook() as gradebook:
        assert gradebook.find_assignment(ASSIGNMENT).max_score == 8
    half = tmp_path / "half.dump"
    half.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(BackUpError):
        restore(course.api, half)
    assert enrolled(course) == ["ana", "ben"]

    away = Course(tmp_path / "away", template=tmp_path)
    away.api.coursedir.db_url = "postgresql+psycopg://course:secret@127.0.0.1:9/gradebook"
    with pytest.raises(BackUpError, match="pg_dump failed") as refused:
        back_up(away.api, "by hand")
    assert "secret" not in str(refused.value)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "_SERVERS", tmp_path / "nowhere")
    with pytest.raises(BackUpError, match="postgresql-client"):
        back_up(course.api, "by hand")
