"""What a running hub's processes take of memory: `sudo .venv/bin/python -m deploy.measure`.

PSS: what processes share is divided among them, so that the sum is what the machine gives.
"""

import argparse
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from deploy.hub.places import CHECKOUT

KINDS = {
    "hub": r"-m jupyterhub --config",
    "proxy": r"configurable-http-proxy",
    "gradebook": r"postgres",
    "server": r"jupyterhub\.singleuser",
    "kernel": r"ipykernel_launcher",
    "grading": r"\bcourse grade\b|spawn_main|multiprocessing|dask|bwrap|sandbox",
}


class Process(NamedTuple):
    """One process of the hub."""

    uid: int
    kind: str
    pss: float
    """Megabytes."""


def processes(uids: set[int]) -> Iterator[Process]:
    """Yield the processes of these users, and root's own of a hub."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            uid = folder.stat().st_uid
            memory = (folder / "smaps_rollup").read_text()
        except (OSError, UnicodeDecodeError):
            continue
        kind = next((k for k, pattern in KINDS.items() if re.search(pattern, command)), "other")
        found = re.search(r"^Pss:\s+(\d+) kB", memory, re.MULTILINE)
        if found and (uid in uids or kind == "hub"):
            yield Process(uid, kind, int(found[1]) / 1024)


def main() -> None:
    """Print a line for each kind of process."""
    about = argparse.ArgumentParser(prog="python -m deploy.measure", description=__doc__)
    about.add_argument("--state", type=Path, default=CHECKOUT / "build" / "hub")
    numbers = about.parse_args().state / "accounts" / "numbers"
    if os.geteuid() != 0 or not numbers.exists():
        sys.exit(f"needs root, and a hub with accounts of its own that has run ({numbers})")
    uids = {int(line.split(":")[1]) for line in numbers.read_text().splitlines()}
    kinds: dict[str, list[float]] = defaultdict(list)
    for process in processes(uids):
        kinds[process.kind].append(process.pss)
    for kind, sizes in sorted(kinds.items()):
        print(f"{kind:<10} {len(sizes):>3} processes  {median(sizes):7.1f} MB at the median"
              f"  {sum(sizes):7.1f} MB together")  # fmt: skip
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
