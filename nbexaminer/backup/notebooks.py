"""The graded notebooks that a change replaces, kept beside its back-up."""

import os
import zipfile
from pathlib import Path, PurePosixPath

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from nbexaminer.backup.errors import BackUpError
from nbexaminer.course.graded_folder import GradedFolder


def archive(coursedir: CourseDirectory, assignment: str, students: list[str], to: Path) -> None:
    """Put the graded folders of `students` into the new zip file `to`."""
    with (
        open(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for student in students:
            folder = GradedFolder.of(coursedir, student, assignment).path
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    inner = path.relative_to(folder).as_posix()
                    packed.writestr(f"{student}/{assignment}/{inner}", path.read_bytes())


def unpack(coursedir: CourseDirectory, config: Config, source: Path) -> int:
    """Put the graded folders back that `archive` has kept; returns how many there were."""
    permissions = int(str(Autograde(coursedir=coursedir, config=config).permissions), 8)
    try:
        found = _read(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackUpError(f"{source} cannot be read: {error}") from None
    for (student, assignment), files in found.items():
        folder = GradedFolder.of(coursedir, student, assignment)
        folder.stage(files, permissions, groupshared=coursedir.groupshared)
        folder.set_aside()
        folder.put_in_place()
    return len(found)


def _read(source: Path) -> dict[tuple[str, str], dict[str, bytes]]:
    found: dict[tuple[str, str], dict[str, bytes]] = {}
    with zipfile.ZipFile(source) as packed:
        for name in packed.namelist():
            student, assignment, *inner = PurePosixPath(name).parts
            if not inner or {"..", "/"} & {student, assignment, *inner}:
                raise BackUpError(f"{source} holds a file of another place: {name!r}")
            found.setdefault((student, assignment), {})["/".join(inner)] = packed.read(name)
    return found
