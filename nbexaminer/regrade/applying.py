"""The one writer of a regrade: what was shown goes into the gradebook, or nothing does."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from nbgrader.api import Gradebook, Notebook
from nbgrader.converters import Autograde
from sqlalchemy import text
from sqlalchemy.orm import Session

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.course.graded_folder import GradedFolder, all_or_none
from nbexaminer.gradebook import class_marks
from nbexaminer.gradebook.writing import SubmissionRows
from nbexaminer.regrade.scratch import Scratch
from nbexaminer.regrade.state import State, changes_since, marks_digest, state
from nbexaminer.runs.assignment import journal_path
from nbexaminer.runs.journal import Entry, Journal
from nbexaminer.runs.snapshot import read_snapshot

_CELLS = ("max_score", "cell_type")
_SOURCES = ("cell_type", "locked", "source", "checksum")


class ConflictError(CourseFolderError):
    """Something has changed since the marks were shown. The message says what."""


def apply(scratch: Scratch, shown: State, students: list[str]) -> None:
    """Write what `scratch` holds of `students` into the gradebook and `autograded/`.

    All of it in one transaction, and only if the course is still as it was when it was `shown`.
    Raises ConflictError or CourseFolderError; then nothing is changed.
    """
    api, name = scratch.api, scratch.assignment
    with closing(Journal(journal_path(api, name), name)) as journal:
        if journal.join():
            raise ConflictError(f"a `course grade {name}` was cut off meanwhile; let it end first")
        folders = [_staged(scratch, student) for student in students]
        with all_or_none(folders), _both(scratch) as (old, new):
            changed = changes_since(shown, state(api, name, old), name)
            if changed:
                raise ConflictError(
                    f"since this was worked out: {'; '.join(changed)}. Nothing has been "
                    f"changed; `course regrade {name}` shows what it would change now"
                )
            _copy(old, new, name, set(students))
            for folder in folders:
                folder.set_aside()
            old.db.commit()
        journal.record(_entries(scratch, shown, students, folders))


def _staged(scratch: Scratch, student: str) -> GradedFolder:
    """Lay the graded folder down beside the one that stands there."""
    api = scratch.api
    converter = Autograde(coursedir=api.coursedir, config=api.config)
    source = scratch.graded_folder(student)
    files = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file()
    }
    folder = GradedFolder.of(api.coursedir, student, scratch.assignment)
    folder.stage(files, int(str(converter.permissions), 8), groupshared=api.coursedir.groupshared)
    return folder


@contextmanager
def _both(scratch: Scratch) -> Iterator[tuple[Gradebook, Gradebook]]:
    """Open the course's gradebook, for us alone to write, and the scratch one."""
    coursedir = scratch.api.coursedir
    with (
        Gradebook(coursedir.db_url, coursedir.course_id) as old,
        Gradebook(scratch.gradebook, coursedir.course_id) as new,
    ):
        _lock(old.db())
        try:
            yield old, new
        finally:
            old.db.rollback()


def _lock(session: Session) -> None:
    """Keep others from writing until the transaction ends; they may read."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("BEGIN IMMEDIATE")
    else:
        tables = "grade, comment, submitted_notebook, submitted_assignment, grade_cells, task_cells"
        session.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def _copy(old: Gradebook, new: Gradebook, assignment: str, students: set[str]) -> None:
    """Set the rows of `old` to the values of `new`: cells for all, marks of `students`."""
    theirs = {one.name: one for one in new.find_assignment(assignment).notebooks}
    for notebook in old.find_assignment(assignment).notebooks:
        _copy_cells(notebook, theirs[notebook.name])
    for student in sorted(students):
        _set(
            old.find_submission(assignment, student),
            new.find_submission(assignment, student),
            ("timestamp",),
        )
        ours = SubmissionRows(old, assignment, student)
        rows = SubmissionRows(new, assignment, student)
        for notebook in theirs:
            ours.store(notebook, rows.record(notebook))
    old.db.flush()


def _copy_cells(notebook: Notebook, theirs: Notebook) -> None:
    for kind, fields in (
        ("grade_cells", _CELLS), ("task_cells", _CELLS), ("source_cells", _SOURCES)
    ):  # fmt: skip
        found = {cell.name: cell for cell in getattr(theirs, kind)}
        for cell in getattr(notebook, kind):
            _set(cell, found[cell.name], fields)


def _set(row: Any, other: Any, fields: tuple[str, ...]) -> None:
    for field in fields:
        value = getattr(other, field)
        if getattr(row, field) != value:
            setattr(row, field, value)


def _entries(
    scratch: Scratch, shown: State, students: list[str], folders: list[GradedFolder]
) -> list[Entry]:
    """Return what `course grade --only-changed` is to take as done."""
    api = scratch.api
    with api.gradebook as gradebook:
        snapshot = read_snapshot(api, scratch.assignment, gradebook)
    return [
        Entry(
            student, snapshot.digest_for(student) + shown["submissions"][student], folder.digest()
        )
        for student, folder in zip(students, folders, strict=True)
    ]


def recover(scratch: Scratch) -> None:
    """Finish or undo the folders of a regrade that was cut off between its two last steps."""
    api, name = scratch.api, scratch.assignment
    with closing(Journal(journal_path(api, name), name)), api.gradebook as gradebook:
        known = class_marks(gradebook, name).students
        left = {
            student: folder
            for student in known
            if (folder := GradedFolder.of(api.coursedir, student, name)).is_aside()
        }
        if not left:
            return
        with Gradebook(scratch.gradebook, api.coursedir.course_id) as other:
            ours = class_marks(other, name).students
        for student, folder in left.items():
            written = marks_digest(known[student]) == marks_digest(ours[student])
            if written and folder.is_staged():
                folder.put_in_place()
            else:
                folder.put_back()
