"""An SQLite gradebook, copied while others use it, by SQLite's own online backup."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from nbexaminer.backup.errors import BackUpError

_NEEDED = {"student", "assignment", "submitted_assignment", "grade", "comment"}


def copy(source: Path, target: Path) -> None:
    """Copy the database, as it is at one moment, over that in `target`.

    Raises BackUpError. `target` may be in use: others see the old or the new, nothing between.
    """
    try:
        with closing(_opened(source)) as old, closing(sqlite3.connect(target, timeout=30)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise BackUpError(f"{source} could not be copied to {target}: {error}") from None
    with target.open("rb") as file:
        os.fsync(file.fileno())


def check(path: Path) -> None:
    """Raise BackUpError where the file is no whole gradebook."""
    try:
        with closing(_opened(path)) as db:
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
            (said,) = db.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        raise BackUpError(f"{path} is no SQLite file that can be read: {error}") from None
    if said != "ok":
        raise BackUpError(f"{path} is damaged: {said}")
    if not tables >= _NEEDED:
        raise BackUpError(f"{path} is an SQLite file, but no gradebook of nbgrader")


def counts(path: Path) -> tuple[int, int]:
    """Return how many students and how many submissions a gradebook has."""
    with closing(_opened(path)) as db:
        students = db.execute("SELECT count(*) FROM student").fetchone()[0]
        return students, db.execute("SELECT count(*) FROM submitted_assignment").fetchone()[0]


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
