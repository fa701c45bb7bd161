"""What kernels of this process are given to read: each content is written once."""

import hashlib
import os
import shutil
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from nbexaminer.sandbox.folders import run_folder
from nbexaminer.sandbox.per_process import per_process

KEPT = 4
"""Folders that are kept though no kernel uses them: a class has the same ones a thousand times."""


class Handouts:
    """The folders that sandboxes show, read-only, as `/handout`, and how many kernels use each."""

    def __init__(self) -> None:
        self._users: Counter[Path] = Counter()
        self._unused: list[Path] = []
        self._lock = threading.Lock()

    def take(self, files: Mapping[str, bytes]) -> Path:
        """Return a folder with these files, readable by everybody, until it is given back.

        Raises ValueError for a name that leads out of the folder.
        """
        folder = run_folder().shown.handouts / f"{os.getpid()}-{_digest(files)}"
        with self._lock:
            if folder in self._unused:
                self._unused.remove(folder)
            elif not self._users[folder]:
                write_files(files, folder)
            self._users[folder] += 1
        return folder

    def give_back(self, folder: Path, *, keep: bool = True) -> None:
        """Say that one kernel has no use any more for a folder that was taken.

        It is kept for another kernel, as far as there is room; where it holds answers it must not.
        """
        with self._lock:
            self._users[folder] -= 1
            if self._users[folder]:
                return
            del self._users[folder]
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)
                return
            self._unused.append(folder)
            if len(self._unused) > KEPT:
                shutil.rmtree(self._unused.pop(0), ignore_errors=True)


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files, readable by everybody, into a folder that is made anew.

    Raises ValueError for a name that leads out of it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        if ".." in path.parts or not path.is_relative_to(folder):
            raise ValueError(f"a handout's file is called {name!r}, which is not below its folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        path.chmod(0o755)


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


@per_process
def handouts() -> Handouts:
    """Return this process's handouts."""
    return Handouts()
