"""The folder `backups/`: what is in it, and names that are never used twice."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "backups"
_NAME = re.compile(
    r"gradebook_(?P<time>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?P<again>_\d+)?_(?P<why>[^/]*)\.(db|dump)"
)
_TIME = "%Y-%m-%dT%H-%M-%SZ"


@dataclass(frozen=True, order=True)
class BackUp:
    """One back-up: when it was made, and before what."""

    time: datetime
    path: Path
    why: str

    @property
    def megabytes(self) -> float:
        """How large the file is."""
        return self.path.stat().st_size / 1e6

    @property
    def companions(self) -> list[Path]:
        """The other files of the same change: what it changed, and the notebooks it replaced."""
        return sorted(p for p in self.path.parent.glob(f"{self.path.stem}.*") if p != self.path)


def back_ups(root: Path) -> list[BackUp]:
    """Return the back-ups of the course in `root`, the oldest first."""
    found = []
    for path in (root / FOLDER).glob("gradebook_*"):
        match = _NAME.fullmatch(path.name)
        if match:
            time = datetime.strptime(match["time"], _TIME).replace(tzinfo=UTC)
            found.append(BackUp(time, path, match["why"].replace("-", " ")))
    return sorted(found)


def claim(root: Path, why: str, suffix: str) -> Path:
    """Make and return an empty file of a new name, for its owner's eyes only.

    The name tells the time (UTC) and the reason, and is that of no other file.
    """
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime(_TIME)
    reason = re.sub(r"[^\w.]+", "-", why).strip("-")[:80]
    number = 1
    while True:
        again = f"_{number}" if number > 1 else ""
        path = folder / f"gradebook_{stamp}{again}_{reason}.{suffix}"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            number += 1
        else:
            return path


def remove(one: BackUp) -> None:
    """Remove a back-up and what stands beside it."""
    for path in [*one.companions, one.path]:
        path.unlink()
