"""Run a command; afterwards write what of its processes is still there to a file.

As a "subreaper" this process inherits whatever the command's own processes leave behind.
"""

import ctypes
import json
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def children() -> list[str]:
    """Return the command lines of this process's children that have not ended."""
    pids = Path("/proc/self/task").glob("*/children")
    found = [pid for path in pids for pid in path.read_text().split()]
    return [line for pid in found if (line := command_line(pid))]


def command_line(pid: str) -> str:
    """Return a process's command line; "" for one that has ended."""
    try:
        return Path("/proc", pid, "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def main(report: str, command: list[str]) -> int:
    """Return the command's code."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    code = subprocess.call(command)
    deadline = time.monotonic() + 5  # what is being ended may take a moment
    while (left := children()) and time.monotonic() < deadline:
        time.sleep(0.1)
    Path(report).write_text(json.dumps(left))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
