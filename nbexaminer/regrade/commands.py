"""`course regrade` and `course drop`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from nbgrader.apps import NbGraderAPI
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from nbexaminer.console import confirm, counted
from nbexaminer.course.course_folder import CourseFolderError, open_course, require_sandbox
from nbexaminer.gradebook.counting import Convention, Counting
from nbexaminer.regrade.deciding import (
    Decisions,
    decided,
    decisions,
    named,
    require_steps,
    with_points,
)
from nbexaminer.regrade.printing import show, write
from nbexaminer.regrade.scratch import Options
from nbexaminer.regrade.work import Regrade, carry_out, questions, work_out
from nbexaminer.runs.pool import LocalWorkers
from nbexaminer.runs.progress import ShownRun
from nbexaminer.runs.writer import DiskError, GradebookGoneError

_YES = click.option("--yes", is_flag=True, help="Do not ask: do what was shown.")
_DRY = click.option("--dry-run", is_flag=True, help="Only show; so it is without a terminal.")
_JOBS = click.option("--jobs", type=click.IntRange(1), help="Processes; by default one a core.")


@click.command()
@click.argument("assignment")
@_YES
@_DRY
@click.option("--only-raise", is_flag=True, help="Keep the better mark of each question.")
@click.option(
    "--student", "students", multiple=True, metavar="ID", help="Only this one; repeat it."
)
@_JOBS
def regrade(
    assignment: str,
    yes: bool,
    dry_run: bool,
    only_raise: bool,
    students: tuple[str, ...],
    jobs: int | None,
) -> None:
    """Grade ASSIGNMENT again after a corrected key, test or points: first shown, then done.

    Correct source/ASSIGNMENT, then call this. It grades the class aside, shows each mark that would
    change and why, and asks. What it then writes is what it has shown; marks and comments given by
    hand stay. A back-up is made first.
    """
    options = Options(only_raise, tuple(sorted(set(students))))
    words = [f"course regrade {assignment}", "--only-raise" if only_raise else ""]
    again = " ".join([word for word in words if word] + [f"--student {s}" for s in students])
    with _in_sentences():
        now = open_course(Path.cwd())
        values = with_points(decisions(now), now, assignment)
        run = ShownRun(assignment)
        with run:
            work = work_out(
                _deciding(now, values), assignment, options, lambda: _workers(now, jobs), run,
                as_shown=yes and not dry_run,
            )  # fmt: skip
        _show(work, only_raise=not only_raise)
        if confirm("Change the marks so?", yes=yes, dry_run=dry_run, again=f"{again} --yes"):
            _do(work, now, values, f"before regrade {assignment}")


@click.command()
@click.argument("assignment")
@click.argument("names", nargs=-1, required=True, metavar="QUESTION...")
@click.option("--full-marks", is_flag=True, help="Everybody has its points.")
@click.option("--leave-out", "left_out", is_flag=True, help="It leaves score and total.")
@click.option("--bonus", is_flag=True, help="It leaves the total; what was earned stays.")
@click.option("--undo", is_flag=True, help="It counts again as it did before.")
@_YES
@_DRY
@_JOBS
def drop(
    assignment: str, names: tuple[str, ...], yes: bool, dry_run: bool, jobs: int | None,
    **ways: bool,
) -> None:  # fmt: skip
    """Let a QUESTION of ASSIGNMENT count otherwise: say how with one of the four options.

    A QUESTION is the grade id of a marked cell, as `course scores` lists them. The decision is kept
    in nbgrader_config.json and holds for whoever is graded later. What it changes is shown first.
    """
    said = [way for way, is_said in ways.items() if is_said]
    if len(said) != 1:
        one_of = "--full-marks, --leave-out, --bonus or --undo"
        raise click.UsageError(f"say how: {one_of}" if not said else f"say only one of {one_of}")
    way = said[0]
    chosen: Convention | None = None if way == "undo" else way  # type: ignore[assignment]
    flag = {"left_out": "leave-out"}.get(way, way.replace("_", "-"))
    again = f"course drop {assignment} {' '.join(names)} --{flag} --yes"
    with _in_sentences():
        now = open_course(Path.cwd())
        require_steps(now)
        found = named(questions(now, assignment), names)
        after = with_points(decided(decisions(now), assignment, found, chosen), now, assignment)
        before = Counting.of(now.config)
        had = {question: before.convention(assignment, *question) for question in found}
        undone = tuple((*q, old) for q, old in had.items() if old is not None and old != chosen)
        run = ShownRun(assignment)
        with run:
            work = work_out(
                _deciding(now, after), assignment, Options(purpose=again, undone=undone),
                lambda: _workers(now, jobs), run, as_shown=yes and not dry_run,
            )  # fmt: skip
        _show(work, only_raise=False)
        if confirm("Let it count so?", yes=yes, dry_run=dry_run, again=again):
            _do(work, now, after, f"before drop {assignment}")


def _deciding(now: NbGraderAPI, values: Decisions) -> NbGraderAPI:
    """Return the course as it is once `values` are kept."""
    if values == decisions(now):
        return now
    return open_course(Path(now.coursedir.root), {"Counting": values})


def _do(work: Regrade, now: NbGraderAPI, values: Decisions, why: str) -> None:
    """Keep `values` and write the marks, both or neither; say so."""
    decided = None if values == decisions(now) else values
    _say_done(work, carry_out(work, why, decided))


@contextmanager
def _in_sentences() -> Iterator[None]:
    """Say what went wrong in a sentence; how far it came, the next regrade finds out."""
    try:
        yield
    except (CourseFolderError, GradebookGoneError, DiskError) as error:
        raise click.ClickException(str(error)) from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise click.ClickException(f"the gradebook does not answer: {reason}") from None
    except OSError as error:
        raise click.ClickException(f"a file cannot be read or written: {error}") from None
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(130)


def _workers(api: NbGraderAPI, jobs: int | None) -> LocalWorkers:
    require_sandbox(api)
    return LocalWorkers(jobs or os.cpu_count() or 1)


def _show(work: Regrade, *, only_raise: bool) -> None:
    name = work.scratch.assignment
    show(Console(), name, work.changes, work.left, only_raise=only_raise)
    path = work.scratch.folder / "changes.csv"
    write(path, work.changes)
    if work.changes.rows:
        click.echo(f"As a file: {path.relative_to(work.scratch.api.coursedir.root)}")


def _say_done(work: Regrade, saved: Path) -> None:
    name = work.scratch.assignment
    place = saved.relative_to(work.scratch.api.coursedir.root)
    click.echo(
        f"Done: {counted(len(work.students), 'student')}, "
        f"{counted(len(work.changes.rows), 'mark')} changed.\n"
        f"Back-up: {place}; back with `course restore {place}`. What changed: "
        f"{place.with_suffix('.csv').name} beside it.\n"
        f"Next: nbgrader generate_feedback {name} --force, course report {name}, and the exports"
    )
