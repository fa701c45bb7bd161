"""The command `course grade`.

nbgrader takes a second to import, here and in the processes that grade. So these are started
first, and what the command itself needs is imported while they do the same on another core.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbexaminer.errors import CourseFolderError, no_assignment, no_course
from nbexaminer.runs.pool import LocalWorkers
from nbexaminer.runs.workers import Workers

if TYPE_CHECKING:
    from nbgrader.apps import NbGraderAPI

    from nbexaminer.gradebook import StudentMarks
    from nbexaminer.runs.progress import ShownRun

_MOST_NAMED = 8


@click.command()
@click.argument("assignment")
@click.option(
    "--jobs", type=click.IntRange(1), help="Processes of this machine; by default one a core."
)
@click.option(
    "--student", "students", multiple=True, metavar="ID", help="Only this one; repeat it."
)
@click.option(
    "--only-changed", is_flag=True, help="Leave alone what was graded as it is now, in any run."
)
@click.option("--cluster", metavar="tcp://HOST:PORT", help="The scheduler of a Dask cluster.")
def grade(
    assignment: str,
    jobs: int | None,
    students: tuple[str, ...],
    only_changed: bool,
    cluster: str | None,
) -> None:
    """Grade the submissions of ASSIGNMENT, as `nbgrader autograde` does, many at a time.

    Everybody who has handed in is graded, whether graded before or not; marks given by hand stay. A
    run that was cut off goes on where it stopped when it is started again.
    """
    if cluster and jobs:
        raise click.UsageError("--jobs is for this machine; the workers of a cluster are its own")
    root = Path.cwd()
    try:
        _require(root, assignment)
        workers = _workers(cluster, jobs)
        try:
            code = _grade(root, workers, assignment, students, only_changed)
        finally:
            workers.close()
    except CourseFolderError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(code)


def _require(root: Path, assignment: str) -> None:
    """Say what can be said at once, before anything is started; raises CourseFolderError."""
    config = root / "nbgrader_config.py"
    if not config.is_file():
        raise no_course(root)
    elsewhere = b"source_directory" in config.read_bytes()  # then nbgrader has to say where
    if not elsewhere and not (root / "source" / assignment).is_dir():
        raise no_assignment(assignment, (path.name for path in (root / "source").glob("[!.]*/")))


def _workers(cluster: str | None, jobs: int | None) -> Workers:
    if cluster is None:
        return LocalWorkers(jobs or os.cpu_count() or 1)
    from nbexaminer.runs.cluster import DaskWorkers

    return DaskWorkers(cluster)


def _grade(
    root: Path, workers: Workers, assignment: str, students: tuple[str, ...], only_changed: bool
) -> int:
    """Grade, and return the code to exit with."""
    from nbexaminer.course.course_folder import open_course, require_sandbox
    from nbexaminer.runs.assignment import GradeRequest, grade_assignment
    from nbexaminer.runs.progress import ShownRun
    from nbexaminer.runs.pure import get_ready
    from nbexaminer.runs.writer import DiskError, GradebookGoneError

    again = f"`course grade {assignment}` goes on from there"
    asked = GradeRequest(assignment, students, only_changed)
    try:
        with ShownRun(assignment) as shown:
            api = open_course(root)
            if isinstance(workers, LocalWorkers):
                require_sandbox(api)
                workers.begin(get_ready, api.config)  # while the class is read here
            before: dict[str, StudentMarks] = {}

            def keep_what_is_there() -> None:
                before.update(_marks(api, assignment))
                _back_up(api, assignment, shown)

            outcome = grade_assignment(
                api, asked, workers, shown, before_overwriting=keep_what_is_there
            )
            if before and (said := changed_marks(before, _marks(api, assignment))):
                shown.note(said)
                shown.note(
                    "The back-up holds the old ones; "
                    f"`course regrade {assignment}` shows such changes before it makes them."
                )
    except GradebookGoneError as error:
        raise click.ClickException(f"the gradebook does not answer: {error}. {again}.") from None
    except DiskError as error:
        raise click.ClickException(f"a file cannot be written: {error}. {again}.") from None
    except KeyboardInterrupt:
        click.echo(f"Stopped. What is graded is written; {again}.", err=True)
        return 130
    shown.say_outcome(outcome)
    return 1 if outcome.failures else 0


def _marks(api: "NbGraderAPI", assignment: str) -> "dict[str, StudentMarks]":
    from nbexaminer.gradebook import class_marks

    with api.gradebook as gradebook:
        return dict(class_marks(gradebook, assignment).students)


def changed_marks(before: "dict[str, StudentMarks]", after: "dict[str, StudentMarks]") -> str:
    """Return a sentence that says whose marks were there and are others now; "" for nobody."""
    from nbexaminer.console import listed
    from nbexaminer.points import as_points

    totals = [(name, before[name].total, after[name].total) for name in before]
    pairs = [(name, as_points(old), as_points(new)) for name, old, new in totals]
    changed = [f"{name} {old} -> {new}" for name, old, new in pairs if old != new]
    if not changed:
        return ""
    return (
        f"Marks that were there have changed for {len(changed)} of {len(before)}: "
        f"{listed(changed, _MOST_NAMED)}."
    )


def _back_up(api: "NbGraderAPI", assignment: str, shown: "ShownRun") -> None:
    """Back the gradebook up before marks are written over; grading goes on where that fails."""
    from nbexaminer.backup import BackUpError, back_up

    try:
        path = back_up(api, f"before grade {assignment}")
    except BackUpError as error:
        shown.note(f"No back-up was made: {error}.")
    else:
        shown.note(f"There are marks already. Back-up: {path.relative_to(api.coursedir.root)}")
