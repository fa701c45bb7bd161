"""The folder that a grading process keeps for its sandboxes, and what is left of others'."""

import atexit
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from course_utils.grading.sandbox.per_process import per_process

PREFIX = "course-sandbox-"
LOCK = "lock"
SYSTEM_FILES = {
    "empty": "",
    "group": "student:x:1000:\n",
    "hosts": "127.0.0.1 localhost sandbox\n",
    "passwd": "student:x:1000:1000:Student:/home/student:/bin/sh\n",
}
"""Files for every sandbox: its own user and name, and an empty one to hide others with."""


class RunFolder:
    """A private folder in the system's temporary one, removed when its process ends.

    A process that is killed cannot clean up; its lock on the folder ends with it, and the next
    grading process removes the folder.
    """

    def __init__(self) -> None:
        """Make the folder, and remove those of processes that are gone."""
        for folder in _abandoned():
            shutil.rmtree(folder, ignore_errors=True)
        self._owner = os.getpid()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = (self.path / LOCK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.system = self.path / "system"
        self.handouts = self.path / "handouts"
        for folder in (self.system, self.handouts):
            folder.mkdir()
            folder.chmod(0o755)
        for name, text in SYSTEM_FILES.items():
            (self.system / name).write_text(text)
            (self.system / name).chmod(0o644)

    def new(self) -> Path:
        """Return a new folder for one kernel's sockets."""
        return Path(tempfile.mkdtemp(prefix="k", dir=self.path))

    def remove(self) -> None:
        """Remove everything, in the process that made it."""
        if self._owner == os.getpid():
            shutil.rmtree(self.path, ignore_errors=True)


@per_process
def run_folder() -> RunFolder:
    """Return this process's own folder."""
    folder = RunFolder()
    atexit.register(folder.remove)
    return folder


def copy_handout(handout: Path | None, to: Path) -> None:
    """Copy a handout's files and folders, readable by everybody.

    Links and devices are left out: a link could point to anything on this machine.
    """
    to.mkdir()
    for entry in sorted(handout.iterdir()) if handout else ():
        mode = entry.lstat().st_mode
        if stat.S_ISDIR(mode):
            copy_handout(entry, to / entry.name)
        elif stat.S_ISREG(mode):
            copy = to / entry.name
            shutil.copyfile(entry, copy, follow_symlinks=False)
            copy.chmod(0o644)
    to.chmod(0o755)


def _abandoned() -> Iterator[Path]:
    """Yield the folders of this user whose process has ended."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.lstat().st_uid != os.getuid():
                continue
            with (folder / LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder
