"""Whether a gradebook is one of the nbgrader that is installed: looked at before it is opened.

nbgrader does not look. Opening a gradebook of an older version, it adds the tables that are missing
and fails at the first column that is.
"""

from functools import cache
from pathlib import Path

import nbgrader
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, String, Table, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from nbexaminer.errors import CourseFolderError, GradebookLockedError

VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))
"""The table in which nbgrader keeps the version of a gradebook."""


def require_place(url: str) -> None:
    """Raise CourseFolderError where a gradebook's path holds what cannot be in it.

    SQLAlchemy would take what follows a question mark for options.
    """
    path, _, options = url.partition(":///")[2].partition("?")
    if url.startswith("sqlite") and options and "=" not in options:
        raise CourseFolderError(
            "no gradebook can lie in a folder with a question mark in its name; rename that "
            f"folder: {path}?{options}"
        )


def require_schema(url: str) -> None:
    """Raise CourseFolderError where the gradebook at `url` is of another nbgrader; only reads.

    One without any table is none yet, and nbgrader makes it. Raises GradebookLockedError where
    another program has it locked.
    """
    require_place(url)
    try:
        tables, version = _found(url)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        if "locked" in reason:
            raise GradebookLockedError(reason) from None
        raise CourseFolderError(f"the gradebook does not answer: {reason}") from None
    if not tables or version == _current():
        return
    if version is None or version in _known():
        raise CourseFolderError(
            "the gradebook is of an older nbgrader: `nbgrader db upgrade` makes a copy of it and "
            "brings it up to date. Nothing has been changed"
        )
    raise CourseFolderError(
        f"the gradebook is of a newer nbgrader than {nbgrader.__version__}, which is installed "
        "here: install that one. Nothing has been changed"
    )


def _found(url: str) -> tuple[list[str], str | None]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            if VERSION.name not in tables:
                return tables, None
            return tables, connection.scalar(select(VERSION.c.version_num))
    finally:
        engine.dispose()


@cache
def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(nbgrader.__file__).parent / "alembic"))
    return ScriptDirectory.from_config(config)


@cache
def _current() -> str | None:
    return _scripts().get_current_head()


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())
