"""Files and folders that root makes where somebody else may have laid a link: it is not followed.

A link, or another name for a file of the system's, in a folder that the grader owns would let root
write, or give away, whatever it leads to.
"""

import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path

from deploy.hub.errors import HubError


def make_folder(base: Path, path: Path, owner: str, mode: int) -> None:
    """Make the folder `path` below `base` where it is missing, and set owner and mode.

    Raises HubError where something else lies there, or on the way from `base` to it.
    """
    account = pwd.getpwnam(owner)
    folder = _opened(base, path.parent)
    try:
        with suppress(FileExistsError):
            os.mkdir(path.name, 0o700, dir_fd=folder)
        made = _enter(path.name, folder, path)
    finally:
        os.close(folder)
    try:
        os.fchown(made, account.pw_uid, account.pw_gid)
        os.fchmod(made, mode)
    finally:
        os.close(made)


def open_file(path: Path, owner: str, mode: int, flags: int = os.O_WRONLY | os.O_TRUNC) -> int:
    """Return the open file `path`, made where it is missing; it is `owner`'s, with `mode`.

    `path` lies in a folder that nobody but root can replace. Raises HubError where something else
    lies there than a file of the owner's.
    """
    account = pwd.getpwnam(owner)
    try:
        file = os.open(path, flags | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError:
        file = _open_theirs(path, account.pw_uid, flags)
    os.fchown(file, account.pw_uid, account.pw_gid)
    os.fchmod(file, mode)
    return file


def write_file(path: Path, text: str, owner: str, mode: int) -> None:
    """Write a file, as `open_file` opens it."""
    with open(open_file(path, owner, mode), "w", encoding="utf-8") as file:
        file.write(text)


def give(path: Path, owner: str) -> None:
    """Give what root has made at `path`, and all in it, to `owner`; the outermost comes last.

    Until then nobody else can change what is in it.
    """
    account = pwd.getpwnam(owner)
    if path.lstat().st_uid != 0:
        return
    for _, folders, names, folder in os.fwalk(path, topdown=False, follow_symlinks=False):
        for name in (*names, *folders):
            os.chown(name, account.pw_uid, account.pw_gid, dir_fd=folder, follow_symlinks=False)
    os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _open_theirs(path: Path, uid: int, flags: int) -> int:
    keeping = flags & ~os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        file = os.open(path, keeping)
    except OSError:
        raise HubError(f"{path} is a link, or no ordinary file; remedy: remove it") from None
    found = os.fstat(file)
    # root's own too, from before it was given away, unless it has another name elsewhere
    known = found.st_uid == uid or (found.st_uid == 0 and found.st_nlink == 1)
    if not stat.S_ISREG(found.st_mode) or not known:
        os.close(file)
        raise HubError(f"{path} is no ordinary file of its owner's; remedy: remove it")
    if flags & os.O_TRUNC:
        os.ftruncate(file, 0)
    return file


def _opened(base: Path, path: Path) -> int:
    """Return the open folder `path`, entered from `base` step by step."""
    folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    for part in path.relative_to(base).parts:
        try:
            inner = _enter(part, folder, path)
        finally:
            os.close(folder)
        folder = inner
    return folder


def _enter(name: str, folder: int, path: Path) -> int:
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    except OSError:
        raise HubError(f"{path}: {name} is a link, or no folder; remedy: remove it") from None
