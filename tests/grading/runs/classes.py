"""A small class to grade, and what grading it left behind."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

from nbexaminer.runs.job import Failed, Graded
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, ROOT, Course, filled
from tests.grading.runs.in_process import EXECUTE_HERE

COURSE = Path(sys.executable).with_name("course")


class Heard:
    """A report that remembers."""

    def __init__(self) -> None:
        self.started: list[tuple[int, int, bool]] = []
        self.students: list[str] = []
        self.looks: list[tuple[str, str]] = []
        self.failures: list[Failed] = []
        self.waited: list[str] = []

    def starts(self, total: int, before: int, resumed: bool) -> None:
        self.started.append((total, before, resumed))

    def graded(self, graded: Graded) -> None:
        self.students.append(graded.student)

    def failed(self, failed: Failed) -> None:
        self.failures.append(failed)

    def warn(self, student: str, why: str) -> None:
        self.looks.append((student, why))

    def waits(self, reason: str | None) -> None:
        if reason is not None:
            self.waited.append(reason)


class Here(Executor):
    """Workers that are this very process: for what stands around the work."""

    died: tuple[type[Exception], ...] = ()

    @property
    def executor(self) -> Executor:
        return self

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

    def slots(self) -> int:
        return 1

    def limit(self, seconds: float) -> None:
        """Leave it."""

    def close(self) -> None:
        """There is nothing to close."""


def without_kernel(course: Course) -> Course:
    """Let the course's notebooks run in the grading process itself."""
    path = course.root / "nbgrader_config.py"
    line = f"c.Autograde.autograde_preprocessors[0] = {EXECUTE_HERE!r}\n"
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    course.api.config.Autograde.autograde_preprocessors[0] = EXECUTE_HERE
    return course


def hand_in(course: Course, count: int) -> list[str]:
    """Hand in a right, a wrong and a blank notebook in turn; returns the students."""
    right = filled(course.released(), **RIGHT)
    wrong = filled(course.released(), **(RIGHT | {"total": "total = 4"}))
    students = [f"s{number:03}" for number in range(count)]
    for number, student in enumerate(students):
        course.submit(student, [right, wrong, course.released()][number % 3])
    return students


def expected(number: int) -> dict[str, float | None]:
    """Return the scores of the student of that number."""
    right: dict[str, float | None] = {"test_total": 2.0, "test_add": 3.0, "why": None}
    wrong = right | {"test_total": 0.0}
    return [right, wrong, {"test_total": 0.0, "test_add": 0.0, "why": 0.0}][number % 3]


def command(
    course: Course, *words: str, name: str = ASSIGNMENT, **env: str
) -> "subprocess.Popen[str]":
    """Start `course grade` on the assignment, as a person does."""
    return subprocess.Popen(
        [str(COURSE), "grade", name, *words],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(course: Course, *words: str, name: str = ASSIGNMENT, **env: str) -> tuple[int, str]:
    """Run `course grade` to its end; returns its code and what it said."""
    process = command(course, *words, name=name, **env)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def rows(course: Course) -> dict[str, Any]:
    """Return what the gradebook has of the assignment, without its random ids, and how much."""
    found: dict[str, Any] = {}
    with course.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            (notebook,) = submission.notebooks
            found[submission.student.id] = {
                "timestamp": submission.timestamp,
                "penalty": notebook.late_submission_penalty,
                "grades": sorted(
                    (g.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
                    for g in notebook.grades
                ),
                "comments": sorted((c.name, c.auto_comment or "") for c in notebook.comments),
            }
        found["counts"] = [
            gradebook.db.query(table).count()
            for table in (SubmittedAssignment, SubmittedNotebook, Grade, Comment)
        ]
    return found


def files(course: Course) -> dict[str, Any]:
    """Return the files in `autograded/` with their permissions; notebooks without run times."""
    found: dict[str, Any] = {}
    for path in sorted((course.root / "autograded").rglob("*")):
        if path.is_file():
            content = _notebook(path) if path.suffix == ".ipynb" else path.read_bytes()
            found[path.relative_to(course.root).as_posix()] = (oct(path.stat().st_mode), content)
    return found


def _notebook(path: Path) -> Any:
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        cell.pop("id")  # where a copy was taken out, and of the remarks, a new one at every run
        if any(output.get("ename") == "KernelDied" for output in cell.get("outputs", ())):
            cell.pop("execution_count")  # told by the kernel, or not any more
    return nb


def graded(course: Course, student: str) -> Path:
    return course.root / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
