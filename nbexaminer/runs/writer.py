"""The one writer: graded submissions into `autograded/`, the gradebook and the journal."""

import errno
import sqlite3
from dataclasses import dataclass

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from sqlalchemy.exc import InterfaceError, OperationalError

from nbexaminer.course.course_folder import CourseFolderError, require_gradebook_file
from nbexaminer.course.graded_folder import GradedFolder, all_or_none, digest_of
from nbexaminer.gradebook.writing import SubmissionRows, transaction
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline import run, told
from nbexaminer.pipeline.configured import made
from nbexaminer.pipeline.context import NotebookSnapshot
from nbexaminer.runs.job import Failed, Graded, Job
from nbexaminer.runs.journal import Entry, Journal
from nbexaminer.runs.pure import as_notebook, context_for
from nbexaminer.runs.snapshot import AssignmentSnapshot
from nbexaminer.times import time_of


class GradebookGoneError(Exception):
    """The database does not answer, or not now. What waits to be written still waits."""


class DiskError(Exception):
    """A file could not be written. What waits to be written still waits."""


_OF_A_NAME = {
    getattr(errno, name)
    for name in ("EEXIST", "EILSEQ", "EINVAL", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENOTDIR")
}
"""A file that cannot be laid down under its name: that is no trouble of the disk's."""


@dataclass(frozen=True)
class _Pending:
    job: Job
    graded: Graded


class Writer:
    """Writes submissions in groups, each in one transaction of the gradebook.

    What it writes of a submission is the same however often it does so.
    """

    def __init__(self, api: NbGraderAPI, snapshot: AssignmentSnapshot, journal: Journal) -> None:
        """Prepare to write; the gradebook is opened by the first `flush`."""
        self._api = api
        self._coursedir = api.coursedir
        self._snapshot = snapshot
        self._journal = journal
        self._steps = made(snapshot.steps.record, snapshot.config)
        self._released = {one.name: as_notebook(one.released) for one in snapshot.notebooks}
        converter = Autograde(coursedir=api.coursedir, config=api.config)
        self._permissions = int(str(converter.permissions), 8)
        kept = converter.exclude_overwriting.get(snapshot.assignment, [])
        self._data = {name: raw for name, raw in snapshot.data.items() if name not in kept}
        self._gradebook: Gradebook | None = None
        self._pending: list[_Pending] = []

    def __len__(self) -> int:
        """Return how many submissions wait to be written."""
        return len(self._pending)

    def add(self, job: Job, graded: Graded) -> None:
        """Take a submission, to be written with the next group."""
        self._pending.append(_Pending(job, graded))

    def flush(self) -> list[Failed]:
        """Write what waits; returns those that a step of the course could not write, and why.

        Raises GradebookGoneError or DiskError; then everything still waits, and `flush` can be
        called again.
        """
        failed: list[Failed] = []
        try:
            try:
                self._write(self._pending)
            except Exception as error:
                if len(self._pending) == 1 or _is_trouble(error):
                    raise
                for one in self._pending:  # which of them is it?
                    failed += self._alone(one)
        except Exception as error:
            self.close()
            _raise_trouble(error)
            failed = [
                Failed(one.job.student, f"not written: {told(error)}") for one in self._pending
            ]
        self._pending = []
        return failed

    def close(self) -> None:
        """Close the gradebook; the next `flush` opens it again."""
        if self._gradebook is not None:
            self._gradebook.close()
            self._gradebook = None

    def _alone(self, one: _Pending) -> list[Failed]:
        try:
            self._write([one])
        except Exception as error:
            if _is_trouble(error):
                raise
            return [Failed(one.job.student, f"not written: {told(error)}")]
        return []

    def _write(self, group: list[_Pending]) -> None:
        gradebook = self._open()
        folders: list[GradedFolder] = []
        entries: list[Entry] = []
        with all_or_none(folders), transaction(gradebook):
            for one in group:
                folders.append(self._folder(one.job.student))
                entries.append(self._write_one(gradebook, one, folders[-1]))
            for folder in folders:
                folder.set_aside()
        self._journal.record(entries)

    def _open(self) -> Gradebook:
        if self._gradebook is None:
            require_gradebook_file(self._api)
            self._gradebook = Gradebook(self._coursedir.db_url, self._coursedir.course_id)
        return self._gradebook

    def _folder(self, student: str) -> GradedFolder:
        return GradedFolder.of(self._coursedir, student, self._snapshot.assignment)

    def _write_one(self, gradebook: Gradebook, one: _Pending, folder: GradedFolder) -> Entry:
        job, graded = one.job, one.graded
        timestamp, trouble = _timestamp(job)
        fields = {} if timestamp is None else {"timestamp": timestamp}
        assignment = self._snapshot.assignment
        rows = SubmissionRows.taken_up(gradebook, assignment, job.student, **fields)
        notebooks = {
            f"{given.name}.ipynb": self._recorded(
                rows, job, given, graded.notebooks[given.name], trouble
            )
            for given in self._snapshot.notebooks
        }
        folder.stage(
            {**job.files, **self._data, **notebooks},
            self._permissions,
            groupshared=self._coursedir.groupshared,
        )
        digest = self._snapshot.digest_for(job.student) + job.digest
        return Entry(job.student, digest, digest_of(notebooks))

    def _recorded(
        self,
        rows: SubmissionRows,
        job: Job,
        given: NotebookSnapshot,
        text: str,
        trouble: str | None,
    ) -> bytes:
        """Run the steps that record, store what they recorded, and return the notebook's file."""
        nb = as_notebook(text)
        if trouble:
            add_remark(nb, trouble)
        released = self._released[given.name]
        context = context_for(job, self._snapshot, given, released)
        context.record = rows.record(given.name)
        nb, _ = run(self._steps, nb, context.resources(""))
        rows.store(given.name, context.record)
        text = nbformat.writes(nb, version=4)
        return f"{text}\n".encode()


def _timestamp(job: Job) -> tuple[object, str | None]:
    """Return when the submission was handed in, as nbgrader reads it, or what is wrong with it."""
    text = job.files.get("timestamp.txt", b"")[:100].decode("utf-8", "replace").strip()
    if not text:
        return None, None
    try:
        return time_of(text), None
    except ValueError as error:
        return None, (
            f"The time of handing in cannot be read from timestamp.txt ({error}); "
            "it is not counted."
        )


def _is_trouble(error: BaseException) -> bool:
    try:
        _raise_trouble(error)
    except (GradebookGoneError, DiskError):
        return True
    return False


def _raise_trouble(error: BaseException | None) -> None:
    """Raise what stands behind `error` where that is the disk or the database.

    nbgrader raises InvalidEntry for whatever happens in a commit; the reason is its context.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _OF_A_NAME:
            return
        text = str(getattr(cause, "orig", None) or cause)
        if isinstance(cause, (OSError, sqlite3.Error)) or "disk is full" in text:
            raise DiskError(text) from error
        if isinstance(cause, (OperationalError, InterfaceError, CourseFolderError)):
            raise GradebookGoneError(text.strip().splitlines()[0]) from error
        cause = cause.__context__
