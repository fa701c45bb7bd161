"""`course report ASSIGNMENT`."""

from pathlib import Path

import click
import nbformat

from course_utils.grading.course_folder import CourseFolderError
from course_utils.grading.report.making import class_report
from course_utils.grading.report.notebook import report_notebook
from course_utils.grading.report.page import page


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
    except CourseFolderError as error:
        raise click.ClickException(str(error)) from None
    to.mkdir(parents=True, exist_ok=True)
    (to / f"{assignment}.html").write_text(page(work), encoding="utf-8")
    nbformat.write(report_notebook(Path.cwd(), assignment), to / f"{assignment}.ipynb")
    summary, count = work.summary, len(work.record.submissions)
    click.echo(f"{count} graded, median {summary['median']:g} of {work.record.max_score:g} points.")
    for slip in work.slips[:3]:
        click.echo(f"  {len(slip.students)} of {count}: {slip.name}")
    click.echo(f"Page:     {to / assignment}.html\nNotebook: {to / assignment}.ipynb")
