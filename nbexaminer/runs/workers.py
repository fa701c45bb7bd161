"""Who does the work: an executor of `concurrent.futures`, and how many tasks it takes at once."""

from concurrent.futures import Executor
from typing import Protocol


class WorkerDiedError(Exception):
    """The process that did a task is gone."""


class Workers(Protocol):
    """Processes of this machine, or of many."""

    @property
    def executor(self) -> Executor:
        """Where tasks are submitted. A task whose process dies raises one of `died`."""

    @property
    def died(self) -> tuple[type[Exception], ...]:
        """What the future of a task raises when its process died."""

    def slots(self) -> int:
        """Return how many tasks are done at the same time, as things are now."""

    def limit(self, seconds: float) -> None:
        """Give up a worker whose task takes longer, where it can be told from the others."""

    def close(self) -> None:
        """Let the workers go; tasks that are not done are dropped."""
