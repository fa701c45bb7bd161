"""`python -m nbexaminer.formgrader`: the marking page, switched on in this environment.

With `--user`, for the user's Jupyter in every environment. `--off` switches it off again; then it
is nbgrader's formgrader, whose page of a submission nbgrader_config.py still makes harmless.
"""

import click
from jupyter_server.extension.serverextension import toggle_server_extension_python

NAME = "nbexaminer.formgrader"


@click.command()
@click.option("--user", is_flag=True, help="For this user, in every environment.")
@click.option("--off", is_flag=True, help="Switch it off.")
def main(user: bool, off: bool) -> None:
    """Switch on the course's formgrader in the Jupyter servers of this environment."""
    toggle_server_extension_python(NAME, enabled=not off, user=user, sys_prefix=not user)
    click.echo(f"{NAME} is switched {'off' if off else 'on'}; start Jupyter anew.")


if __name__ == "__main__":
    main()
