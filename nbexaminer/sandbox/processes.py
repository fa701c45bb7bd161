"""What the processes of a sandbox take, read in /proc from outside."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def family(*roots: int) -> list[int]:
    """Return the process ids of a sandbox, from its first process's and its kernel's.

    Who loses a parent in a sandbox becomes the first process's child, so that none gets away.
    """
    found = list(dict.fromkeys(roots))
    for pid in found:
        found.extend(child for child in _children(pid) if child not in found)
    return found


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and of its children that have ended; 0 if it is gone."""
    try:
        # The second field is a name, which may hold anything, but ends with the last bracket.
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def memory_bytes(pids: list[int], enough: float = float("inf")) -> int:
    """Return the memory of processes together, what they share counted once.

    The exact figure is slow to get. A first one counts what is shared several times over; if it
    is below `enough`, it is returned.
    """
    rough = sum(map(_resident, pids))
    return rough if rough <= enough else sum(map(_proportional, pids))


def files_in(pid: int, *folders: str) -> int:
    """Return how many files and folders those file systems hold, as the process sees them."""
    count = 0
    for folder in folders:
        with suppress(OSError):
            status = os.statvfs(f"/proc/{pid}/root{folder}")
            count += status.f_files - status.f_ffree
    return count


def _children(pid: int) -> Iterator[int]:
    with suppress(OSError):  # it ends while it is looked at; a thread may, too
        for task in os.listdir(PROC / str(pid) / "task"):
            with suppress(OSError):
                yield from map(int, (PROC / str(pid) / f"task/{task}/children").read_text().split())


def _resident(pid: int) -> int:
    """Return a process's memory without what is only mapped from files, near enough."""
    try:
        lines = (PROC / str(pid) / "status").read_text(errors="replace").splitlines()
    except OSError:
        return 0
    return sum(
        int(line.split()[1]) * 1024 for line in lines if line.startswith(("RssAnon:", "RssShmem:"))
    )


def _proportional(pid: int) -> int:
    """Return a process's memory, each shared page by its share; a gone process has none."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(pid)
    return sum(
        int(line.split()[1]) * 1024
        for line in lines
        if line.startswith(("Pss_Anon:", "Pss_Shmem:"))
    )
