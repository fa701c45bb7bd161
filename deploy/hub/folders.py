"""The state's folders: whose they are, and who may look into them."""

import os
import shutil
from pathlib import Path

from deploy.hub.owned import give, make_folder, write_file
from deploy.hub.places import (
    CHECKOUT,
    COURSE,
    COURSE_ID,
    DASK,
    DEPLOY,
    EXCHANGE,
    GRADEBOOK,
    GRADER,
    HOMES,
    HUB,
    RUN,
    STATE,
)

_SOURCE = CHECKOUT / "source"


def copy_source(state: Path) -> None:
    """Give the instructors their own copy of the assignments with solutions, once.

    Called outside of the walls, behind which nobody sees the checkout's.
    """
    mine = state / COURSE.name / "source"
    if not os.path.lexists(mine) and _SOURCE.is_dir():
        mine.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copytree(_SOURCE, mine, ignore=shutil.ignore_patterns(".*", "__pycache__"))


def make_folders(homes_of: tuple[str, ...]) -> None:
    """Make what is missing, behind the walls; `homes_of` are the hub's own accounts."""
    _folder(HUB, "root", 0o700)
    _folder(HOMES, "root", 0o755)
    _folder(RUN, "root", 0o755)
    for name in homes_of:
        _folder(HOMES / name, name, 0o700)
    for place in (COURSE, GRADEBOOK, GRADEBOOK / "socket", DASK):
        _folder(place, GRADER, 0o700)
    # As nbgrader wants them, but sticky: nobody can take away or rename what is another's.
    _folder(EXCHANGE, GRADER, 0o1777)
    _folder(EXCHANGE / COURSE_ID, GRADER, 0o755)
    _folder(EXCHANGE / COURSE_ID / "outbound", GRADER, 0o755)
    _folder(EXCHANGE / COURSE_ID / "inbound", GRADER, 0o3733)
    _write_course_config(COURSE / "nbgrader_config.py")
    if os.path.lexists(COURSE / "source"):
        give(COURSE / "source", GRADER)


def runtime_folder(name: str) -> Path:
    """Return the folder of a user's sockets and connection files, made where it is missing."""
    _folder(RUN / name, name, 0o700)
    return RUN / name


def write_for_grader(path: Path, text: str) -> None:
    """Write a file that the grader can read, and nobody else."""
    write_file(path, text + "\n", GRADER, 0o600)


def _folder(path: Path, owner: str, mode: int) -> None:
    base = RUN.parent if path.is_relative_to(RUN) else STATE
    make_folder(base, path, owner, mode)


def _write_course_config(path: Path) -> None:
    if not os.path.lexists(path):
        config = DEPLOY / "config" / "grader" / "course.py"
        text = '"""nbgrader\'s values for this course. Yours go below, and win."""\n\n'
        write_file(
            path, f"{text}c = get_config()\nload_subconfig({str(config)!r})\n", GRADER, 0o644
        )
