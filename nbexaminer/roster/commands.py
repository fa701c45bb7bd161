"""`course roster FILE`."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from nbexaminer.console import confirm, listed, plain
from nbexaminer.course.course_folder import CourseFolderError, open_course
from nbexaminer.roster.errors import RosterError
from nbexaminer.roster.importing import Import, compare, write
from nbexaminer.roster.people import Roster, read_roster

_MOST = 20
"""Lines of one kind that are shown."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask: take it.")
@click.option("--dry-run", is_flag=True, help="Only show; so it is without a terminal.")
@click.option("--encoding", help="The file's encoding, where it is not found out.")
@click.option(
    "--column", "given", multiple=True, metavar="FIELD=HEADER",
    help="Which column is the id, first_name, last_name, email, lms_user_id or name.",
)  # fmt: skip
def roster(
    file: Path, yes: bool, dry_run: bool, encoding: str | None, given: tuple[str, ...]
) -> None:
    """Take the students in FILE, a CSV file of Canvas, Moodle, nbgrader or a spreadsheet.

    Who is new and what changes is shown first. Nobody is removed, and an empty cell leaves what is
    known. Where anything in the file is wrong, nothing of it is taken.
    """
    try:
        api = open_course(Path.cwd())
        found = _read(file, encoding, given)
        work = compare(api, found)
        problems = [*found.problems, *work.problems]
        if problems:
            raise RosterError(_listed(f"{file} cannot be taken:", problems))
        _show(found, work)
        if not (work.new or work.edits):
            click.echo("The gradebook has all of it already.")
            return
        again = f"course roster {file} --yes"
        if not confirm("Take it?", yes=yes, dry_run=dry_run, again=again):
            return
        saved = write(api, found)
    except CourseFolderError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Done: {len(work.new)} added, {_students(work)} changed.")
    if saved is not None:
        click.echo(f"Back-up: {saved.relative_to(Path.cwd())}")


def _read(file: Path, encoding: str | None, given: tuple[str, ...]) -> Roster:
    columns = {}
    for one in given:
        field, equals, header = one.partition("=")
        if not equals:
            raise RosterError(f"--column is FIELD=HEADER, not {one!r}")
        columns[field.strip()] = header.strip()
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise RosterError(f"{file} cannot be read: {error.strerror}") from None
    try:
        return read_roster(raw, encoding, columns)
    except RosterError as error:
        raise RosterError(f"{file}: {error}") from None


def _show(roster: Roster, work: Import) -> None:
    console = Console()
    for note in roster.notes[:_MOST]:
        console.print(plain(note), style="yellow")
    if work.new:
        table = Table(title=f"{len(work.new)} new", title_justify="left")
        for head in ("id", "first name", "last name", "email", "number"):
            table.add_column(head, overflow="fold")
        for one in work.new[:_MOST]:
            texts = (one.id, one.first_name, one.last_name, one.email, one.lms_user_id)
            table.add_row(*(plain(text or "") for text in texts))
        console.print(table)
        _more(console, len(work.new))
    if work.edits:
        table = Table(title=f"{_students(work)} changed", title_justify="left")
        for head in ("id", "field", "old", "new"):
            table.add_column(head, overflow="fold")
        for edit in work.edits[:_MOST]:
            cells = (edit.student, edit.field, edit.old, edit.new)
            table.add_row(*(plain(cell) for cell in cells))
        console.print(table)
        _more(console, len(work.edits))
    click.echo(f"{work.same} as they are.")
    if work.absent:
        console.print(plain(f"Not in this roster, and kept: {listed(work.absent, _MOST)}."))
    if work.unknown:
        text = f"Work is handed in under ids that nobody has: {listed(work.unknown, _MOST)}."
        console.print(plain(text), style="yellow")


def _students(work: Import) -> int:
    return len({edit.student for edit in work.edits})


def _more(console: Console, count: int) -> None:
    if count > _MOST:
        console.print(f"... and {count - _MOST} more.")


def _listed(head: str, lines: list[str]) -> str:
    if len(lines) == 1:
        return f"{head} {lines[0]}. Nothing has been changed."
    more = [f"... and {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    return "\n  ".join([head, *lines[:_MOST], *more]) + "\nNothing has been changed."
