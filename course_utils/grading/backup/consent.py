"""Showing comes before changing: who says yes, and when nobody can be asked."""

import sys

import click


def agreed(question: str, *, yes: bool, dry_run: bool, again: str) -> bool:
    """Whether to go on with what has just been shown.

    `--yes` agrees; otherwise a person is asked. Where there is nobody to ask, and with
    `--dry-run`, nothing is changed, and `again` is the command that would change it.
    """
    if yes and not dry_run:
        return True
    if dry_run or not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(f"Nothing has been changed. To do it: {again}")
        return False
    if click.confirm(question, default=False):
        return True
    click.echo("Nothing has been changed.")
    return False
