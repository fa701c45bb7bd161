"""A temporary folder that goes with its process, also where that is killed."""

import fcntl
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

LOCK = "lock"


class LockedFolder:
    """A private folder in the system's temporary one, removed when its process ends.

    A process that is killed cannot clean up; its lock on the folder ends with it, and the next
    process that makes a folder of the same kind removes what was left.
    """

    def __init__(self, prefix: str) -> None:
        """Make the folder, and remove those of processes that are gone."""
        for folder in _abandoned(prefix):
            shutil.rmtree(folder, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix=f".{prefix}"))
        lock = (made / LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Only now can others see it: they would take a folder without a lock for a dead one's.
        self.path = made.rename(made.with_name(made.name.removeprefix(".")))
        self.remove = weakref.finalize(self, _remove, self.path, lock, os.getpid())
        """Remove everything, in the process that made it; also called at its end."""


def _remove(path: Path, lock: IO[str], owner: int) -> None:
    if owner == os.getpid():
        shutil.rmtree(path, ignore_errors=True)
    lock.close()


def _abandoned(prefix: str) -> Iterator[Path]:
    """Yield the folders of this user whose process has ended."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):
            if folder.lstat().st_uid != os.getuid():
                continue
            with (folder / LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder
