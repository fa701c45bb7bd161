"""Who may sign in, and which of nbgrader's groups they are in."""

from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import Unicode

from deploy.hub.passwords import is_right
from deploy.hub.places import COURSE_ID

INSTRUCTORS = f"formgrade-{COURSE_ID}"
STUDENTS = f"nbgrader-{COURSE_ID}"
"""The names that nbgrader looks for."""


class PasswordFile(Authenticator):  # type: ignore[misc]
    """Asks the hub's own file of passwords, which only root can read."""

    path = Unicode(help="The file of passwords.").tag(config=True)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """Return the name where the password is right."""
        name = data["username"]
        return name if is_right(Path(self.path), name, data["password"]) else None


def into_groups(instructors: set[str], auth_model: dict[str, Any]) -> dict[str, Any]:
    """Set a person's groups at each sign-in, so that the settings hold and not an old database."""
    group = INSTRUCTORS if auth_model["name"] in instructors else STUDENTS
    return {**auth_model, "groups": [group]}
