"""The command `course`."""

import click

from course_utils.authoring.commands import clean, release
from course_utils.grading.commands import grade, scores


@click.group()
def main() -> None:
    """Tools of the recurrent-cells course."""


main.add_command(clean)
main.add_command(release)
main.add_command(grade)
main.add_command(scores)
