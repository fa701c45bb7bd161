"""What a student has practised, in a file on their own disk.

A line is added after each problem that was solved; none is ever changed, so that two notebooks may
write at once. It is shown by ``practice_record()``, exported and reset by its reader, and goes
nowhere. On a hub, where a disk may be shared, nothing is kept unless
COURSE_PRACTICE_RECORD says ``on`` or names a file; ``off`` turns it off anywhere.
"""

import json
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

SWITCH = "COURSE_PRACTICE_RECORD"


class Kept(NamedTuple):
    """What is kept of one exercise, or of one problem of it: a line of the file."""

    solved: int = 0
    alone: int = 0
    """of these without a hint and without looking at the steps"""
    best: int = 0
    """the longest streak"""
    last: str = ""
    """the day of the last one, as 2026-11-30"""


class PracticeRecord:
    """The record in the file `path`, or, without one, a record that keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.note = ""
        """what has to be said: that it cannot be read or written, or which lines are no record"""

    def read(self) -> dict[str, Kept]:
        """Return what is kept, by exercise. Lines that are no record stay, and `note` says so."""
        if self.path is None or not self.path.exists():
            return {}
        try:
            lines = self.path.read_text("utf-8", errors="replace").splitlines()
        except OSError as error:
            self.note = f"The record {self.path} cannot be read ({error.strerror})."
            return {}
        kept: dict[str, Kept] = {}
        damaged = 0
        for line in filter(str.strip, lines):
            try:
                exercise, one = _understood(json.loads(line))
            except (ValueError, RecursionError):
                damaged += 1
            else:
                kept[exercise] = _together(kept.get(exercise, Kept()), one)
        if damaged:
            self.note = f"Kept in {self.path}; {damaged} of its lines are damaged and do not count."
        return kept

    def add(self, exercise: str, *, alone: bool, streak: int) -> None:
        """Note a problem that was solved. A disk that refuses is no reason to stop practising."""
        if self.path is None:
            return
        solved = Kept(1, int(alone), streak, date.today().isoformat())
        line = json.dumps({"exercise": exercise, **solved._asdict()}) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab", buffering=0) as file:
                # Behind a line that was broken off comes a new one.
                broken = file.tell() and self.path.read_bytes()[-1:] != b"\n"
                file.write((b"\n" if broken else b"") + line.encode())
        except OSError as error:
            self.note = f"The record {self.path} cannot be written ({error.strerror})."

    def export(self, path: str | Path) -> Path:
        """Copy the file to `path` and return it. Raises FileNotFoundError where nothing is kept."""
        if self.path is None or not self.path.exists():
            raise FileNotFoundError("there is no record yet: nothing was solved, or it is off")
        return Path(shutil.copyfile(self.path, path))

    def reset(self) -> None:
        """Forget everything."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def __repr__(self) -> str:
        kept = self.read()
        head = self.note or (f"Kept in {self.path}." if self.path else "No record is kept here.")
        rows: list[tuple[str, ...]] = [("exercise", "solved", "alone", "best streak", "last")]
        rows += [(name, *map(str, found)) for name, found in sorted(kept.items())]
        widths = [max(len(row[k]) for row in rows) for k in range(5)]
        lines = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join([head, "", *lines] if kept else [head])


def practice_record() -> PracticeRecord:
    """Return the record of this machine and this person; see the module."""
    wanted = os.environ.get(SWITCH, "")
    if wanted == "off" or (not wanted and "JUPYTERHUB_USER" in os.environ):
        return PracticeRecord(None)
    if wanted not in ("", "on"):
        return PracticeRecord(Path(wanted).expanduser())
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return PracticeRecord(Path(data, "recurrent-cells", "practice.jsonl"))


def _understood(data: Any) -> tuple[str, Kept]:
    """Return the exercise and the numbers of a line; raises ValueError if it is not as we write."""
    if not isinstance(data, dict) or not isinstance(data.get("exercise"), str):
        raise ValueError("no exercise")
    found: dict[str, Any] = {name: data.get(name) for name in Kept._fields}
    if any(type(found[name]) is not type(value) for name, value in Kept()._asdict().items()):
        raise ValueError("no numbers of an exercise")
    return data["exercise"], Kept(**found)


def _together(one: Kept, other: Kept) -> Kept:
    return Kept(
        one.solved + other.solved,
        one.alone + other.alone,
        max(one.best, other.best),
        max(one.last, other.last),
    )
