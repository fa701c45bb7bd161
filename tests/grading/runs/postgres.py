"""A PostgreSQL server of the test's own, on a socket in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path


def programs() -> Path | None:
    """Return the folder of the newest server's programs; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Server:
    """A server that can be stopped and started; root hands it to the user postgres."""

    def __init__(self, bin: Path) -> None:
        self._bin = bin
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        else:
            self._as = []
        self._data = self.folder / "data"
        options = ["--auth=trust", "--username=course", "--encoding=UTF8", "--no-sync"]
        self._run("initdb", f"--pgdata={self._data}", *options)
        self.start()
        self._run("createdb", "--username=course", f"--host={self.folder}", "gradebook")
        self.url = f"postgresql+psycopg://course@/gradebook?host={self.folder}"

    def start(self) -> None:
        settings = f"-c listen_addresses='' -c fsync=off -k {self.folder}"
        log = f"--log={self.folder / 'log'}"
        self._run(
            "pg_ctl", "start", "--wait", f"--pgdata={self._data}", f"--options={settings}", log
        )

    def stop(self) -> None:
        """Stop at once, as a crash does."""
        self._run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={self._data}")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [*self._as, str(self._bin / program), *words],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,  # the server would keep a pipe open
            stderr=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            log = self.folder / "log"
            said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{program} {' '.join(words)}: code {done.returncode}\n{said}")
