"""The command `course`."""

import click

from course_utils.authoring.commands import clean, release


@click.group()
def main() -> None:
    """Tools of the recurrent-cells course."""


main.add_command(clean)
main.add_command(release)
