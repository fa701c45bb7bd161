"""nbgrader's exchange, where one student's folder must not keep the others from being served."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import parse_utc

from nbexaminer.names import normal, student_id
from nbexaminer.notebook.released import matches
from nbexaminer.submission.intake import MOST_FILES, NO_NOTEBOOK, may_be_notebook
from nbexaminer.times import time_of

with suppress(ImportError):  # on Windows, where there is no exchange
    import pwd

_SAID = 3


class Collect(ExchangeCollect):  # type: ignore[misc]
    """Collects every folder it can, of whom owns it, and marks those it cannot.

    A folder counts as the submission of the person in its name where that person owns it, or who
    collects, or root: anybody may make a folder of any name in the exchange. `check_owner = False`
    switches that off, for an exchange whose users are one to the system. Links are not followed,
    and a file that another person owns is left out.

    A folder that is too large or cannot be copied, and one without a notebook, becomes a submission
    with an empty file that says so by its name, so that it is graded with that reason; all of it
    stays in the exchange. The time of handing in is the one in the folder's name where the
    student's own timestamp.txt cannot be read.
    """

    src_records: list[dict[str, Any]]
    """nbgrader's: what is collected."""

    def init_src(self) -> None:
        """Find the newest submission of each student, among those that are theirs."""
        self._refused: set[str] = set()
        super().init_src()
        self.src_records = [one for one in self.src_records if one["filename"] not in self._refused]

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission from the exchange."""
        try:
            self._copy(src, dest)
        except Exception as error:
            self.log.error("%s could not be collected: %s", src, error)
            Path(dest).mkdir(parents=True, exist_ok=True)
            (Path(dest) / "could not be collected from the exchange.ipynb").touch()
        if not list(Path(dest).glob("*.ipynb")):
            (Path(dest) / NO_NOTEBOOK).touch()
        stamp = Path(dest) / "timestamp.txt"
        if not _is_time(stamp):
            stamp.unlink(missing_ok=True)
            stamp.write_text(self._path_to_record(src)["timestamp"].isoformat(" "))

    def _copy(self, src: str, dest: str) -> None:
        """Copy the files that the folder's owner owns; raises OSError or RuntimeError."""
        size, limit = self.get_size(src), 1000 * self.coursedir.max_dir_size
        if size > limit:
            raise RuntimeError(f"it has {size / 1e6:.1f} MB, more than the {limit / 1e6:g} MB")
        source = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        left_out: dict[str, str] = {}
        try:
            owner = os.fstat(source).st_uid
            Path(dest).mkdir(parents=True, exist_ok=True)
            for name, folder in islice(self._files(source), MOST_FILES):
                try:
                    self._copy_file(Path(name).name, folder, owner, Path(dest) / name)
                except OSError as error:
                    is_link = error.errno == errno.ELOOP
                    left_out[name] = "it is a link" if is_link else error.strerror or str(error)
            for name, reason in islice(left_out.items(), _SAID):
                self.log.error("%s: %s is left out: %s", src, name[:100], reason)
        finally:
            os.close(source)

    def _files(self, source: int) -> Iterator[tuple[str, int]]:
        """Yield the files below a folder, as a path and the open folder; notebooks first."""
        course = self.coursedir
        for here, folders, names, folder in os.fwalk(".", dir_fd=source):
            folders[:] = sorted(name for name in folders if not matches(name, course.ignore))
            for name in sorted(names, key=lambda name: (not may_be_notebook(name), name)):
                if matches(name, course.include) and not matches(name, course.ignore):
                    yield os.path.normpath(os.path.join(here, name)), folder

    def _copy_file(self, name: str, folder: int, owner: int, target: Path) -> None:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with open(os.open(name, flags, dir_fd=folder), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise OSError("it is not an ordinary file")
            if found.st_uid != owner:
                raise OSError(f"it is {_name_of(found.st_uid)}'s")
            if found.st_size > 1000 * self.coursedir.max_file_size:
                raise OSError(f"it has {found.st_size / 1e6:.0f} MB")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read(found.st_size))
        if self.coursedir.groupshared:
            target.chmod(0o660)
            target.parent.chmod(0o2770)

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except (ValueError, OverflowError, TypeError):
            name = Path(path).name
            self.log.warning("%s names no time of handing in; taken as the oldest", name)
            record = {"username": name.split("+")[0], "filename": name, "timestamp": datetime.min}
        reason = self._not_theirs(path, record)
        if reason is not None:
            self.log.error("%s is left out: %s", path, reason)
            self._refused.add(record["filename"])
            record["username"] = path  # so that it stands in the way of nobody's
        return record

    def _not_theirs(self, path: str, record: dict[str, Any]) -> str | None:
        """Return why the folder is not the submission of the person in its name."""
        try:
            record["username"] = student_id(record["username"])
            found = os.lstat(path)
        except (ValueError, OSError) as error:
            return str(error)
        if not stat.S_ISDIR(found.st_mode):
            return "it is not a folder"
        owner = _name_of(found.st_uid)
        trusted = found.st_uid in (0, os.getuid()) or normal(owner) == record["username"]
        if trusted or not self.check_owner:
            return None
        return (
            f"it is {owner}'s, not {record['username']}'s; where all users of the exchange are one "
            "to the system, set c.ExchangeCollect.check_owner = False"
        )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """Releases feedback to those who handed in through the exchange.

    nbgrader stops at the first student who did not: such a submission has no secret to name the
    page by. Their pages stay in feedback/, to be sent the way the work came in.
    """

    def copy_files(self) -> None:
        """Copy the pages, leaving out those without a way back."""
        pages = Path(self.src_path).parent.parent.glob(f"*/{self.coursedir.assignment_id}")
        without = [
            folder.parent.name
            for folder in sorted(pages)
            if not (folder / "submission_secret.txt").exists()
        ]
        if without:
            self.log.info("No exchange to send feedback by: %s", ", ".join(without))
        before = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join(filter(None, [before, *without]))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before


def _is_time(path: Path) -> bool:
    """Whether the time in a student's timestamp.txt can be read; in UTC, which nbgrader expects."""
    try:
        text = path.read_text()
        time = time_of(text)
    except (OSError, ValueError):
        return False
    if parse_utc(text.strip()) != time:  # a zone that nbgrader does not know
        path.write_text(time.isoformat(" "))
    return True
