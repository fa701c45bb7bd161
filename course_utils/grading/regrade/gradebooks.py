"""A copy of the gradebook to try things on, whatever database it is in."""

from pathlib import Path

from nbgrader.api import Base
from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url

from course_utils.grading.backup import sqlite
from course_utils.grading.backup.making import sqlite_path


def copy_gradebook(url: str, target: Path) -> None:
    """Copy every row of the gradebook at `url` into the new SQLite file `target`."""
    source = sqlite_path(make_url(url))
    if source is not None:
        sqlite.copy(source, target)
        return
    old, new = create_engine(url), create_engine(f"sqlite:///{target}")
    try:
        Base.metadata.create_all(new)
        with old.connect() as reading, new.begin() as writing:
            reading.execution_options(isolation_level="REPEATABLE READ")
            for table in Base.metadata.sorted_tables:
                rows = [dict(row) for row in reading.execute(select(table)).mappings()]
                if rows:
                    writing.execute(table.insert(), rows)
    finally:
        old.dispose()
        new.dispose()
