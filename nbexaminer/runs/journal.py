"""What of a run is done: kept on disk, so that a run that was killed goes on where it stopped."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbexaminer.course.course_folder import CourseFolderError

_TABLES = """
CREATE TABLE IF NOT EXISTS run (number INTEGER PRIMARY KEY, finished INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS graded (
    student TEXT PRIMARY KEY, run INTEGER NOT NULL, submission TEXT NOT NULL, folder TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Entry:
    """A submission whose grades are in the gradebook and whose folder is in place."""

    student: str
    submission: str
    """The digest of what was graded: the submission and the assignment's snapshot."""
    folder: str
    """The digest of what stands in `autograded/`."""


class Journal:
    """The journal of one assignment. While it is open, no other run can open it.

    An SQLite file: a line that was being written when the process died is not there, and the lock
    goes with the process.
    """

    def __init__(self, path: Path, assignment: str) -> None:
        """Open it, or make it.

        Raises CourseFolderError when another run has it open, or when it is damaged.
        """
        self._path, self._assignment = path, assignment
        self._run = 0
        with self._readable():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None)
            try:
                self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._db.execute("BEGIN EXCLUSIVE")
                self._db.execute("COMMIT")
                self._db.executescript(_TABLES)
                self._db.execute("SELECT student, run, submission, folder FROM graded LIMIT 0")
            except sqlite3.Error:
                self._db.close()
                raise

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Raise CourseFolderError, with what to do, for what SQLite cannot do with the file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if "locked" in str(error):
                raise CourseFolderError(
                    f"another `course grade {self._assignment}` is at work in this course; wait "
                    "for its end"
                ) from None
            raise CourseFolderError(
                f"{self._path} cannot be read ({error}); it only says which submissions are done: "
                "remove it, and the whole class is graded again"
            ) from None

    def begin(self) -> bool:
        """Go on with the last run where it was not finished, else begin a new one.

        Returns whether it goes on.
        """
        resumed = self.join()
        if not resumed:
            with self._readable():
                self._run = self._db.execute("INSERT INTO run DEFAULT VALUES").lastrowid or 0
        return resumed

    def join(self) -> bool:
        """Note what is done in the run that was not finished, where there is one."""
        with self._readable():
            last = self._db.execute("SELECT number FROM run WHERE NOT finished").fetchone()
        self._run = 0 if last is None else last[0]
        return last is not None

    def finish(self) -> None:
        """Say that the run is done; the next one begins anew."""
        with self._readable():
            self._db.execute("UPDATE run SET finished = 1 WHERE number = ?", (self._run,))

    def entries(self, *, of_this_run: bool) -> dict[str, Entry]:
        """Return what is done, by student: in the run that goes on, or ever."""
        with self._readable():
            rows = self._db.execute(
                "SELECT student, submission, folder FROM graded WHERE run = ? OR NOT ?",
                (self._run, of_this_run),
            )
            return {row[0]: Entry(*row) for row in rows}

    def record(self, entries: Iterable[Entry]) -> None:
        """Note a group of submissions as done."""
        rows = [(e.student, self._run, e.submission, e.folder) for e in entries]
        self._db.execute("BEGIN")
        try:
            self._db.executemany("INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?)", rows)
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close it, and let another run have it."""
        self._db.close()
