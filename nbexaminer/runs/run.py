"""A class, graded: a map over workers, in front of one writer.

One submission's trouble is one submission's. What fails is tried once more, alone. Where it fails
again, trouble of the machine leaves the submission ungraded, with the reason; anything else is
the submission's own, if the blank notebook can be graded in its place: that is then its mark.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Protocol, TypeVar

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.pipeline import told
from nbexaminer.runs.job import Failed, Graded, Job
from nbexaminer.runs.pure import grade_submission
from nbexaminer.runs.workers import Workers
from nbexaminer.runs.writer import GradebookGoneError, Writer
from nbexaminer.sandbox import (
    SandboxLostError,
    SandboxStartError,
    SandboxUnavailableError,
)

GROUP = 20
"""Submissions in one transaction of the gradebook."""
_LONGEST_WAIT = 2.0
"""Seconds that a graded submission waits for others to be written with it."""
_SAME_TROUBLE = 3
"""So many submissions at the start that fail alike may be the course's trouble."""
_MACHINE = (OSError, MemoryError, SandboxLostError, SandboxStartError)
"""What a submission is not marked for: it may go better another time."""
_LONGEST_REASON = 200

Answer = TypeVar("Answer")


class Report(Protocol):
    """Told what becomes of each submission."""

    def graded(self, graded: Graded) -> None:
        """A submission is graded; it is written soon."""

    def failed(self, failed: Failed) -> None:
        """A submission could not be graded."""

    def waits(self, reason: str | None) -> None:
        """The run waits, or goes on."""


@dataclass
class GradingRun:
    """One run over a class: what it takes from and gives to."""

    workers: Workers
    writer: Writer
    report: Report
    patience: float = 120.0
    """Seconds to wait for a gradebook that does not answer."""
    grade: Callable[[Job], Graded] = grade_submission
    failures: list[Failed] = field(default_factory=list)
    _waiting: "dict[Future[Any], Job]" = field(default_factory=dict)
    _again: deque[Job] = field(default_factory=deque)
    """What failed once."""
    _reasons: list[str] = field(default_factory=list)
    """Why the first of them failed, as long as none is graded."""
    _written: float = 0.0
    _any_graded: bool = False

    def run(self, jobs: Iterable[Job | Failed]) -> None:
        """Grade every job and write it; one that could not be read is reported.

        Raises CourseFolderError where the course itself is in trouble, GradebookGoneError where the
        gradebook stays away, DiskError where nothing can be written. What was written is written.
        """
        self._map(iter(jobs))
        while self._again:
            self._grade_alone(self._again.popleft())
            if len(self.writer) >= GROUP:
                self._write()
        self._write()

    def _map(self, jobs: Iterator[Job | Failed]) -> None:
        self._written = monotonic()
        self._fill(jobs)
        while self._waiting:
            done, _ = wait(self._waiting, timeout=_LONGEST_WAIT, return_when=FIRST_COMPLETED)
            for future in done:
                self._take(future, self._waiting.pop(future))
            while len(self._again) >= GROUP:  # their files are in memory
                self._grade_alone(self._again.popleft())
            self._fill(jobs)
            late = monotonic() - self._written >= _LONGEST_WAIT
            if len(self.writer) >= GROUP or (late and len(self.writer)):
                self._write()

    def _fill(self, jobs: Iterator[Job | Failed]) -> None:
        """Keep every worker at work, and one task ahead; no more, for their files are in memory."""
        room = 2 * max(1, self.workers.slots()) + 1
        while len(self._waiting) < room and (job := next(jobs, None)) is not None:
            if isinstance(job, Failed):
                self._fail(job)
            else:
                self._waiting[self.workers.executor.submit(self.grade, job)] = job

    def _take(self, future: "Future[Any]", job: Job) -> None:
        try:
            graded: Graded = future.result()
        except self.workers.died:
            self._again.append(job)
        except Exception as error:
            self._again.append(job)
            self._suspect(job, _reason(error))
        else:
            self._take_graded(job, graded)

    def _take_graded(self, job: Job, graded: Graded) -> None:
        self._any_graded = True
        self.writer.add(job, graded)
        self.report.graded(graded)

    def _grade_alone(self, job: Job) -> None:
        """Grade a submission that failed once, alone; if it fails again, the blank notebook.

        Alone, because on a cluster the death of one task can take its neighbours with it.
        """
        reason = ""
        for attempt in (job, None):
            attempt = attempt or job.given_up(reason)
            try:
                graded = self.workers.executor.submit(self.grade, attempt).result()
            except self.workers.died as error:
                reason = str(error).splitlines()[0]
            except Exception as error:
                reason = _reason(error)
                if isinstance(error, _MACHINE):
                    break
            else:
                self._take_graded(job, graded)
                return
        self._fail(Failed(job.student, reason))

    def _suspect(self, job: Job, reason: str) -> None:
        """Raise CourseFolderError where the first submissions fail alike and the blank one too."""
        self._reasons.append(reason)
        if self._any_graded or len(self._reasons) != _SAME_TROUBLE or len(set(self._reasons)) > 1:
            return
        try:
            self.workers.executor.submit(self.grade, job.given_up(reason)).result()
        except Exception as error:
            raise CourseFolderError(
                f"the first {len(self._reasons)} submissions all failed: {_reason(error)}"
            ) from None

    def _fail(self, failed: Failed) -> None:
        self.failures.append(failed)
        self.report.failed(failed)

    def _write(self) -> None:
        """Write what is graded; wait for a gradebook that is away."""
        for one in patiently(self.writer.flush, self.report, self.patience):
            self._fail(one)
        self._written = monotonic()


def patiently(ask: Callable[[], Answer], report: Report, seconds: float) -> Answer:
    """Return what `ask` returns, and wait where the gradebook does not answer it.

    Raises GradebookGoneError where it stays away for `seconds`.
    """
    since = monotonic()
    pause = 0.25
    while True:
        try:
            answer = ask()
        except GradebookGoneError as error:
            if monotonic() - since > seconds:
                raise
            report.waits(str(error))
            sleep(pause)
            pause = min(2 * pause, 5.0)
        else:
            report.waits(None)
            return answer


def _reason(error: Exception) -> str:
    """Return an error in one line; raises CourseFolderError for what is everybody's trouble."""
    if isinstance(error, CourseFolderError):
        raise error
    if isinstance(error, SandboxUnavailableError):  # on this machine, for everybody
        raise CourseFolderError(str(error)) from None
    text = told(error)
    return text if len(text) <= _LONGEST_REASON else f"{text[: _LONGEST_REASON - 1]}…"
