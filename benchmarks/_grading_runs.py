"""One grading command, timed, with the memory of its process and the scores that it left."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from nbgrader.apps import NbGraderAPI

BIN = Path(sys.executable).parent
Scores = dict[tuple[str, str, str], float | None]


@dataclass(frozen=True)
class Timed:
    """A command that has run."""

    seconds: float
    megabytes: float
    """The most memory that the process itself has had, without its workers."""


def timed(command: list[str], folder: Path) -> Timed:
    """Run a program of this environment in `folder`; raises RuntimeError where it fails."""
    start = time.perf_counter()
    env = os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "OPENBLAS_NUM_THREADS": "1",
    }
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]], cwd=folder, env=env, stdout=log, stderr=log
        )
        watch = _Memory(process.pid)
        code = process.wait()
    seconds = time.perf_counter() - start
    watch.done.set()
    if code != 0:
        raise RuntimeError(
            f"{' '.join(command)} failed:\n{(folder / 'log.txt').read_text()[-3000:]}"
        )
    return Timed(seconds, watch.megabytes)


class _Memory:
    """Reads the high-water mark of a process as long as there is one (Linux)."""

    def __init__(self, pid: int) -> None:
        self.megabytes = 0.0
        self.done = threading.Event()
        self._status = Path(f"/proc/{pid}/status")
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.done.wait(0.25):
            try:
                lines = self._status.read_text().splitlines()
            except OSError:
                return
            marks = [line.split()[1] for line in lines if line.startswith("VmHWM")]
            self.megabytes = max([self.megabytes, *(int(mark) / 1024 for mark in marks)])


def scores(api: NbGraderAPI, assignment: str) -> Scores:
    """Return every automatic score, by student, notebook and cell."""
    with api.gradebook as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(assignment)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
