"""A graded submission's folder in `autograded/`: as a whole or not at all."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import rmtree


class GradedFolder:
    """The folder of one submission, and its two names on the way.

    The new one is made beside it, under a name that nbgrader does not see. The old one is set aside
    before the grades are committed and the new one put in place after it: wherever a run is cut
    off, there is a folder only where its grades are in the gradebook.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._new = path.with_name(f".{path.name}.new")
        self._old = path.with_name(f".{path.name}.old")

    @classmethod
    def of(cls, coursedir: CourseDirectory, student: str, assignment: str) -> "GradedFolder":
        """Return the folder that nbgrader gives the submission."""
        place = coursedir.format_path(coursedir.autograded_directory, student, assignment)
        return cls(Path(place))

    def stage(self, files: Mapping[str, bytes], permissions: int, *, groupshared: bool) -> None:
        """Write the new folder, with nbgrader's permissions; raises OSError."""
        self.clear()
        shared = 0o2770 if groupshared else 0
        for name, raw in files.items():
            path = self._new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
            path.chmod(permissions)
        if groupshared:
            for folder in [self._new, *(p for p in self._new.rglob("*") if p.is_dir())]:
                folder.chmod((folder.stat().st_mode | shared) & 0o2777)

    def set_aside(self) -> None:
        """Take the folder that stands there out of sight."""
        if self.path.exists():
            os.rename(self.path, self._old)

    def is_aside(self) -> bool:
        """Whether a run was cut off after `set_aside` and before what ends it."""
        return self._old.exists() and not self.path.exists()

    def is_staged(self) -> bool:
        """Whether a new folder waits to be put in place."""
        return self._new.exists()

    def put_back(self) -> None:
        """Undo `set_aside`, and drop what was staged."""
        if self._old.exists():
            os.rename(self._old, self.path)
        self.clear()

    def put_in_place(self) -> None:
        """Give the staged folder its name; the one that was set aside is gone."""
        os.rename(self._new, self.path)
        self.clear()

    def clear(self) -> None:
        """Remove what a run that was cut off has left."""
        for left in (self._new, self._old):
            if left.exists():
                rmtree(str(left))

    def notebooks(self) -> Iterator[tuple[str, NotebookNode]]:
        """Yield the graded notebooks by name; none where nothing is graded."""
        for path in sorted(self.path.glob("*.ipynb")):
            yield path.stem, nbformat.read(path, as_version=4)

    def digest(self) -> str:
        """Return the digest of the notebooks in the folder; of no notebooks where there is none."""
        return digest_of({path.name: path.read_bytes() for path in self.path.glob("*.ipynb")})


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of the notebooks among `files`."""
    found = hashlib.sha256()
    for name, raw in sorted(files.items()):
        if name.endswith(".ipynb") and "/" not in name:
            found.update(f"{name}\0{len(raw)}\0".encode("utf-8", "surrogateescape"))
            found.update(raw)
    return found.hexdigest()


@contextmanager
def all_or_none(folders: Iterable[GradedFolder]) -> Iterator[None]:
    """Put `folders` in place once what is inside has gone well; put all of them back if not.

    What is inside sets them aside, and commits the grades.
    """
    try:
        yield
    except BaseException:
        for folder in folders:
            folder.put_back()
        raise
    for folder in folders:
        folder.put_in_place()
