"""A server is a process of its user, with the course's settings for who they are."""

import resource
from collections.abc import Callable
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Dict, Int, Unicode

from deploy.hub.folders import runtime_folder
from deploy.hub.places import DEPLOY, PYTHON


def server_environment(role: str, name: str) -> dict[str, str]:
    """Return what a server of that role reads its settings from, and where its sockets are."""
    folders = [DEPLOY / "config" / one for one in (role, "everyone")]
    return {
        "JUPYTER_CONFIG_PATH": ":".join(map(str, folders)),
        "JUPYTER_RUNTIME_DIR": str(runtime_folder(name)),
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{PYTHON.parent}:/usr/local/bin:/usr/bin:/bin",
    }


class CourseSpawner(LocalProcessSpawner):  # type: ignore[misc]
    """Starts servers as their users, within limits."""

    processes = Int(1024, help="Processes and threads of one user.").tag(config=True)
    roles = Dict(value_trait=Unicode(), help="By name, where it is not student.").tag(config=True)

    def get_env(self) -> dict[str, str]:
        """Add the course's settings to the environment."""
        env: dict[str, str] = super().get_env()
        name = self.user.name
        return env | server_environment(self.roles.get(name, "student"), name)

    def make_preexec_fn(self, name: str) -> Callable[[], Any]:
        """Limit the user's processes, then become the user."""
        become = super().make_preexec_fn(name)
        limit = (self.processes, self.processes)

        def preexec() -> None:
            resource.setrlimit(resource.RLIMIT_NPROC, limit)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            become()

        return preexec
