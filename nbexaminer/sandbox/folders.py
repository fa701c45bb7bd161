"""The folder that a grading process keeps for its sandboxes, and what is left of others'."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from nbexaminer.sandbox.locked_folder import LockedFolder
from nbexaminer.sandbox.per_process import per_process

PREFIX = "course-sandbox-"
SYSTEM_FILES = {
    "empty": "",
    "group": "student:x:1000:\n",
    "hosts": "127.0.0.1 localhost sandbox\n",
    "passwd": "student:x:1000:1000:Student:/home/student:/bin/sh\n",
}
"""Files for every sandbox: its own user and name, and an empty one to hide others with."""


@dataclass(frozen=True)
class Shown:
    """What sandboxes are shown of a grading process's folder."""

    path: Path

    @property
    def system(self) -> Path:
        """The folder of SYSTEM_FILES."""
        return self.path / "system"

    @property
    def handouts(self) -> Path:
        """The folder for those of handouts.py."""
        return self.path / "handouts"

    def make(self) -> "Shown":
        """Make the folders and the files of the system; return it."""
        for folder in (self.path, self.system, self.handouts):
            folder.mkdir()
            folder.chmod(0o755)
        for name, text in SYSTEM_FILES.items():
            (self.system / name).write_text(text)
            (self.system / name).chmod(0o644)
        return self


class RunFolder:
    """A private folder in the system's temporary one, removed when its process ends."""

    def __init__(self) -> None:
        """Make the folder, and remove those of processes that are gone."""
        self._folder = LockedFolder(PREFIX)
        self.path = self._folder.path
        self.shown = Shown(self.path / "shown").make()
        """Another process's where the warm process is shared with that."""

    def new(self) -> Path:
        """Return a new folder for one kernel's sockets."""
        return Path(tempfile.mkdtemp(prefix="k", dir=self.path))


@per_process
def run_folder() -> RunFolder:
    """Return this process's own folder."""
    return RunFolder()
