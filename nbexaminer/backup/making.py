"""Making a back-up of a course's gradebook, and going back to one."""

from pathlib import Path

from nbgrader.apps import NbGraderAPI
from sqlalchemy.engine import URL, make_url

from nbexaminer.backup import decisions, postgres, sqlite
from nbexaminer.backup.errors import BackUpError as BackUpError
from nbexaminer.backup.files import claim
from nbexaminer.backup.notebooks import unpack


def back_up(api: NbGraderAPI, why: str) -> Path:
    """Write the gradebook, as it is now, to a new file in `backups/` and return its path.

    Beside it stand the decisions on questions that hold now.
    The file is read back before it is trusted. Raises BackUpError, and leaves no half file.
    """
    url = gradebook_url(api)
    source = sqlite_path(url)
    if source is not None and not source.is_file():
        raise BackUpError(f"there is no gradebook to back up: {source} is missing")
    try:
        target = claim(Path(api.coursedir.root), why, "dump" if source is None else "db")
    except OSError as error:
        raise BackUpError(f"backups/ cannot be written: {error.strerror}") from None
    try:
        if source is None:
            postgres.dump(url, target)
            postgres.check(target)
        else:
            sqlite.copy(source, target)
            sqlite.check(target)
        decisions.keep(Path(api.coursedir.root), target)
    except BaseException as error:
        for path in (target, decisions.beside(target)):
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BackUpError(f"{target} cannot be written: {error.strerror}") from None
        raise
    return target


def check(api: NbGraderAPI, path: Path) -> None:
    """Raise BackUpError where `path` is no back-up that this course's gradebook can take."""
    if not path.is_file():
        raise BackUpError(f"there is no file {path}")
    kind = "dump" if sqlite_path(gradebook_url(api)) is None else "db"
    if path.suffix != f".{kind}":
        name = "PostgreSQL" if kind == "dump" else "SQLite"
        raise BackUpError(f"this course's gradebook is in {name}; its back-ups end in .{kind}")
    (postgres if kind == "dump" else sqlite).check(path)


def restore(api: NbGraderAPI, path: Path) -> Path | None:
    """Put the gradebook back to what `path` holds; returns the back-up of what was there.

    None where there was no gradebook. Decisions on questions and graded notebooks that stand beside
    the back-up go back too. Raises BackUpError, and then nothing is changed.
    """
    check(api, path)
    root, beside = Path(api.coursedir.root), decisions.beside(path)
    decided = decisions.read(beside)
    decisions.read(root / decisions.FILE)  # raises while nothing is changed
    url = gradebook_url(api)
    target = sqlite_path(url)
    before = None
    if target is None or target.is_file():
        before = back_up(api, f"before going back to {path.stem.removeprefix('gradebook_')[:20]}")
    if target is None:
        postgres.restore(url, path)
    else:
        sqlite.copy(path, target)
    if path.with_suffix(".zip").is_file():
        unpack(api.coursedir, api.config, path.with_suffix(".zip"))
    if beside.is_file():
        decisions.write(root, decided)
    return before


def gradebook_url(api: NbGraderAPI) -> URL:
    """Return where the course's gradebook is. Raises BackUpError for another database."""
    url = make_url(api.coursedir.db_url)
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise BackUpError(
            f"back-ups are made of SQLite and PostgreSQL; this gradebook is in "
            f"{url.get_backend_name()}: make one with its own tools"
        )
    return url


def sqlite_path(url: URL) -> Path | None:
    """Return the file of an SQLite gradebook; None for another database."""
    if url.get_backend_name() != "sqlite":
        return None
    return Path(url.database or "")
