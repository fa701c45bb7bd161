"""The command `course`."""

import course_utils.quick_start  # noqa: F401, I001  (before all that imports jsonschema)

import click

from course_utils.authoring.commands import clean, kit, release
from course_utils.grading.commands import grade, sample, scores
from course_utils.grading.report.commands import report


@click.group()
def main() -> None:
    """Tools of the recurrent-cells course."""


main.add_command(clean)
main.add_command(kit)
main.add_command(release)
main.add_command(grade)
main.add_command(sample)
main.add_command(scores)
main.add_command(report)
