"""The state's folders: whose they are, and who may look into them."""

import os
import pwd
import shutil
from pathlib import Path

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
)

_SOURCE = CHECKOUT / "source"


def copy_source(state: Path) -> None:
    """Give the instructors their own copy of the assignments with solutions, once.

    Called outside of the walls, behind which nobody sees the checkout's.
    """
    mine = state / COURSE.name / "source"
    if not mine.exists() and _SOURCE.is_dir():
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
    _give(COURSE, GRADER)


def runtime_folder(name: str) -> Path:
    """Return the folder of a user's sockets and connection files, made where it is missing."""
    _folder(RUN / name, name, 0o700)
    return RUN / name


def write_for_grader(path: Path, text: str) -> None:
    """Write a file that the grader can read, and nobody else."""
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(text + "\n", encoding="utf-8")
    account = pwd.getpwnam(GRADER)
    os.chown(path, account.pw_uid, account.pw_gid)


def _folder(path: Path, owner: str, mode: int) -> None:
    path.mkdir(exist_ok=True)
    account = pwd.getpwnam(owner)
    os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(mode)


def _write_course_config(path: Path) -> None:
    if not path.exists():
        config = DEPLOY / "config" / "grader" / "course.py"
        path.write_text(
            '"""nbgrader\'s values for this course. Yours go below, and win."""\n\n'
            f"c = get_config()\nload_subconfig({str(config)!r})\n"
        )


def _give(folder: Path, owner: str) -> None:
    """Hand over what root has copied; what is the owner's already is not walked again."""
    account = pwd.getpwnam(owner)
    for path in (folder / "nbgrader_config.py", folder / "source"):
        if path.exists() and path.stat(follow_symlinks=False).st_uid == 0:
            for one in (path, *path.rglob("*")):
                os.chown(one, account.pw_uid, account.pw_gid, follow_symlinks=False)
