"""One warm process for several grading processes of this machine.

Each has a line of its own to it, so that the end of one is none of the others' business.
"""

import socket
from dataclasses import dataclass
from pathlib import Path

from nbexaminer.sandbox.folders import Shown, run_folder
from nbexaminer.sandbox.nursery import starter
from nbexaminer.sandbox.warm_process import WarmProcess


@dataclass(frozen=True)
class Share:
    """One grading process's share; it can be sent to a process that multiprocessing starts."""

    line: socket.socket
    shown: Path
    """The folder that the warm process shows to its sandboxes."""

    def take(self) -> None:
        """Use it in this process, from now on."""
        run_folder().shown = Shown(self.shown)
        starter().share(self.line)

    def let_go(self) -> None:
        """Leave it to the process that it was sent to: with that, its line ends."""
        self.line.close()


class SharedWarmProcess:
    """A warm process and a share in it for each of several graders."""

    def __init__(self, graders: int) -> None:
        """Start it. Raises SandboxUnavailableError or SandboxStartError if that cannot be done."""
        self._process = WarmProcess(graders)
        shown = run_folder().shown.path
        self.shares = [Share(line, shown) for line in self._process.lines]

    def close(self) -> None:
        """End it."""
        self._process.close()
