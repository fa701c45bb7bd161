"""`course sample`, `course scores`, `course mark` and `course release`."""

import json
import sys
from functools import partial
from pathlib import Path

import click
from nbgrader.apps import NbGraderAPI
from nbgrader.converters.base import NbGraderException
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from nbexaminer.course.course_folder import (
    CourseFolderError,
    open_course,
    require_gradebook,
)
from nbexaminer.errors import no_assignment
from nbexaminer.runs.loop import check_course, fresh_folder, run_loop
from nbexaminer.runs.releasing import ReleaseError, make_release, release_differences
from nbexaminer.runs.sample_class import read_roster, sample_assignments
from nbexaminer.runs.single import grade
from nbexaminer.scores import questions, results
from nbexaminer.table import score_table

_MOST_COLUMNS = 12
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _ShownProgress:
    """A bar on the terminal; the step at hand stands beside it."""

    def __init__(self, bar: Bar) -> None:
        self.bar = bar
        self.task = bar.add_task("prepare", total=None)

    def start(self, steps: int) -> None:
        self.bar.update(self.task, total=steps, completed=0)

    def step(self, text: str) -> None:
        self.bar.update(self.task, advance=1, description=text)


@click.command()
def sample() -> None:
    """Take the sample class through the whole loop, in a fresh folder under build/sample_class/.

    Release, hand-in through the exchange and by zip, grading, feedback, export. Your own course's
    files are only read.
    """
    root = Path.cwd()
    try:
        check_course(root, sample_assignments())
    except CourseFolderError as error:
        raise click.ClickException(str(error)) from None
    folder = fresh_folder(root / "build" / "sample_class")
    try:
        with _bar() as bar:
            run = run_loop(root, folder, sample_assignments(), read_roster(), _ShownProgress(bar))
    except CourseFolderError as error:
        raise click.ClickException(f"{error}\nThe log is {folder / 'log.txt'}") from None
    console = _console()
    console.print(_tables(console, run.api, run.assignments, run.failures))
    console.print(
        f"Feedback pages: {folder.relative_to(root)}/feedback/STUDENT/ASSIGNMENT/*.html\n"
        f"Grades as CSV:  {folder.relative_to(root)}/grades.csv",
        highlight=False,
    )
    if run.failures:
        sys.exit(1)


@click.command()
@click.argument("assignments", nargs=-1, required=True)
def scores(assignments: tuple[str, ...]) -> None:
    """Show the scores of ASSIGNMENTS from this course's gradebook, with remarks."""
    try:
        api = open_course(Path.cwd())
        require_gradebook(api)
        known = api.get_source_assignments()
        for assignment in assignments:
            if assignment not in known:
                raise no_assignment(assignment, known)
        console = _console()
        tables = _tables(console, api, list(dict.fromkeys(assignments)), {})
    except (CourseFolderError, NbGraderException) as error:
        raise click.ClickException(str(error)) from None
    console.print(tables)


@click.command()
@click.argument("source", type=_FILE)
@click.argument("submission", type=_FILE)
@click.option("--data", type=_FILE, multiple=True, help="A file that lies beside the notebook.")
@click.option("--config", type=_FILE, help="The nbgrader_config.py of a course.")
def mark(source: Path, submission: Path, data: tuple[Path, ...], config: Path | None) -> None:
    """Grade the notebook SUBMISSION against SOURCE, which has solutions and tests; print JSON.

    No course folder is needed and none is made.
    """
    files = {path.name: path.read_bytes() for path in data}
    try:
        result = grade(source, submission, data=files, config=config)
    except CourseFolderError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False))


@click.command()
@click.argument("assignments", nargs=-1)
@click.option("--check", is_flag=True, help="Change nothing; fail where release/ is out of date.")
@click.option("--unchecked", is_flag=True, help="Do not have the solutions marked first.")
def release(assignments: tuple[str, ...], check: bool, unchecked: bool) -> None:
    """Generate release/ from source/ with nbgrader, without touching the gradebook.

    Only ASSIGNMENTS, where some are named, else all. Every solution is first marked as a submission
    is. Where one loses a mark, so would a right answer of a student's: release/ is left as it was.
    """
    root = Path.cwd()
    if not (root / "source").is_dir():
        raise click.ClickException(f"{root} has no source/; call this in the course's folder")
    try:
        if not check:
            names = make_release(
                root, assignments, check_solutions=not unchecked, say=partial(click.echo, err=True)
            )
            click.echo(f"generated release/ for {', '.join(names)}")
        elif differences := release_differences(root, assignments):
            raise click.ClickException(
                "\n".join([*differences, "run `make release` and commit it"])
            )
    except ReleaseError as error:
        raise click.ClickException(str(error)) from None


def _tables(
    console: Console,
    api: NbGraderAPI,
    assignments: list[str],
    failures: dict[tuple[str, str], str],
) -> RenderableType:
    """Return one table of all questions, or one for each assignment where they are too many."""
    asked = questions(api, assignments)
    if len(assignments) > 1 and len(asked) > _MOST_COLUMNS:
        return Group(*(_tables(console, api, [assignment], failures) for assignment in assignments))
    return score_table(asked, results(api, assignments, failures), width=console.width)


def _console() -> Console:
    """Return a console wide enough for the table where the output is no terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=160)


def _bar() -> Bar:
    return Bar(
        TextColumn("{task.description:<45.45}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
