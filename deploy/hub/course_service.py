"""nbgrader's course service: JupyterLab with formgrader, run as the grader, for the instructors."""

from typing import Any

from deploy.hub.dask import for_clients
from deploy.hub.places import COURSE, COURSE_ID, GRADER, PYTHON
from deploy.hub.spawner import server_environment


def course_service(port: int) -> dict[str, Any]:
    """Return the service as JupyterHub takes it; its name must be the course's."""
    return {
        "name": COURSE_ID,
        "url": f"http://127.0.0.1:{port}",
        "command": [str(PYTHON), "-m", "jupyterhub.singleuser"],
        "user": GRADER,
        "cwd": str(COURSE),
        "environment": {
            **server_environment("grader", GRADER),
            **for_clients(),
            "JUPYTERHUB_DEFAULT_URL": "/lab",
        },
        "oauth_no_confirm": True,
    }


def scopes() -> list[str]:
    """Return what a person needs to find the course and to enter it."""
    here = f"service={COURSE_ID}"
    return ["list:services", f"read:services!{here}", f"access:services!{here}"]
