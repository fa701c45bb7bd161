"""The command `course`: the grader's own subcommands, and those that a course adds to them."""

import nbexaminer.quick_start  # noqa: F401, I001  (before the other imports)

from importlib import import_module
from importlib.metadata import EntryPoints, entry_points

import click

GROUP = "nbexaminer.commands"
"""Entry points of this group are subcommands."""
_COMMANDS = {
    "backup": "nbexaminer.backup.commands",
    "drop": "nbexaminer.regrade.commands",
    "grade": "nbexaminer.runs.command",
    "mark": "nbexaminer.commands",
    "regrade": "nbexaminer.regrade.commands",
    "release": "nbexaminer.commands",
    "report": "nbexaminer.report.commands",
    "restore": "nbexaminer.backup.commands",
    "roster": "nbexaminer.roster.commands",
    "sample": "nbexaminer.commands",
    "scores": "nbexaminer.commands",
}
"""Each in its module, which is imported when the command is asked for."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_COMMANDS, *_added().names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is not None:
            command: click.Command = getattr(import_module(module), cmd_name)
            return command
        added: click.Command | None = next((p.load() for p in _added().select(name=cmd_name)), None)
        return added


def _added() -> EntryPoints:
    return entry_points(group=GROUP)


@click.group(cls=_Commands)
@click.version_option(package_name="nbexaminer")
def main() -> None:
    """Tools of a course: give out, grade, look, put right."""
