"""The command `course`."""

import click


@click.group()
def main() -> None:
    """Tools of the recurrent-cells course."""
