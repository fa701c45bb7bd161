"""Plugins for `nbgrader zip_collect`: who sent what, and all of it.

Who somebody is follows from the outermost name alone, which a platform or an instructor gave: of a
file in `archive/`, or of a member of a platform's own download. What stands in a student's archive
says nothing of that.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Float, Integer, Unicode

from nbexaminer.names import normal, student_id
from nbexaminer.submission.intake import NO_NOTEBOOK, may_be_notebook
from nbexaminer.submission.unpacking import (
    UNOPENED,
    ArchiveError,
    Member,
    Room,
    is_archive,
    is_junk,
    is_renamed_zip,
    laid_out,
    opened,
    stem,
    unpack,
    write,
)

_SAID = 3
"""Files of one submission that are named when they are left out; the others are counted."""


class Sender(NamedTuple):
    """What the outermost name says."""

    student: str
    file: str | None = None
    """What the student called the file, where the name is that of a file."""
    time: datetime | None = None


class ByOuterName(FileNameCollectorPlugin):  # type: ignore[misc]
    """Base of the collectors: every file of a submission, by the name that it came under.

    A notebook goes to the top of the student's folder, unless another of that name lies there; any
    other file stays where it lay.
    """

    downloads = False
    """Whether archive/ may hold a zip of the platform's own, with everybody's files in it."""

    def has_form(self, name: str) -> bool:
        """Whether a file or an archive of this name is one that the platform has named."""
        raise NotImplementedError

    def sender(self, name: str) -> Sender:
        """Return who sent what came under this name. Raises LookupError, whose text says why not.

        `name` is of the form that `has_form` asks for.
        """
        raise NotImplementedError

    def notes(self, name: str) -> Iterable[str]:
        """Return what else the name says, as names of empty files to be taken in beside it."""
        return ()

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """Return whose file it is and where it belongs, as nbgrader asks; None to leave it out."""
        parts = self._below_extracted(submitted_file)
        place = next((k for k in range(self._outer(parts)) if self.has_form(parts[k])), None)
        if place is None:
            self.log.error(
                "%s is left out: it is not named as this platform names its files", submitted_file
            )
            return None
        try:
            sender = self.sender(parts[place])
            sender = sender._replace(student=student_id(sender.student))
        except (LookupError, ValueError) as error:
            self.log.error("%s is left out: %s", submitted_file, error.args[0])
            return None
        rest = parts[place + 1 :]
        if is_junk(rest):
            return None
        file = self._file_id(submitted_file, rest) if rest else normal(sender.file or parts[place])
        if file.casefold() == "timestamp.txt":
            return None  # when it was handed in is not the student's to say
        if not self._is_taken(sender, file, submitted_file):
            return None
        found: dict[str, Any] = {"student_id": sender.student, "file_id": file}
        return found if sender.time is None else found | {"timestamp": sender.time}

    def _is_taken(self, sender: Sender, file: str, path: str) -> bool:
        """Whether this file is the one that is taken; nbgrader knows what to do where not."""
        return True

    def _below_extracted(self, path: str) -> tuple[str, ...]:
        whole = re.sub(r"[\\/]+", "/", path)
        app = self.parent
        if hasattr(app, "_format_collect_path"):
            root = re.sub(r"[\\/]+", "/", app._format_collect_path(app.extracted_directory))
            return PurePath(whole.removeprefix(root.rstrip("/") + "/")).parts
        return PurePath(whole.rpartition("/extracted/")[2] or whole).parts

    def _outer(self, parts: tuple[str, ...]) -> int:
        """Return how many of the parts a platform or the instructor has named."""
        app = self.parent
        if not hasattr(app, "_format_collect_path"):
            return len(parts)
        folder = Path(app._format_collect_path(app.archive_directory))
        for k, part in enumerate(parts):
            folder /= part
            if not folder.is_dir():
                return min(len(parts), k + 1 + self.downloads)
        return len(parts)

    def _file_id(self, path: str, rest: tuple[str, ...]) -> str:
        """Return where a file of a student's archive or folder belongs."""
        outer = Path(path).parents[len(rest) - 1]
        files = self._files_in(str(outer)) or (rest,)
        shared = 0
        while len({other[: shared + 1] for other in files}) == 1 and len(rest) > shared + 1:
            shared += 1
        inner = rest[shared:]
        alike = sorted(o for o in files if normal(o[-1]) == normal(rest[-1]))
        flat = (*rest[:shared], rest[-1])
        if may_be_notebook(rest[-1]) and alike[0] == rest and (flat == rest or flat not in files):
            inner = rest[-1:]
        return normal("/".join(inner))

    def _files_in(self, folder: str) -> tuple[tuple[str, ...], ...]:
        if folder not in self._listed:
            found = (p.relative_to(folder).parts for p in Path(folder).rglob("*") if p.is_file())
            self._listed[folder] = tuple(sorted(parts for parts in found if not is_junk(parts)))
        return self._listed[folder]

    @cached_property
    def _listed(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        return {}


class StudentAndTime(ByOuterName):
    """`ana_2026-11-20-15-30-00_sums.ipynb`, or an archive or a folder `ana_2026-11-20-15-30-00`."""

    timestamp_format = Unicode(
        "%Y-%m-%d-%H-%M-%S", help="How the regexp's group `timestamp` is written; it is UTC."
    ).tag(config=True)

    def has_form(self, name: str) -> bool:
        """Whether `named_regexp` fits."""
        return self._found(name) is not None

    def sender(self, name: str) -> Sender:
        """Return student, file and time. Raises LookupError."""
        found = self._found(name)
        if found is None:
            raise LookupError(f"{name!r} is not named by student and time")
        stamp, time = found.get("timestamp"), None
        if isinstance(stamp, str):
            try:
                time = datetime.strptime(stamp, self.timestamp_format)
            except ValueError:
                self.log.warning("%r in %s is not a time; taken as the oldest", stamp, name)
                time = datetime.min
        return Sender(found["student_id"], found["file_id"], time)

    def _is_taken(self, sender: Sender, file: str, path: str) -> bool:
        """A whole archive takes the place of all that its sender handed in before."""
        newest = self._newest_archive.get(sender.student)
        if newest is None or sender.time is None or sender.time >= newest:
            return True
        self.log.warning("%s is left out: %s sent an archive after it", path, sender.student)
        return False

    @cached_property
    def _newest_archive(self) -> dict[str, datetime]:
        """By student."""
        found: dict[str, datetime] = {}
        app = self.parent
        if not hasattr(app, "_format_collect_path"):
            return found
        for path in Path(app._format_collect_path(app.archive_directory)).rglob("*"):
            if is_archive(path.name) and self._found(stem(path.name)) is not None:
                sender = self.sender(stem(path.name))
                student, time = normal(sender.student), sender.time or datetime.min
                found[student] = max(time, found.get(student, datetime.min))
        return found

    def _found(self, name: str) -> dict[str, str] | None:
        """Return the groups; a folder's name has none of the student's own names behind it."""
        for text in (f"/{name}", f"/{name}/file"):
            found = re.match(self.named_regexp, text) if self.named_regexp else None
            if found is not None and found.groups():
                return found.groupdict()
        return None


class ExtractEachArchive(ExtractorPlugin):  # type: ignore[misc]
    """Lays out what came in, one submission at a time, with bounds for each.

    An archive that cannot be opened is laid down as an unreadable notebook, and one without a
    notebook gets an empty file that says so by its name: their students are graded with that
    reason instead of being left out.
    """

    max_megabytes = Float(
        100, help="All files of one submission together; what comes after is left out."
    ).tag(config=True)
    max_files = Integer(1000, help="Files of one submission; the others are left out.").tag(
        config=True
    )

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Extract or copy every file under `archive_path` to `extracted_path`."""
        archive, extracted = Path(archive_path), Path(extracted_path)
        below = {path for path in archive.rglob("*") if path.is_symlink() or not path.is_dir()}
        found = {path for path in below if path.is_file() and not path.is_symlink()}
        for path in sorted(below - found):
            self.log.error("%s is left out: it is a link, or no file", path)
        files = sorted(path for path in found if not is_junk([path.name]) or self._is_named(path))
        if not files:
            self.log.warning("No files found in directory: %s", archive_path)
        downloads = self._are_downloads(files)
        for file in files:
            target = extracted / file.relative_to(archive)
            target.parent.mkdir(parents=True, exist_ok=True)
            if downloads and is_archive(file.name):
                self._extract_download(file, target.with_name(stem(file.name)))
            elif self._is_unopened(file):
                target.with_name(file.stem).mkdir(exist_ok=True)
                shutil.copy(file, target.with_name(file.stem))
                self._finish(target.with_name(file.stem), Room())
            elif self._is_somebodys_archive(file):
                self._extract_alone(file, laid_out(target))
            else:
                shutil.copy(file, target)
                self._lay_notes(target)
        for path in sorted(extracted.rglob("*")):
            if path.name.lower().endswith(UNOPENED):
                where = path.relative_to(extracted)
                self.log.error("%s cannot be opened here; ask for a notebook or a zip", where)

    @property
    def _collector(self) -> ByOuterName | None:
        found = getattr(self.parent, "collector_plugin_inst", None)
        return found if isinstance(found, ByOuterName) else None

    def _has_form(self, name: str) -> bool:
        """Whether the name says whose it is; without a collector of ours, it is to say."""
        return self._collector is None or self._collector.has_form(name)

    def _is_somebodys_archive(self, file: Path) -> bool:
        opened = is_archive(file.name) or is_renamed_zip(file)
        return opened and self._has_form(laid_out(file).name)

    def _is_unopened(self, file: Path) -> bool:
        """Whether it is somebody's archive of a kind that is not opened, and nothing else."""
        unopened = file.name.lower().endswith(UNOPENED)
        return unopened and not self._has_form(file.name) and self._has_form(file.stem)

    def _are_downloads(self, files: list[Path]) -> bool:
        """Whether archive/ holds a platform's own zips: no student's lies among them."""
        collector = self._collector
        return collector is not None and collector.downloads and not any(map(self._is_named, files))

    def _is_named(self, file: Path) -> bool:
        return self._has_form(file.name) or self._has_form(stem(file.name))

    def _extract_alone(self, file: Path, folder: Path) -> None:
        room = Room(self.max_megabytes, self.max_files)
        try:
            unpack(file, folder, room)
        except ArchiveError as error:
            self.log.error("%s cannot be unpacked: %s", file, error)
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, folder / f"{file.name}.ipynb")
        self._finish(folder, room)

    def _extract_download(self, file: Path, folder: Path) -> None:
        """Lay out a platform's zip of everybody's files, each submission by itself."""
        with ExitStack() as stack:
            try:
                members = list(opened(file, stack))
            except ArchiveError as error:
                self.log.error("%s is left out: %s", file, error)
                return
            for name, own in self._by_outer_name(members):
                room = Room(self.max_megabytes, self.max_files)
                write(own, folder, room)
                self._finish(folder / stem(name), room)

    def _by_outer_name(self, members: list[Member]) -> Iterator[tuple[str, list[Member]]]:
        """Yield what belongs together, by the name that the platform gave it."""
        split = [(normal(member.name).split("/"), member) for member in members]
        while len({parts[0] for parts, _ in split}) == 1 and not self._is_outer(split[0][0]):
            split = [(parts[1:], member) for parts, member in split if len(parts) > 1]
        groups: dict[str, list[Member]] = {}
        for parts, member in split:
            if self._is_outer(parts):
                groups.setdefault(parts[0], []).append(Member("/".join(parts), member.open))
            else:
                self.log.error("%s is left out: its name does not say whose it is", member.name)
        yield from sorted(groups.items())

    def _is_outer(self, parts: list[str]) -> bool:
        return self._has_form(stem(parts[0]) if len(parts) == 1 else parts[0])

    def _finish(self, path: Path, room: Room) -> None:
        """Say what was left out of a submission; where it has no notebook, lay down that."""
        said = [f"{name[:100]} ({reason})" for name, reason in room.left_out.items()]
        if said:
            more = f" and {len(said) - _SAID} more" if len(said) > _SAID else ""
            self.log.error("%s: left out: %s%s", path.name, "; ".join(said[:_SAID]), more)
        if path.is_dir() or (said and not path.exists()):
            path.mkdir(parents=True, exist_ok=True)
            if not any(may_be_notebook(one.name) for one in path.rglob("*") if one.is_file()):
                (path / NO_NOTEBOOK).write_text("; ".join(said[:_SAID]), encoding="utf-8")
        self._lay_notes(path)

    def _lay_notes(self, path: Path) -> None:
        for note in self._collector.notes(path.name) if self._collector else ():
            path.with_name(note).touch()
