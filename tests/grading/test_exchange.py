"""The exchange with several users of one machine, and with folders that are not in order."""

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeSubmit
from traitlets.config import Config

from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, filled, written

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

# A student is who they log in as. Root can be several; anyone else is only themselves.
USERS = ["nobody", "daemon"] if os.geteuid() == 0 else [pwd.getpwuid(os.getuid()).pw_name]


def as_user(name: str, action: Callable[[], None]) -> int:
    """Run `action` in a child process that is that user for good; returns its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam(name)
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        action()
        code = 0
    except PermissionError:
        code = 13
    finally:
        os._exit(code)


def student_step(course: Course, home: Path, kind: type) -> None:
    config = Config(course.api.config)
    config.Exchange.assignment_dir = str(home)
    config.Exchange.cache = str(home / "cache")
    config.CourseDirectory.root = str(home)
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = ASSIGNMENT
    kind(coursedir=coursedir, authenticator=Authenticator(config=config), config=config).start()


@pytest.fixture
def released(course: Course) -> Course:
    """A course released through an exchange that other users of the machine can reach."""
    for folder in (course.root, *course.root.parents):
        if folder.owner() == pwd.getpwuid(os.getuid()).pw_name and folder != folder.parent:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    course.expect_success(course.api.release_assignment(ASSIGNMENT))
    return course


def fetch_and_submit(course: Course, user: str, tmp: Path) -> int:
    home = tmp / user
    home.mkdir()
    if os.geteuid() == 0:
        account = pwd.getpwnam(user)
        os.chown(home, account.pw_uid, account.pw_gid)
    answers = written(filled(course.released(), **RIGHT))

    def work() -> None:
        os.chdir(home)
        student_step(course, home, ExchangeFetchAssignment)
        (home / ASSIGNMENT / f"{NOTEBOOK}.ipynb").write_bytes(answers)
        student_step(course, home, ExchangeSubmit)

    return as_user(user, work)


def test_students_submit_as_who_they_are_and_are_collected(
    released: Course, tmp_path: Path
) -> None:
    assert [fetch_and_submit(released, user, tmp_path) for user in USERS] == [0] * len(USERS)
    released.expect_success(released.api.collect(ASSIGNMENT))
    assert released.api.get_submitted_students(ASSIGNMENT) == set(USERS)
    for user in USERS:
        assert (released.folder(user) / f"{NOTEBOOK}.ipynb").exists()
        assert (released.folder(user) / "timestamp.txt").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two students at once")
def test_a_student_can_neither_list_nor_read_what_others_handed_in(
    released: Course, tmp_path: Path
) -> None:
    """The inbound folder can be entered and written to, but not listed."""
    assert fetch_and_submit(released, USERS[0], tmp_path) == 0
    inbound = released.root / "exchange" / "recurrent_cells" / "inbound"

    def look() -> None:
        os.listdir(inbound)

    assert as_user(USERS[1], look) == 13
    assert len(os.listdir(inbound)) == 1


def sent(course: Course, name: str) -> Path:
    """Lay a folder into the exchange by hand, as a student who knows how could."""
    inbound = course.root / "exchange" / "recurrent_cells" / "inbound"
    folder = inbound / f"{name}+{ASSIGNMENT}+2026-01-02 03:04:05.000000 UTC+abc"
    folder.mkdir()
    (folder / f"{NOTEBOOK}.ipynb").write_bytes(written(filled(course.released(), **RIGHT)))
    return folder


@pytest.mark.kernel
def test_a_folder_that_cannot_be_collected_keeps_no_one_else_out(
    make_course: Callable[..., Course],
) -> None:
    course = make_course(CourseDirectory={"max_dir_size": 100})
    course.expect_success(course.api.release_assignment(ASSIGNMENT))
    for name in ("a", "z"):
        (sent(course, name) / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    large = sent(course, "m")
    (large / "data.bin").write_bytes(b"0" * 200_000)
    course.expect_success(course.api.collect(ASSIGNMENT))
    course.expect_success(course.api.autograde(ASSIGNMENT, "*"))
    assert course.scores("a") == course.scores("z")
    assert course.scores("a")["test_total"] == 2.0
    assert course.scores("m") == {"test_total": 0.0, "test_add": 0.0, "why": 0.0}
    said = course.graded("m").cells[0].source
    assert "could not be collected from the exchange" in said
    assert (large / "data.bin").exists()


@pytest.mark.parametrize("stamp", [None, "", "yesterday", "9" * 400, "\0"])
def test_a_time_that_students_wrote_wrongly_is_taken_from_the_folders_name(
    released: Course, stamp: str | None
) -> None:
    folder = sent(released, "s")
    if stamp is not None:
        (folder / "timestamp.txt").write_text(stamp)
    released.expect_success(released.api.collect(ASSIGNMENT))
    collected = released.api.coursedir.get_existing_timestamp(str(released.folder("s")))
    assert str(collected) == "2026-01-02 03:04:05"


def test_a_folder_without_a_time_in_its_name_is_collected_too(released: Course) -> None:
    folder = sent(released, "s")
    folder.rename(folder.parent / f"s+{ASSIGNMENT}+whenever+x")
    sent(released, "t")
    released.expect_success(released.api.collect(ASSIGNMENT))
    assert released.api.get_submitted_students(ASSIGNMENT) == {"s", "t"}


@pytest.mark.kernel
def test_a_folder_without_a_notebook_gets_zero_and_a_reason(released: Course) -> None:
    folder = sent(released, "s")
    (folder / f"{NOTEBOOK}.ipynb").rename(folder / "answers.docx")
    released.expect_success(released.api.collect(ASSIGNMENT))
    assert "no notebook was handed in" in released.grade("s").cells[0].source
    assert released.scores("s") == {"test_total": 0.0, "test_add": 0.0, "why": 0.0}
    assert (released.folder("s") / "answers.docx").exists()


def test_a_time_in_a_zone_of_summer_is_read_as_it_is_meant(released: Course) -> None:
    (sent(released, "s") / "timestamp.txt").write_text("2026-07-02 03:04:05 CEST")
    (sent(released, "t") / "timestamp.txt").write_text("2026-07-02 03:04:05 XYZT")
    released.expect_success(released.api.collect(ASSIGNMENT))
    times = [released.api.coursedir.get_existing_timestamp(str(released.folder(s))) for s in "st"]
    assert [str(time) for time in times] == ["2026-07-02 01:04:05", "2026-01-02 03:04:05"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two students at once")
def test_nobodys_work_is_collected_under_anothers_name(released: Course, tmp_path: Path) -> None:
    """A class of two, of whom the second makes folders and links in the first one's name."""
    honest, forger = USERS
    assert fetch_and_submit(released, honest, tmp_path) == 0
    inbound = released.root / "exchange" / "recurrent_cells" / "inbound"
    (theirs,) = inbound.iterdir()
    late = f"+{ASSIGNMENT}+2099-01-01 00:00:00 UTC+x"

    def forge() -> None:
        for name in (honest, "nobody_else", "..", ".", "a+b", f"{forger} ", honest.upper()):
            (inbound / f"{name}{late}").mkdir()
            (inbound / f"{name}{late}" / f"{NOTEBOOK}.ipynb").write_text("{}")
        (inbound / f"{honest}{late}y").symlink_to(theirs)
        own = inbound / f"{forger}{late}"
        own.mkdir()
        (own / f"{NOTEBOOK}.ipynb").symlink_to(released.root / "gradebook.db")
        (own / "folder").symlink_to(theirs)
        (own / "mine.ipynb").write_text("{}")

    assert as_user(forger, forge) == 0
    released.expect_success(released.api.collect(ASSIGNMENT))
    submitted = released.root / "submitted"
    found = {p.relative_to(submitted).as_posix() for p in submitted.rglob("*") if not p.is_dir()}
    assert {name for name in found if not name.endswith(".txt")} == {
        f"{honest}/{ASSIGNMENT}/{NOTEBOOK}.ipynb", f"{forger}/{ASSIGNMENT}/mine.ipynb"
    }  # fmt: skip
    answers = (theirs / f"{NOTEBOOK}.ipynb").read_bytes()
    assert (submitted / honest / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes() == answers
    assert released.api.get_submitted_students(ASSIGNMENT) == set(USERS)


def test_of_very_many_files_the_notebook_is_collected(
    released: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbexaminer.submission.exchange.MOST_FILES", 5)
    folder = sent(released, "s")
    (folder / ("d" * 200)).mkdir()
    for k in range(20):
        (folder / f"a{k}").touch()
    released.expect_success(released.api.collect(ASSIGNMENT))
    names = {path.name for path in released.folder("s").iterdir()}
    assert f"{NOTEBOOK}.ipynb" in names
    assert len(names) <= 6
