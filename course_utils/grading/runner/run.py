"""A class, graded: a map over workers, in front of one writer."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from time import monotonic, sleep
from typing import Any, Protocol

from course_utils.grading.course_folder import CourseFolderError
from course_utils.grading.runner.job import Failed, Graded, Job
from course_utils.grading.runner.pure import grade_submission
from course_utils.grading.runner.workers import Workers
from course_utils.grading.runner.writer import GradebookGoneError, Writer
from course_utils.grading.sandbox import SandboxUnavailableError

GROUP = 20
"""Submissions in one transaction of the gradebook."""
_LONGEST_WAIT = 2.0
"""Seconds that a graded submission waits for others to be written with it."""
_SAME_TROUBLE = 3
"""So many submissions at the start that fail alike are the course's trouble."""


class Report(Protocol):
    """Told what becomes of each submission."""

    def graded(self, graded: Graded) -> None:
        """A submission is graded; it is written soon."""

    def failed(self, failed: Failed) -> None:
        """A submission could not be graded."""

    def waits(self, reason: str | None) -> None:
        """The run waits, or goes on."""


@dataclass
class Class:
    """One run over a class: what it takes from and gives to."""

    workers: Workers
    writer: Writer
    report: Report
    patience: float = 120.0
    """Seconds to wait for a gradebook that does not answer."""
    grade: Callable[[Job], Graded] = grade_submission
    failures: list[Failed] = field(default_factory=list)
    _waiting: "dict[Future[Any], Job]" = field(default_factory=dict)
    _died: deque[Job] = field(default_factory=deque)
    _written: float = 0.0
    _any_graded: bool = False

    def run(self, jobs: Iterable[Job]) -> None:
        """Grade every job and write it.

        Raises CourseFolderError where the course itself is in trouble, GradebookGoneError where the
        gradebook stays away, DiskError where nothing can be written. What was written is written.
        """
        self._map(iter(jobs))
        while self._died:
            self._grade_alone(self._died.popleft())
        self._write()

    def _map(self, jobs: Iterator[Job]) -> None:
        self._written = monotonic()
        self._fill(jobs)
        while self._waiting:
            done, _ = wait(self._waiting, timeout=_LONGEST_WAIT, return_when=FIRST_COMPLETED)
            for future in done:
                self._take(future, self._waiting.pop(future))
            self._fill(jobs)
            late = monotonic() - self._written >= _LONGEST_WAIT
            if len(self.writer) >= GROUP or (late and len(self.writer)):
                self._write()

    def _fill(self, jobs: Iterator[Job]) -> None:
        """Keep every worker at work, and one task ahead; no more, for their files are in memory."""
        room = 2 * max(1, self.workers.slots()) + 1 - len(self._waiting)
        for job in islice(jobs, max(0, room)):
            self._waiting[self.workers.executor.submit(self.grade, job)] = job

    def _take(self, future: "Future[Any]", job: Job) -> None:
        try:
            graded: Graded = future.result()
        except self.workers.died:
            self._died.append(job)
        except CourseFolderError:
            raise
        except SandboxUnavailableError as error:  # on this machine, for everybody
            raise CourseFolderError(str(error)) from None
        except Exception as error:
            self._fail(Failed(job.student, f"{type(error).__name__}: {error}"))
        else:
            self._any_graded = True
            self.writer.add(job, graded)
            self.report.graded(graded)

    def _grade_alone(self, job: Job) -> None:
        """Grade a submission whose worker died, alone; if it dies again, the blank notebook.

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
                self._fail(Failed(job.student, f"{type(error).__name__}: {error}"))
                return
            else:
                self.writer.add(job, graded)
                self.report.graded(graded)
                return
        self._fail(Failed(job.student, reason))

    def _fail(self, failed: Failed) -> None:
        self.failures.append(failed)
        self.report.failed(failed)
        alike = {one.reason for one in self.failures}
        if not self._any_graded and len(self.failures) >= _SAME_TROUBLE and len(alike) == 1:
            raise CourseFolderError(
                f"the first {len(self.failures)} submissions all failed: {failed.reason}"
            )

    def _write(self) -> None:
        """Write what is graded; wait for a gradebook that is away."""
        since = monotonic()
        pause = 0.25
        while True:
            try:
                failed = self.writer.flush()
                break
            except GradebookGoneError as error:
                if monotonic() - since > self.patience:
                    raise
                self.report.waits(str(error))
                sleep(pause)
                pause = min(2 * pause, 5.0)
        self.report.waits(None)
        for one in failed:
            self._fail(one)
        self._written = monotonic()
