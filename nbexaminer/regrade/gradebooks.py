"""A copy of the gradebook to try things on, whatever database it is in."""

from pathlib import Path

from nbgrader.api import Base
from sqlalchemy import Table, create_engine, inspect, select
from sqlalchemy.engine import make_url

from nbexaminer.backup import sqlite
from nbexaminer.backup.making import sqlite_path
from nbexaminer.course.schema import VERSION
from nbexaminer.gradebook.tables import HandMark


def copy_gradebook(url: str, target: Path) -> None:
    """Copy every row of the gradebook at `url` into the new SQLite file `target`."""
    source = sqlite_path(make_url(url))
    if source is not None:
        sqlite.copy(source, target)
        return
    old, new = create_engine(url), create_engine(f"sqlite:///{target}")
    try:
        for metadata in (Base.metadata, HandMark.metadata, VERSION.metadata):
            metadata.create_all(new)
        with old.connect() as reading, new.begin() as writing:
            reading.execution_options(isolation_level="REPEATABLE READ")
            there = set(inspect(reading).get_table_names())
            for table in [t for t in _tables() if t.name in there]:
                rows = [dict(row) for row in reading.execute(select(table)).mappings()]
                if rows:
                    writing.execute(table.insert(), rows)
    finally:
        old.dispose()
        new.dispose()


def _tables() -> list[Table]:
    """Return nbgrader's tables, the course's own beside them, and what tells their version."""
    return [*Base.metadata.sorted_tables, *HandMark.metadata.sorted_tables, VERSION]
