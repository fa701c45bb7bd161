"""Workers on a Dask cluster: many machines, the same map."""

from concurrent.futures import Executor
from importlib import import_module
from importlib.metadata import version
from typing import Any

from nbexaminer.errors import CourseFolderError

_PACKAGE = "course-utils"


class DaskWorkers:
    """The workers that a Dask scheduler knows; they may come and go while the run lasts."""

    def __init__(self, address: str, seconds: float = 10.0) -> None:
        """Connect to the scheduler at `address`, as in tcp://10.0.0.5:8786.

        Raises CourseFolderError where none answers within `seconds`, or where a worker lacks this
        version of the course.
        """
        try:
            import distributed
        except ImportError:
            raise CourseFolderError(
                "--cluster needs Dask distributed: pip install 'nbexaminer[cluster]'"
            ) from None
        try:
            client: Any = distributed.Client
            self._client = client(address, timeout=seconds, set_as_default=False)
        except (OSError, TimeoutError, ValueError, ImportError) as error:
            raise CourseFolderError(
                f"no Dask scheduler answers at {address} ({_first_line(error)}); start one with "
                "`dask scheduler`, and on each machine `dask worker ADDRESS --nthreads 1`"
            ) from None
        self.died: tuple[type[Exception], ...] = (distributed.KilledWorker,)
        try:
            self._check_workers()
        except BaseException:
            self.close()
            raise
        self.executor: Executor = self._client.get_executor(pure=False)

    def _check_workers(self) -> None:
        """Say early, and once, what every submission would fail with."""
        try:
            found = self._client.run(installed, on_error="return")
        except Exception as error:
            found = {"the cluster": error}
        for worker, answer in found.items():
            if answer != version(_PACKAGE):
                what = _first_line(answer) if isinstance(answer, Exception) else answer
                raise CourseFolderError(
                    f"the worker at {worker} has not this version of the course, "
                    f"{version(_PACKAGE)}: {what}"
                )

    def slots(self) -> int:
        """Return the threads of all workers that are there now."""
        return sum(self._client.ncores().values())

    def limit(self, seconds: float) -> None:
        """Leave it to the steps' own time limits: a worker that hangs is another machine's."""

    def close(self) -> None:
        """Drop what is not done, and disconnect."""
        self._client.close(timeout=5)


def installed() -> str:
    """Return the version of the course where this is called; it imports what grading needs."""
    import_module("nbexaminer.runs.pure")
    return version(_PACKAGE)


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
