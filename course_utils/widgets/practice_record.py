"""What a student has practised, in a file on their own disk.

It is written after each problem that was solved, shown by ``practice_record()``, exported and reset
by its reader, and goes nowhere. On a hub, where a disk may be shared, nothing is kept unless
COURSE_PRACTICE_RECORD says ``on`` or names a file; ``off`` turns it off anywhere.
"""

import contextlib
import json
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

SWITCH = "COURSE_PRACTICE_RECORD"
_VERSION = 1


class Kept(NamedTuple):
    """What is kept of one exercise."""

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
        """what has to be said: that a damaged file was set aside, or that none can be written"""

    def read(self) -> dict[str, Kept]:
        """Return what is kept, by exercise. What is no record is set aside, and `note` says so."""
        if self.path is None or not self.path.exists():
            return {}
        try:
            return _understood(json.loads(self.path.read_text("utf-8")))
        except OSError as error:
            self.note = f"The record {self.path} cannot be read ({error.strerror})."
        except (ValueError, RecursionError):
            self._set_aside()
        return {}

    def add(self, exercise: str, *, alone: bool, streak: int) -> None:
        """Note a problem that was solved. A disk that refuses is no reason to stop practising."""
        if self.path is None:
            return
        kept = self.read()
        before = kept.get(exercise, Kept())
        kept[exercise] = Kept(
            before.solved + 1,
            before.alone + alone,
            max(before.best, streak),
            date.today().isoformat(),
        )
        try:
            self._write(kept)
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

    def _write(self, kept: dict[str, Kept]) -> None:
        """Put a whole new file in the place of the old one, in one go."""
        assert self.path is not None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        exercises = {name: found._asdict() for name, found in sorted(kept.items())}
        text = json.dumps({"version": _VERSION, "exercises": exercises}, indent=1)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _set_aside(self) -> None:
        assert self.path is not None
        aside = self.path.with_suffix(".damaged.json")
        with contextlib.suppress(OSError):
            os.replace(self.path, aside)
        self.note = f"The record was damaged: it is kept as {aside}, and a new one begins."

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
    return PracticeRecord(Path(data, "recurrent-cells", "practice.json"))


def _understood(data: Any) -> dict[str, Kept]:
    """Return the exercises of a file's data; raises ValueError where it is not as we write it."""
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise ValueError("no record of this version")
    exercises = data.get("exercises")
    if not isinstance(exercises, dict):
        raise ValueError("no exercises")
    kinds = {name: type(value) for name, value in Kept()._asdict().items()}
    for found in exercises.values():
        if not isinstance(found, dict) or {n: type(v) for n, v in found.items()} != kinds:
            raise ValueError("no numbers of an exercise")
    return {str(name): Kept(**found) for name, found in exercises.items()}
