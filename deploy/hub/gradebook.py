"""A PostgreSQL server of the hub's own: the grader's, on a socket in the grader's folder only."""

import os
import subprocess
from pathlib import Path

from deploy.hub.errors import HubError
from deploy.hub.owned import open_file
from deploy.hub.places import GRADEBOOK, GRADER

_DATA, _LOG = GRADEBOOK / "data", GRADEBOOK / "log"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: those that made the data, else the newest."""
    version = _DATA / "PG_VERSION"
    which = version.read_text().strip() if version.exists() else "*"
    found = sorted(Path("/usr/lib/postgresql").glob(f"{which}/bin/initdb"), key=_version)
    return found[-1].parent if found else None


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


class Gradebook:
    """The server, while the hub runs."""

    def __init__(self) -> None:
        bin = programs()
        if bin is None:
            made = _DATA / "PG_VERSION"
            which = f"-{made.read_text().strip()}" if made.exists() else ""
            raise HubError(f"no PostgreSQL here; remedy: sudo apt-get install postgresql{which}")
        self._bin = bin

    def start(self) -> None:
        """Make the cluster and the database where they are missing, and serve them."""
        if not (_DATA / "PG_VERSION").exists():
            # peer: the system says who connects, and there is no password to be found
            self._run("initdb", f"--pgdata={_DATA}", "--auth=peer", "--encoding=UTF8", "--locale=C")
        socket = GRADEBOOK / "socket"
        options = f"-c listen_addresses='' -c unix_socket_permissions=0700 -k {socket}"
        self._run("pg_ctl", "start", "--wait", f"--pgdata={_DATA}", f"--options={options}")
        names = self._run("psql", f"--host={socket}", "--dbname=postgres", "--tuples-only",
                          "--no-align", "--command=SELECT datname FROM pg_database")  # fmt: skip
        if "gradebook" not in names.split():
            self._run("createdb", f"--host={socket}", "gradebook")

    def stop(self) -> None:
        """Close it in order."""
        self._run("pg_ctl", "stop", "--mode=fast", f"--pgdata={_DATA}")

    def _run(self, program: str, *words: str) -> str:
        with open(open_file(_LOG, GRADER, 0o600, os.O_RDWR | os.O_APPEND), "ab") as log:
            server = program == "pg_ctl"  # which would keep a pipe open
            done = subprocess.run(
                [self._bin / program, *words],
                user=GRADER,
                group=GRADER,
                extra_groups=[],
                cwd=GRADEBOOK,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(GRADEBOOK)},
                stdin=subprocess.DEVNULL,
                stdout=log if server else subprocess.PIPE,
                stderr=log,
            )
        if done.returncode != 0:
            said = _LOG.read_text(errors="replace").splitlines()[-5:]
            raise HubError(f"PostgreSQL's {program} failed: {' / '.join(said)}")
        return "" if server else done.stdout.decode()
