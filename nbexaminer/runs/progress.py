"""How a run shows on the terminal: a bar, the time left, and a line for whoever needs a look."""

import logging
from types import TracebackType
from typing import Self, cast

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text
from traitlets.log import get_logger

from nbexaminer.console import printable
from nbexaminer.runs.assignment import Outcome
from nbexaminer.runs.job import Failed, Graded


class ShownRun:
    """Reports a run on stderr; where that is no terminal, the lines without the bar."""

    def __init__(self, assignment: str, console: Console | None = None) -> None:
        self._assignment = assignment
        self._console = console or Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[dim]elapsed"),
            TimeElapsedColumn(),
            TextColumn("[dim]left"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task(f"prepare {assignment}", total=None)
        self._looks: set[str] = set()
        self._waits: str | None = None

    def __enter__(self) -> Self:
        """Show the bar, and keep nbgrader's log out of it."""
        logger = cast(logging.Logger, get_logger())
        self._level = logger.level
        logger.setLevel(logging.CRITICAL)
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._bar.stop()
        cast(logging.Logger, get_logger()).setLevel(self._level)

    def starts(self, total: int, before: int, resumed: bool) -> None:
        """Say how many submissions there are, and how many of them are done."""
        if resumed:
            self._say(f"Going on with a run that was cut off: {before} of {total} are done.")
        elif before:
            self._say(f"{before} of {total} have not changed.")
        self._bar.reset(
            self._task,
            total=total,
            completed=before,
            description=f"grade {self._assignment}",
        )

    def graded(self, graded: Graded) -> None:
        """Move the bar on; remarks on the submission as a whole are for somebody to look at."""
        self._bar.advance(self._task)
        if graded.remarks:
            more = len(graded.remarks) - 1
            self.warn(graded.student, graded.remarks[0] + (f" (+{more})" if more else ""))

    def warn(self, student: str, why: str) -> None:
        """Print a line."""
        self._looks.add(student)
        self._line(student, why, "yellow")

    def failed(self, failed: Failed) -> None:
        """Print a line."""
        self._bar.advance(self._task)
        self._looks.add(failed.student)
        self._line(failed.student, f"not graded: {failed.reason}", "red")

    def waits(self, reason: str | None) -> None:
        """Say once that the gradebook is away, and that it is back."""
        if (reason is None) != (self._waits is None):
            self._say(f"The gradebook does not answer: {reason}" if reason else "It answers again.")
        self._waits = reason

    def note(self, text: str) -> None:
        """Print a sentence about the run."""
        self._say(text)

    def say_outcome(self, outcome: Outcome) -> None:
        """Say what was done and what can be done next."""
        rate = f", {60 * outcome.graded / outcome.seconds:.0f} a minute" if outcome.graded else ""
        parts = [f"{outcome.graded} graded in {_duration(outcome.seconds)}{rate}"]
        if outcome.before:
            parts.append(f"{outcome.before} done before")
        if outcome.failures:
            parts.append(f"{len(outcome.failures)} not graded")
        if self._looks:
            parts.append(f"{len(self._looks)} need a look")
        self._say("; ".join(parts) + ".")
        self._say(
            f"Next: course scores {self._assignment}, formgrader, or "
            f"nbgrader generate_feedback {self._assignment}"
        )

    def _line(self, student: str, why: str, style: str) -> None:
        """Print a student and a sentence, which may quote a file of theirs."""
        text = Text.assemble((printable(student), f"bold {style}"), "  ", printable(why))
        self._bar.console.print(text, highlight=False, soft_wrap=not self._console.is_terminal)

    def _say(self, text: str) -> None:
        self._bar.console.print(Text(text), highlight=False, soft_wrap=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
