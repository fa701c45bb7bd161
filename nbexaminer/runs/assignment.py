"""Grading an assignment's submissions in a course folder: who is to be graded, and that it ends."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from time import monotonic
from typing import Protocol

from nbgrader.api import MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import SQLAlchemyError

from nbexaminer.course.course_folder import CourseFolderError, require_gradebook_file
from nbexaminer.course.graded_folder import GradedFolder
from nbexaminer.course.schema import require_schema
from nbexaminer.errors import GradebookLockedError, no_assignment
from nbexaminer.gradebook import extensions
from nbexaminer.judge import tests_inside
from nbexaminer.notebook.magics import MagicError, check_magics
from nbexaminer.pipeline.configured import outdated
from nbexaminer.pipeline.exporter import SubmissionExporter
from nbexaminer.runs import run
from nbexaminer.runs.job import Failed, Job, read_job
from nbexaminer.runs.journal import Entry, Journal
from nbexaminer.runs.pure import as_notebook
from nbexaminer.runs.snapshot import AssignmentSnapshot, read_snapshot
from nbexaminer.runs.stale import not_generated
from nbexaminer.runs.workers import Workers
from nbexaminer.runs.writer import GradebookGoneError, Writer
from nbexaminer.steps import Execute
from nbexaminer.submission.intake import without_notebook

_LONGEST = 10
"""A worker is at a loss when a submission takes so many times a notebook's time limit."""


@dataclass(frozen=True)
class GradeRequest:
    """What is to be graded."""

    assignment: str
    students: tuple[str, ...] = ()
    """Only these; none for the whole class."""
    only_changed: bool = False
    """Only those whose mark may be another now: see AssignmentSnapshot.digest and Job.digest."""


@dataclass(frozen=True)
class Outcome:
    """What a run has done."""

    graded: int
    before: int
    """Those that were done already and left alone."""
    failures: tuple[Failed, ...]
    seconds: float


class Report(run.Report, Protocol):
    """Told how a run goes."""

    def starts(self, total: int, before: int, resumed: bool) -> None:
        """Say how many submissions there are, and how many of them are done."""

    def warn(self, student: str, why: str) -> None:
        """Say of a submission, or of a notebook of source/, that somebody should see to it."""


def grade_assignment(
    api: NbGraderAPI,
    asked: GradeRequest,
    workers: Workers,
    report: Report,
    *,
    patience: float = 120.0,
    journal: Path | None = None,
    before_overwriting: Callable[[], None] | None = None,
) -> Outcome:
    """Grade submissions of an assignment into `autograded/` and the gradebook.

    `journal` is where the run keeps what is done, by default a file of the course's own. Where
    somebody is graded who has marks already, `before_overwriting` is called first.

    A run over the class that was cut off goes on. Raises CourseFolderError where the course lacks
    something, or is in trouble itself; GradebookGoneError and DiskError where nothing can be
    written: what was written is written, and the next call goes on.
    """
    start = monotonic()
    workers.limit(_LONGEST * Execute(config=api.config).notebook_timeout)
    students = _students(api, asked)
    snapshot, known = run.patiently(
        lambda: _from_gradebook(api, asked.assignment), report, patience
    )
    _require_tests_that_run(snapshot)
    path = journal or journal_path(api, asked.assignment)
    with closing(Journal(path, asked.assignment)) as kept:
        whole = not asked.students
        resumed = kept.begin() if whole else kept.join()
        if snapshot.steps.outdated:
            report.warn("nbgrader_config.py", outdated(snapshot.steps.outdated))
        for notebook, why in not_generated(api, snapshot):
            report.warn(notebook, why)
        source = _Submissions(api, snapshot, report)
        done: set[str] = set()
        if asked.only_changed or (whole and resumed):
            entries = kept.entries(of_this_run=not asked.only_changed)
            done = {
                name
                for name in students
                if name in known and name in entries and source.is_done(entries[name])
            }
        todo = source.with_notebooks([name for name in students if name not in done])
        goes_on = resumed and whole
        if before_overwriting is not None and not goes_on and not known.isdisjoint(todo):
            before_overwriting()
        report.starts(len(todo) + len(done), len(done), goes_on)
        with closing(Writer(api, snapshot, kept)) as writer:
            grading = run.GradingRun(workers, writer, report, patience)
            try:
                grading.run(source.jobs(todo))
            except KeyboardInterrupt:
                writer.flush()
                raise
        if whole and not grading.failures:
            kept.finish()
    failures = tuple(grading.failures)
    return Outcome(len(todo) - len(failures), len(done), failures, monotonic() - start)


def _students(api: NbGraderAPI, asked: GradeRequest) -> list[str]:
    """Return whose submissions are asked for; raises CourseFolderError where there are none."""
    name = asked.assignment
    known = api.get_source_assignments()
    if name not in known:
        raise no_assignment(name, known)
    require_gradebook_file(api)
    submitted = sorted(api.get_submitted_students(name))
    if not submitted:
        raise CourseFolderError(
            f"nobody has handed in {name!r}: submitted/ has no folder of it; "
            f"`nbgrader collect {name}` or `nbgrader zip_collect {name}` fetches submissions"
        )
    unknown = [one for one in asked.students if one not in submitted]
    if unknown:
        near = get_close_matches(unknown[0], submitted, n=3)
        hint = f"; is it {' or '.join(near)}?" if near else f"; {len(submitted)} others have"
        raise CourseFolderError(f"{unknown[0]!r} has not handed in {name!r}{hint}")
    return sorted(set(asked.students)) or submitted


def _from_gradebook(api: NbGraderAPI, assignment: str) -> tuple[AssignmentSnapshot, set[str]]:
    """Return the assignment's snapshot, and whose submissions the gradebook has.

    Raises GradebookGoneError where another program has it locked.
    """
    try:
        require_schema(api.coursedir.db_url)
        with api.gradebook as gradebook:
            snapshot = read_snapshot(api, assignment, gradebook)
            known = set(extensions(gradebook, assignment))
    except GradebookLockedError as error:
        raise GradebookGoneError(error.reason) from None
    except MissingEntry:
        raise CourseFolderError(
            f"the gradebook has no assignment {assignment!r}; "
            f"run `nbgrader generate_assignment {assignment}` first"
        ) from None
    except NbGraderException as error:
        raise CourseFolderError(str(error)) from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        if "locked" in reason:
            raise GradebookGoneError(reason) from None
        raise CourseFolderError(f"the gradebook does not answer: {reason}") from None
    return snapshot, known


def _require_tests_that_run(snapshot: AssignmentSnapshot) -> None:
    """Raise CourseFolderError for a test with a magic: it would cost the class marks."""
    if Execute(config=snapshot.config).judge_tests == "inside":
        return
    for given in snapshot.notebooks:
        inside = tests_inside(as_notebook(given.released))
        for cell in given.cells.values():
            if cell.name in inside:
                continue
            try:
                if cell.points is not None and cell.cell_type == "code":
                    check_magics(cell.source)
            except MagicError as error:
                raise CourseFolderError(
                    f"{given.name}.ipynb, {cell.name}: {error}, and run "
                    f"`nbgrader generate_assignment {snapshot.assignment} --force`"
                ) from None


def journal_path(api: NbGraderAPI, assignment: str) -> Path:
    """Return where `course grade` keeps what is done of an assignment."""
    return Path(api.coursedir.root) / ".grading" / f"{assignment}.sqlite"


@dataclass
class _Submissions:
    """The submissions of an assignment, read when their turn comes."""

    api: NbGraderAPI
    snapshot: AssignmentSnapshot
    report: Report

    def __post_init__(self) -> None:
        self._packed = self.snapshot.packed()
        self._max_megabytes = SubmissionExporter(config=self.api.config).max_megabytes

    def with_notebooks(self, students: Sequence[str]) -> list[str]:
        """Return those who handed in a notebook file; the report hears of the others.

        Where nbgrader is not to create students, those whom the gradebook lacks are others too.
        """
        converter = Autograde(coursedir=self.api.coursedir, config=self.api.config)
        found = []
        for student in students:
            why = without_notebook(self._folder(student))
            if not converter.create_student and student not in self.snapshot.student_ids:
                why = f"not graded: nobody in the gradebook has the id {student!r}"
            if why is None:
                found.append(student)
            else:
                self.report.warn(student, why)
        return found

    def jobs(self, students: Sequence[str]) -> Iterator[Job | Failed]:
        """Yield the jobs, one by one; in place of one that cannot be read, why."""
        for student in students:
            try:
                job: Job | Failed = self._job(student)
            except Exception as error:
                job = Failed(student, f"it could not be read: {type(error).__name__}: {error}")
            yield job

    def is_done(self, entry: Entry) -> bool:
        """Whether the submission and what was made of it are still those of the entry."""
        folder = GradedFolder.of(self.api.coursedir, entry.student, self.snapshot.assignment)
        try:
            digest = self.snapshot.digest_for(entry.student) + self._job(entry.student).digest
            return entry.submission == digest and entry.folder == folder.digest()
        except Exception:  # which grading it will say
            return False

    def _job(self, student: str) -> Job:
        coursedir = self.api.coursedir
        folder = self._folder(student)
        return read_job(folder, student, self._packed, coursedir, self._max_megabytes)

    def _folder(self, student: str) -> Path:
        coursedir = self.api.coursedir
        directory = coursedir.submitted_directory
        return Path(coursedir.format_path(directory, student, self.snapshot.assignment))
