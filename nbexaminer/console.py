"""What people read on a terminal and in a spreadsheet, and are asked there.

Nothing that a student wrote acts in either.
"""

import sys
from collections.abc import Sequence

import click
from rich.text import Text

_JOINERS = "\u200c\u200d"
"""Signs that are not seen and that some scripts need."""


def confirm(question: str, *, yes: bool, dry_run: bool, again: str) -> bool:
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


def printable(text: str) -> str:
    """Return `text` with a sign in the place of whatever a terminal might obey."""
    return "".join(c if c.isprintable() or c in _JOINERS else "\ufffd" for c in text)


def plain(text: str) -> Text:
    """Return `text` as it stands, for Rich: no markup, nothing that a terminal might obey."""
    return Text(printable(text))


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def counted(number: int, what: str) -> str:
    """Return the number with its word, which takes an s for more than one."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], most: int) -> str:
    """Return the first `most` names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
