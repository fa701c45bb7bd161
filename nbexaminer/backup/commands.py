"""`course backup` and `course restore`."""

from datetime import datetime
from pathlib import Path

import click

from nbexaminer.backup import decisions, sqlite
from nbexaminer.backup.files import BackUp, back_ups, remove
from nbexaminer.backup.making import back_up, check
from nbexaminer.backup.making import restore as put_back
from nbexaminer.console import confirm, counted
from nbexaminer.course.course_folder import CourseFolderError, open_course


@click.command()
@click.option("--list", "show", is_flag=True, help="Show what there is, and make none.")
@click.option(
    "--keep", type=click.IntRange(1), metavar="N",
    help="Remove all but the newest N, after asking. Nothing else ever removes one.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask before removing.")
def backup(show: bool, keep: int | None, yes: bool) -> None:
    """Make a back-up of the gradebook in backups/.

    `course regrade`, `course drop`, `course roster` and `course grade` make one themselves before
    they write over marks.
    """
    root = Path.cwd()
    try:
        api = open_course(root)
        if keep is not None:
            _prune(back_ups(root)[:-keep], keep, yes)
        elif show:
            _list(back_ups(root))
        else:
            click.echo(f"Back-up: {back_up(api, 'by hand').relative_to(root)}")
    except CourseFolderError as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only look at the file.")
def restore(file: Path, yes: bool, dry_run: bool) -> None:
    """Put the gradebook back to the back-up in FILE, and the decisions on dropped questions.

    What is there now is backed up first. Close formgrader meanwhile.
    """
    root = Path.cwd()
    try:
        api = open_course(root)
        check(api, file)
        if file.suffix == ".db":
            students, submissions = sqlite.counts(file)
            click.echo(f"{file} holds {students} students and {submissions} submissions.")
        now, beside = decisions.read(root / decisions.FILE), decisions.beside(file)
        if not beside.is_file() and now:
            click.echo(
                "It does not say which questions were dropped then. Those of today stay dropped "
                "(nbgrader_config.json): see `course drop --undo`."
            )
        elif beside.is_file() and (decisions.read(beside) or {}) != (now or {}):
            click.echo("Questions that were dropped then are dropped again, and no others.")
        question = f"Put the gradebook back to {file}?"
        if not confirm(question, yes=yes, dry_run=dry_run, again=f"course restore {file} --yes"):
            return
        before = put_back(api, file)
    except CourseFolderError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The gradebook is that of {file.name}.")
    if before is not None:
        click.echo(f"What was there before is in {before.relative_to(root)}.")


def _list(found: list[BackUp]) -> None:
    for one in found:
        click.echo(f"{_when(one.time)}  {one.megabytes:6.1f} MB  {one.why:<40}  {one.path.name}")
    click.echo(f"{counted(len(found), 'back-up')} in backups/.")


def _prune(old: list[BackUp], keep: int, yes: bool) -> None:
    if not old:
        click.echo(f"There are no more than {keep}.")
        return
    _list(old)
    again = f"course backup --keep {keep} --yes"
    if confirm(f"Remove these {len(old)}?", yes=yes, dry_run=False, again=again):
        for one in old:
            remove(one)
        click.echo(f"{len(old)} removed, the newest {keep} kept.")


def _when(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC")
