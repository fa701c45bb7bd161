"""The whole loop of an assignment, from release to feedback and export, in a folder of its own."""

import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, cast

from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from traitlets.log import get_logger

from nbexaminer.course.course_folder import (
    CourseFolderError,
    cause,
    checked,
    open_course,
    require_sandbox,
)
from nbexaminer.platforms import TableExport
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from nbexaminer.runs.handing_in import collect_downloads, download, submit_through_exchange
from nbexaminer.runs.job import Failed, Graded
from nbexaminer.runs.pool import LocalWorkers
from nbexaminer.runs.sample_class import Student


class Progress(Protocol):
    """Told what is done next, and that it is done."""

    def start(self, steps: int) -> None:
        """Say how many steps there will be."""

    def step(self, text: str) -> None:
        """Say what is done now; the step before is over."""


@dataclass
class Run:
    """One run of the loop: the course's folder, and what went wrong on the way."""

    root: Path
    api: NbGraderAPI
    assignments: list[str]
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    """By assignment and student: why grading itself failed. Nobody gets a zero for that."""


def fresh_folder(parent: Path) -> Path:
    """Make and return the next of parent/run-001, run-002, ...; never one that is there."""
    parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        folder = parent / f"run-{number:03}"
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def check_course(source: Path, assignments: list[str]) -> None:
    """Raise CourseFolderError when `source` is no course or lacks one of the assignments."""
    for path in ("nbgrader_config.py", *(f"source/{name}" for name in assignments)):
        if not (source / path).exists():
            raise CourseFolderError(f"{source} has no {path}; call this in the course's folder")


def new_course(source: Path, root: Path, assignments: list[str]) -> NbGraderAPI:
    """Make a course in `root` with some assignments and the configuration of the one in `source`.

    Its exchange is a folder of its own.
    """
    ignore = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    for name in assignments:
        shutil.copytree(source / "source" / name, root / "source" / name, ignore=ignore)
    config = (source / "nbgrader_config.py").read_text(encoding="utf-8")
    exchange = str(root.resolve() / "exchange")
    config += (
        f"\n# A copy of the course, with an exchange of its own.\nc.Exchange.root = {exchange!r}\n"
    )
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    return open_course(root, {"Collect": {"check_owner": False}})


def run_loop(
    source: Path, root: Path, assignments: list[str], students: list[Student], progress: Progress
) -> Run:
    """Take a class through the loop, with assignments of `source`, in the empty folder `root`.

    Raises CourseFolderError when a step fails that is not about one student.
    """
    with _logged(root / "log.txt"):
        run = Run(root, new_course(source, root, assignments), assignments)
        require_sandbox(run.api)
        handing_in = [s for s in students if s.by != "none"]
        progress.start(len(run.assignments) * (5 + 2 * len(handing_in)) + 1)
        due = _release(run, students, progress)
        _hand_in(run, handing_in, due, progress)
        grade_class(run, progress)
        progress.step("export grades")
        export_grades(run.api, root / "grades.csv")
    return run


def export_grades(api: NbGraderAPI, path: Path) -> None:
    """Write what `nbgrader export --to PATH` writes."""
    with api.gradebook as gradebook:
        TableExport(to=str(path)).export(gradebook)


def _release(run: Run, students: list[Student], progress: Progress) -> datetime:
    """Generate and release every assignment; returns when they are due."""
    due = datetime.now(UTC).replace(tzinfo=None, microsecond=0) + timedelta(hours=1)
    for assignment in run.assignments:
        progress.step(f"generate {assignment}")
        checked(f"generate_assignment {assignment}", run.api.generate_assignment(assignment))
        progress.step(f"release {assignment}")
        checked(f"release_assignment {assignment}", run.api.release_assignment(assignment))
    with run.api.gradebook as gradebook:
        for assignment in run.assignments:
            gradebook.update_or_create_assignment(assignment, duedate=due)
        for student in students:
            first, last = student.names
            gradebook.update_or_create_student(student.id, first_name=first, last_name=last)
    return due


def _hand_in(run: Run, students: list[Student], due: datetime, progress: Progress) -> None:
    for assignment in run.assignments:
        for student in students:
            progress.step(f"{student.id} hands in {assignment}")
            if student.by == "exchange":
                submit_through_exchange(
                    run.api, student, assignment, run.root / "students" / student.id
                )
            else:
                download(run.api, student, assignment, due)
        progress.step(f"collect {assignment} from the exchange")
        checked(f"collect {assignment}", run.api.collect(assignment))
        progress.step(f"collect {assignment} from zip files")
        collect_downloads(run.api, assignment)


def grade_class(run: Run, progress: Progress) -> None:
    """Grade every collected submission and write its feedback; failures are noted in `run`."""
    with closing(LocalWorkers(os.cpu_count() or 1)) as workers:
        for assignment in run.assignments:
            report = _Steps(assignment, progress)
            outcome = grade_assignment(run.api, GradeRequest(assignment), workers, report)
            for failed in outcome.failures:
                run.failures[assignment, failed.student] = f"grading failed: {failed.reason}"
    for assignment in run.assignments:
        progress.step(f"feedback for {assignment}")
        _write_feedback(run, assignment)
        checked(f"release_feedback {assignment}", run.api.release_feedback(assignment))


def _write_feedback(run: Run, assignment: str) -> None:
    """Write all pages at once; where that fails, one by one, to know whose cannot be made."""
    if run.api.generate_feedback(assignment)["success"]:
        return
    for student in sorted(run.api.get_autograded_students(assignment)):
        result = run.api.generate_feedback(assignment, student)
        if not result["success"]:
            run.failures[assignment, student] = f"no feedback page: {cause(result)}"


@dataclass
class _Steps:
    """Tells the loop's progress how grading goes; what needs a look stands in the table."""

    assignment: str
    progress: Progress

    def starts(self, total: int, before: int, resumed: bool) -> None: ...

    def graded(self, graded: Graded) -> None:
        self.progress.step(f"graded {graded.student}, {self.assignment}")

    def failed(self, failed: Failed) -> None:
        self.progress.step(f"not graded: {failed.student}, {self.assignment}")

    def warn(self, student: str, why: str) -> None:
        cast(logging.Logger, get_logger()).warning("%s: %s", student, why)

    def waits(self, reason: str | None) -> None: ...


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Send what nbgrader logs and writes to stderr to a file."""
    logger = cast(logging.Logger, get_logger())
    with path.open("w", encoding="utf-8") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader 0.9.6 with SQLAlchemy 2.1
        handler = logging.StreamHandler(file)
        handlers, propagate = logger.handlers[:], logger.propagate
        logger.handlers, logger.propagate = [handler], False
        try:
            with redirect_stderr(file):
                yield
        finally:
            logger.handlers, logger.propagate = handlers, propagate
