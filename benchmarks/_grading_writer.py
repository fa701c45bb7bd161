"""How fast the one writer is, and from how many workers on it is what a cluster waits for.

The workers are simulated: threads of a Dask worker that sleep as long as grading a submission
takes, and hand back what grading it gave. The writer and its gradebook are the real ones.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI

from nbexaminer.runs.cluster import DaskWorkers
from nbexaminer.runs.job import Graded, Job, read_job
from nbexaminer.runs.journal import Journal
from nbexaminer.runs.pure import grade_submission
from nbexaminer.runs.run import GROUP, GradingRun
from nbexaminer.runs.snapshot import read_snapshot
from nbexaminer.runs.writer import Writer


class _Silent:
    def graded(self, graded: Graded) -> None: ...

    def failed(self, failed: Any) -> None:
        raise RuntimeError(str(failed))

    def waits(self, reason: str | None) -> None: ...


class Recorded:
    """A submission graded once, to be handed back as anybody's."""

    def __init__(self, api: NbGraderAPI, assignment: str, student: str) -> None:
        with api.gradebook as gradebook:
            self.snapshot = read_snapshot(api, assignment, gradebook)
        self.api, self.assignment = api, assignment
        coursedir = api.coursedir
        folder = coursedir.format_path(coursedir.submitted_directory, student, assignment)
        self.job = read_job(Path(folder), student, self.snapshot.packed(), coursedir, 50)
        self.graded = grade_submission(self.job)

    def jobs(self, prefix: str, count: int) -> Iterator[Job]:
        return (replace(self.job, student=f"{prefix}{number:05}") for number in range(count))

    def writer(self, prefix: str) -> tuple[Writer, Journal]:
        journal = Journal(Path(self.api.coursedir.root) / ".grading" / f"{prefix}.sqlite", prefix)
        journal.begin()
        return Writer(self.api, self.snapshot, journal), journal


def writer_alone(recorded: Recorded, count: int) -> float:
    """Return the submissions a second that the writer writes when it never waits."""
    writer, journal = recorded.writer("alone")
    with closing(journal), closing(writer):
        start = time.perf_counter()
        for number, job in enumerate(recorded.jobs("alone", count), start=1):
            writer.add(job, replace(recorded.graded, student=job.student))
            if number % GROUP == 0:
                writer.flush()
        writer.flush()
        return count / (time.perf_counter() - start)


def on_cluster(recorded: Recorded, workers: int, seconds: float, count: int) -> float:
    """Return the submissions a second with so many simulated workers."""
    from distributed import LocalCluster

    def grade(job: Job) -> Graded:
        time.sleep(seconds)
        return replace(recorded.graded, student=job.student)

    prefix = f"w{workers}-"
    writer, journal = recorded.writer(prefix)
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=1, threads_per_worker=workers, processes=False, dashboard_address=None
        ) as cluster,
        closing(DaskWorkers(cluster.scheduler_address)) as dask,
        closing(journal),
        closing(writer),
    ):
        class_ = GradingRun(dask, writer, _Silent(), grade=grade)
        start = time.perf_counter()
        class_.run(recorded.jobs(prefix, count))
        return count / (time.perf_counter() - start)
