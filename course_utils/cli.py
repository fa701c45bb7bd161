"""The command `course`."""

import course_utils.quick_start  # noqa: F401, I001  (before the other imports)

from importlib import import_module

import click

_COMMANDS = {
    "backup": "course_utils.grading.backup.commands",
    "clean": "course_utils.authoring.commands",
    "drop": "course_utils.grading.regrade.commands",
    "grade": "course_utils.grading.runner.command",
    "kit": "course_utils.authoring.commands",
    "mark": "course_utils.grading.commands",
    "regrade": "course_utils.grading.regrade.commands",
    "release": "course_utils.authoring.commands",
    "report": "course_utils.grading.report.commands",
    "restore": "course_utils.grading.backup.commands",
    "roster": "course_utils.grading.roster.commands",
    "sample": "course_utils.grading.commands",
    "scores": "course_utils.grading.commands",
}
"""Each in its module, which is imported when the command is asked for."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(module), cmd_name)
        return command


@click.group(cls=_Commands)
@click.version_option(package_name="course-utils")
def main() -> None:
    """Tools of the recurrent-cells course."""
