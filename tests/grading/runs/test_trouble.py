"""One submission's trouble is one submission's; the machine's is nobody's mark."""

import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nbexaminer.course.course_folder import CourseFolderError, open_course
from nbexaminer.course.graded_folder import GradedFolder
from nbexaminer.runs import run
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from nbexaminer.runs.job import Graded, Job, read_job
from nbexaminer.runs.journal import Journal
from nbexaminer.runs.pure import grade_submission
from nbexaminer.sandbox import SandboxStartError
from tests.grading.course import ASSIGNMENT, NOTEBOOK, Course, by_id, source_notebook
from tests.grading.runs.classes import Heard, Here, expected, hand_in

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
BLANK = {"test_total": 0.0, "test_add": 0.0, "why": 0.0}


class Doing(Here):
    """Workers who do something else in place of grading."""

    def __init__(self, grade: Callable[[Job], Graded]) -> None:
        self._grade = grade

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return super().submit(self._grade, *args, **kwargs)


def graded_with(course: Course, grade: Callable[[Job], Graded]) -> Heard:
    """Grade the class with another function for one submission."""
    heard = Heard()
    grade_assignment(open_course(course.root), GradeRequest(ASSIGNMENT), Doing(grade), heard)
    return heard


def failing(students: dict[str, list[Exception]]) -> Callable[[Job], Graded]:
    """Return a grade that fails with those errors in turn, as long as it is the student's own."""

    def grade(job: Job) -> Graded:
        errors = students.get(job.student, [])
        if errors and job.trouble is None:
            raise errors.pop(0)
        return grade_submission(job)

    return grade


OWN = [OverflowError("int too large"), RecursionError("depth"), KeyError("x")]


@pytest.mark.parametrize(("error", "count"), list(zip(OWN, [1, 3, 4], strict=True)))
def test_what_a_submission_does_to_a_step_costs_it_its_marks_and_nobody_else_any(
    quick: Course, error: Exception, count: int
) -> None:
    students = hand_in(quick, 5)
    first = {name: [error] * 2 for name in students[:count]}
    heard = graded_with(quick, failing(first))
    assert heard.failures == []
    for number, student in enumerate(students):
        assert quick.scores(student) == (BLANK if student in first else expected(number))
        remarks = (quick.root / "autograded" / student / ASSIGNMENT / "sums.ipynb").read_text()
        assert (f"in two attempts ({type(error).__name__}: " in remarks) == (student in first)


@pytest.mark.parametrize(
    "trouble", [OSError(24, "Too many open files"), MemoryError(), SandboxStartError("late")]
)
def test_trouble_of_the_machine_is_tried_again_and_is_no_mark(
    quick: Course, trouble: Exception
) -> None:
    hand_in(quick, 3)
    heard = graded_with(quick, failing({"s000": [trouble], "s001": [trouble, trouble]}))
    assert quick.scores("s000") == expected(0)
    ((student, reason),) = [(one.student, one.reason) for one in heard.failures]
    assert (student, type(trouble).__name__ in reason) == ("s001", True)
    with quick.gradebook() as gradebook:
        found = {one.student.id for one in gradebook.assignment_submissions(ASSIGNMENT)}
    assert found == {"s000", "s002"}


def test_many_that_fail_are_not_kept_until_the_end(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    students = hand_in(quick, 10)
    monkeypatch.setattr(run, "GROUP", 2)
    again: list[int] = []
    alone = run.GradingRun._grade_alone

    def watched(self: run.GradingRun, job: Job) -> None:
        again.append(len(self._again))
        alone(self, job)

    monkeypatch.setattr(run.GradingRun, "_grade_alone", watched)
    once = {name: [ValueError(name)] for name in students[1:]}  # each for a reason of its own
    assert graded_with(quick, failing(once)).failures == []
    assert max(again) <= 2 + 3  # as many may come in at once
    for number, student in enumerate(students):
        assert quick.scores(student) == expected(number)


def test_what_fails_for_the_blank_notebook_too_is_the_course_s(quick: Course) -> None:
    hand_in(quick, 5)

    def grade(job: Job) -> Graded:
        raise ValueError("a step of the course")

    with pytest.raises(CourseFolderError, match="first 3 submissions all failed: ValueError"):
        graded_with(quick, grade)


def test_a_test_with_a_magic_is_not_given_out_and_costs_nobody_marks(quick: Course) -> None:
    hand_in(quick, 1)
    nb = source_notebook()
    by_id(nb, "test_total").source = "%%bash\ntest 3 = 3"
    path = quick.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    nbformat.write(nb, path)
    with (quick.root / "nbgrader_config.py").open("a") as config:  # inside it would run
        config.write('\nc.Execute.judge_tests = "outside"\n')
    done = open_course(quick.root).generate_assignment(ASSIGNMENT, force=True)
    assert not done["success"]
    assert "sums.ipynb, test_total: a test is run outside the notebook, where %%bash" in done["log"]
    with quick.gradebook() as gradebook:  # as it was given out by an older course
        cell = gradebook.find_source_cell("test_total", NOTEBOOK, ASSIGNMENT)
        cell.source = "%time assert total == 3"
        gradebook.db.commit()
    shutil.copytree(quick.root / "source", quick.root / "release", dirs_exist_ok=True)
    with pytest.raises(CourseFolderError, match=r"sums\.ipynb, test_total: .* %time .* --force"):
        graded_with(quick, grade_submission)


def test_a_submission_that_cannot_be_read_is_left_out_with_a_reason(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(quick, 3)

    def read(folder: Path, student: str, *rest: Any) -> Job:
        if student == "s000":
            raise PermissionError(13, "Permission denied")
        return read_job(folder, student, *rest)

    monkeypatch.setattr("nbexaminer.runs.assignment.read_job", read)
    heard = graded_with(quick, grade_submission)
    assert [one.student for one in heard.failures] == ["s000"]
    assert "Permission denied" in heard.failures[0].reason
    assert quick.scores("s001") == expected(1)


def test_a_file_that_cannot_be_laid_down_is_not_the_disk_s_trouble(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(quick, 3)
    long = "/".join(["d" * 250] * 17)
    stage = GradedFolder.stage

    def with_more(self: GradedFolder, files: dict[str, bytes], *args: Any, **kwargs: Any) -> None:
        more = {long: b""} if "s001" in self.path.parts else {}
        stage(self, {**files, **more}, *args, **kwargs)

    monkeypatch.setattr(GradedFolder, "stage", with_more)
    heard = graded_with(quick, grade_submission)
    assert [one.student for one in heard.failures] == ["s001"]
    assert "File name too long" in heard.failures[0].reason
    assert quick.scores("s002") == expected(2)


def _no_database(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def _half(path: Path) -> None:
    Journal(path, ASSIGNMENT).close()
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))


def _another(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE graded (name TEXT)")
        other.execute("CREATE TABLE run (name TEXT)")


DAMAGES = {"no database": _no_database, "half": _half, "another": _another, "a folder": Path.mkdir}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_journal_is_told_in_a_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / ".grading" / "small.sqlite"
    path.parent.mkdir()
    DAMAGES[damage](path)
    with pytest.raises(CourseFolderError, match=r"small.sqlite cannot be read .*remove it"):
        Journal(path, ASSIGNMENT).begin()


def test_a_gradebook_that_is_locked_at_the_start_is_waited_for(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(quick, 1)
    api = open_course(quick.root)
    api.coursedir.db_url += "?timeout=0.05"
    other = sqlite3.connect(
        quick.root / "gradebook.db", isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(run, "sleep", lambda _: other.in_transaction and other.execute("COMMIT"))
    for module in ("assignment", "writer"):  # the time-out is no part of the file's name
        name = f"nbexaminer.runs.{module}.require_gradebook_file"
        monkeypatch.setattr(name, lambda _: None)
    heard = Heard()
    grade_assignment(api, GradeRequest(ASSIGNMENT), Here(), heard)
    assert heard.waited == ["database is locked"]
    assert heard.students == ["s000"]
