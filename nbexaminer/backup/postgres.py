"""A PostgreSQL gradebook, by PostgreSQL's own pg_dump and pg_restore."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from nbexaminer.backup.errors import BackUpError

_SERVERS = Path("/usr/lib/postgresql")


def dump(url: URL, target: Path) -> None:
    """Write the database to `target` in pg_dump's custom format. Raises BackUpError."""
    _run("pg_dump", url, "--format=custom", f"--file={target}", _database(url))


def restore(url: URL, source: Path) -> None:
    """Put back what `source` holds, all of it or nothing. Raises BackUpError."""
    options = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", url, *options, f"--dbname={_database(url)}", str(source))


def check(path: Path) -> None:
    """Raise BackUpError where pg_restore finds no gradebook in the file."""
    said = _run("pg_restore", None, "--list", str(path))
    if " TABLE DATA " not in said or " submitted_assignment " not in said:
        raise BackUpError(f"{path} holds no gradebook of nbgrader")


def program(name: str) -> str:
    """Return where `name` is: on the PATH, or Debian's newest. Raises BackUpError."""
    found = shutil.which(name)
    if found:
        return found
    servers = sorted(_SERVERS.glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    if not servers:
        raise BackUpError(
            f"the gradebook is in PostgreSQL and {name} is not on the PATH; it comes with the "
            "client programs (on Debian: sudo apt-get install postgresql-client)"
        )
    return str(servers[-1])


def _run(name: str, url: URL | None, *words: str) -> str:
    try:
        done = subprocess.run(
            [program(name), *words],
            env=os.environ | (_environment(url) if url is not None else {}),
            capture_output=True,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise BackUpError(f"{name} cannot be started: {error}") from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.strip().splitlines() if "error" in line.lower()]
        said = (lines or done.stderr.strip().splitlines() or ["it gave no reason"])[0]
        raise BackUpError(f"{name} failed with code {done.returncode}: {said}")
    return done.stdout


def _database(url: URL) -> str:
    return url.database or url.username or "postgres"


def _environment(url: URL) -> dict[str, str]:
    """Return what libpq is to know; a password on the command line is seen by everybody."""
    known = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGSSLMODE": url.query.get("sslmode"),
        "PGSSLROOTCERT": url.query.get("sslrootcert"),
    }
    return {name: str(value) for name, value in known.items() if value}
