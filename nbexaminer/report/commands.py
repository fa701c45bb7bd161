"""`course report ASSIGNMENT`."""

from pathlib import Path

import click
import nbformat
from nbgrader.converters.base import NbGraderException

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.points import as_points
from nbexaminer.report.making import class_report
from nbexaminer.report.notebook import report_notebook
from nbexaminer.report.page import Report, page


@click.command()
@click.argument("assignment")
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), default=Path("reports"),
    show_default=True, help="The folder to write to; it is made where it is missing.",
)  # fmt: skip
def report(assignment: str, to: Path) -> None:
    """Write what the class has and has not understood: a page, and a notebook that makes it.

    The page names students; keep it where their marks are kept.
    """
    try:
        work = class_report(Path.cwd(), assignment)
    except (CourseFolderError, NbGraderException) as error:
        raise click.ClickException(str(error)) from None
    to.mkdir(parents=True, exist_ok=True)
    (to / f"{assignment}.html").write_text(page(work), encoding="utf-8")
    nbformat.write(report_notebook(Path.cwd(), assignment), to / f"{assignment}.ipynb")
    count = len(work.record.submissions)
    click.echo(f"{count} graded, {_median(work)}.")
    for slip in work.slips[:3]:
        click.echo(f"  {len(slip.students)} of {count}: {slip.name}")
    if work.notebooks:
        groups = "; ".join(", ".join(one.students) for one in work.notebooks)
        click.echo(f"  Answers equal to the byte: {groups}")
    click.echo(f"Page:     {to / assignment}.html\nNotebook: {to / assignment}.ipynb")


def _median(work: Report) -> str:
    """Return the median of what is marked, and what is not."""
    head = work.headline
    if not len(head.totals):
        return "nothing marked yet"
    so_far = " marked so far" if head.open else ""
    known = len(head.totals)
    over = f" over {known} of them" if known < head.students else ""
    waiting = sum(head.open.values())
    answers = f"; {waiting} answer{'' if waiting == 1 else 's'} still to be marked"
    open = answers if waiting else ""
    unread = f"; {head.unread} handed in a file that could not be read" if head.unread else ""
    median, worth = as_points(work.summary["median"]), as_points(head.points)
    return f"median {median} of {worth} points{so_far}{over}{open}{unread}"
