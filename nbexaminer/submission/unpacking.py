"""A student's archive, laid out in a folder: as much as a submission may be, and nowhere else."""

import gzip
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from nbexaminer.names import normal

OPENED = (".zip", ".tar", ".tgz", ".gz")
"""Ends of the names of archives that are opened."""
RENAMED = ".ipynb"
"""That of a notebook, which some give to a zip."""
UNOPENED = (".rar", ".7z", ".xz", ".bz2", ".zst", ".z")
"""Ends of the names of those that are not."""
LONGEST_PATH = 1000
"""Bytes of a file's path below its submission: systems allow 4,096 with the course's folder."""
_DEEPEST = 2
"""Archives within an archive that are opened."""
_LARGEST_DIRECTORY = 20_000_000
"""Bytes of a zip's list of its members: 200,000 of them, which take a second to read."""
_BLOCK = 1 << 20


class ArchiveError(ValueError):
    """The archive is not opened. The message says why."""


@dataclass
class Room:
    """How much one submission may hold, and what of it was left out and why."""

    megabytes: float = 100.0
    files: int = 1000
    left_out: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with all of it."""
        self._bytes = int(self.megabytes * 1e6)
        self._files = self.files

        self.full = ""
        """Why no more is taken, from then on."""

    def one_more(self) -> None:
        """Count a file; raises ArchiveError where there are too many."""
        if self._files <= 0:
            self.full = f"there are more than {self.files:,} files"
            raise ArchiveError(self.full)
        self._files -= 1

    def add(self, size: int) -> None:
        """Count bytes; raises ArchiveError where there are too many."""
        if size > self._bytes:
            self.full = f"all files together have more than {self.megabytes:g} MB"
            raise ArchiveError(self.full)
        self._bytes -= size

    def give_back(self, size: int) -> None:
        """Take back bytes that did not stay."""
        self._bytes += size


@dataclass(frozen=True)
class Member:
    """A file in an archive."""

    name: str
    open: Callable[[], IO[bytes]]


def is_archive(name: str) -> bool:
    """Whether a file of this name is opened."""
    return name.lower().endswith(OPENED)


def is_renamed_zip(path: Path) -> bool:
    """Whether a file that is called a notebook is a zip."""
    return path.name.lower().endswith(RENAMED) and zipfile.is_zipfile(path)


def stem(name: str) -> str:
    """Return an archive's name without its ending."""
    bare = name[: name.rindex(".")] if is_archive(name) else name
    return bare[:-4] if bare.lower().endswith(".tar") else bare


def laid_out(archive: Path) -> Path:
    """Return the folder beside an archive that its files go to."""
    if is_archive(archive.name):
        return archive.with_name(stem(archive.name))
    return archive.with_suffix("")


def unpack(archive: Path, folder: Path, room: Room, depth: int = 0) -> None:
    """Lay out the files of `archive` in `folder`, as far as there is room.

    Links, devices, encrypted and damaged files are left out; so is what a system adds of its own.
    Raises ArchiveError where it cannot be opened, or has members that lead out of it.
    """
    with ExitStack() as stack:
        members = opened(archive, stack)
        write(members, folder, room, depth)


def opened(archive: Path, stack: ExitStack) -> Iterable[Member]:
    """Return the members of an archive that stays open as long as `stack`.

    Of a zip notebooks come first, then what is small: what is too much is left out at the end.
    Raises ArchiveError.
    """
    try:
        if archive.name.lower().endswith((".zip", RENAMED)):
            _check_directory(archive)
            return _of_zip(stack.enter_context(zipfile.ZipFile(archive)))
        try:
            return _of_tar(stack.enter_context(tarfile.open(archive)))
        except tarfile.ReadError:
            if not archive.name.lower().endswith(".gz"):
                raise
        with gzip.open(archive) as file:
            file.read(1)
        return [Member(archive.name[:-3], lambda: gzip.open(archive))]  # type: ignore[arg-type, return-value]
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise ArchiveError(f"it cannot be unpacked: {error}") from None


def write(members: Iterable[Member], folder: Path, room: Room, depth: int = 0) -> None:
    """Write the members below `folder`, and open archives among them."""
    for member in members:
        if room.full:
            room.left_out["what comes after it"] = room.full
            return
        try:
            path = _write(member, folder, room)
            if is_archive(path.name) or is_renamed_zip(path):
                if depth >= _DEEPEST:
                    raise ArchiveError("it is an archive in an archive in an archive")
                unpack(path, laid_out(path), room, depth + 1)
                room.give_back(path.stat().st_size)
                path.unlink()
        except _BROKEN as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            room.left_out[member.name] = reason


_BROKEN = (
    ArchiveError,
    OSError,  # a name that is too long, a file where a folder has to be
    EOFError,
    RuntimeError,  # encrypted
    NotImplementedError,
    ValueError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zipfile.zlib.error,  # type: ignore[attr-defined]
)


def _write(member: Member, folder: Path, room: Room) -> Path:
    path = folder.joinpath(*inside(member.name))
    room.one_more()
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with member.open() as source, path.open("xb") as target:
        try:
            while block := source.read(_BLOCK):
                room.add(len(block))
                written += len(block)
                target.write(block)
        except BaseException:
            room.give_back(written)
            path.unlink()
            raise
    return path


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name; raises ArchiveError where they lead elsewhere."""
    parts = PurePosixPath(normal(name)).parts
    if not parts or name.startswith("/") or ".." in parts or parts[0].endswith(":"):
        raise ArchiveError(f"{name[:100]!r} leads out of the archive")
    return parts


def inside(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name; raises ArchiveError where no file may be called so."""
    parts = _parts(name)
    if not all(part.isprintable() for part in parts):
        raise ArchiveError("its name holds a control character")
    if len(name.encode("utf-8", "replace")) > LONGEST_PATH:
        raise ArchiveError(f"its path has more than {LONGEST_PATH} bytes")
    return parts


def is_junk(parts: Iterable[str]) -> bool:
    """Whether a file is one that a system or Jupyter has added: hidden, or macOS's own."""
    return any(part.startswith(".") or part in ("__MACOSX", "__pycache__") for part in parts)


def _of_zip(archive: zipfile.ZipFile) -> list[Member]:
    members = []
    for info in archive.infolist():
        name = info.filename
        if "/" not in name:  # Windows PowerShell 5
            name = name.replace("\\", "/")
        if name.endswith("/") or is_junk(_parts(name)):
            continue
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            continue
        first = (".ipynb" not in name.lower(), info.file_size, name)
        members.append((first, Member(name, _opener(archive, info))))
    return [member for _, member in sorted(members, key=lambda one: one[0])]


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def open_() -> IO[bytes]:
        if info.flag_bits & 1:
            raise ArchiveError("it is locked with a password")
        return archive.open(info)

    return open_


def _of_tar(archive: tarfile.TarFile) -> Iterator[Member]:
    """In the file's order: to look ahead would be to unpack it."""
    for info in archive:
        if info.isfile() and not is_junk(_parts(info.name)):
            yield Member(info.name, _tar_opener(archive, info))


def _tar_opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def open_() -> IO[bytes]:
        file = archive.extractfile(info)
        if file is None:
            raise ArchiveError("it is no file")
        return file

    return open_


def _check_directory(archive: Path) -> None:
    """Raise ArchiveError where the list of a zip's members is too long to be read."""
    size = archive.stat().st_size
    with archive.open("rb") as file:
        file.seek(max(0, size - 65_557))
        end = file.read()
    place = end.rfind(b"PK\5\6")
    if place >= 0 and len(end) >= place + 16:
        (length,) = struct.unpack_from("<I", end, place + 12)
        if length > _LARGEST_DIRECTORY and os.path.getsize(archive) > _LARGEST_DIRECTORY:
            raise ArchiveError("it has more files than are read")
