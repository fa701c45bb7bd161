"""JupyterHub's values. What a department sets is in hub.toml; `python -m deploy.hub` passes it on.

Behind the walls, as root: see hub/walls.py and docs/decisions/0012-hub.md.
"""

import json
import os
from pathlib import Path

from deploy.hub.course_service import course_service, scopes
from deploy.hub.dask import dask_services
from deploy.hub.places import DEPLOY, HUB, PROXY, PROXY_USER, PYTHON
from deploy.hub.settings import Settings
from deploy.hub.signing_in import INSTRUCTORS, PasswordFile, into_groups
from deploy.hub.spawner import CourseSpawner

c = get_config()  # noqa: F821

about = json.loads(os.environ.pop("COURSE_HUB"))
settings = Settings(**about["settings"])
hub_port, proxy_port, course_port = about["ports"]
instructors = set(settings.instructors)

# Addresses. TLS belongs into the web server in front: see deploy/README.md.
c.JupyterHub.bind_url = f"http://{settings.ip}:{settings.port}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [
    *("setpriv", "--reuid", PROXY_USER, "--regid", PROXY_USER, "--clear-groups", "--"),
    *("node", str(PROXY / "node_modules" / ".bin" / "configurable-http-proxy")),
]
c.ConfigurableHTTPProxy.pid_file = str(HUB / "proxy.pid")

# State.
c.JupyterHub.db_url = f"sqlite:///{HUB / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(HUB / "cookie_secret")

# Who may sign in.
people = instructors | set(settings.students)
if settings.sign_in == "file":
    c.JupyterHub.authenticator_class = PasswordFile
    c.PasswordFile.path = str(HUB / "passwords")
elif settings.sign_in == "pam":
    c.JupyterHub.authenticator_class = "pam"
if settings.everybody:
    c.Authenticator.allow_all = True
else:
    c.Authenticator.allowed_users = people
    # who was in the settings once is not let in by the database
    c.Authenticator.allow_existing_users = False
    c.Authenticator.delete_invalid_users = True
c.Authenticator.manage_groups = True
c.Authenticator.post_auth_hook = lambda _self, _handler, model: into_groups(instructors, model)

# Their servers.
c.JupyterHub.spawner_class = CourseSpawner
c.CourseSpawner.cmd = [str(PYTHON), str(DEPLOY / "hub" / "singleuser.py")]
c.CourseSpawner.roles = dict.fromkeys(instructors, "instructor")
c.CourseSpawner.processes = settings.processes
c.CourseSpawner.args = ["--ServerApp.shutdown_no_activity_timeout=7200"]
c.CourseSpawner.default_url = "/lab"
c.CourseSpawner.server_token_scopes = [
    "users:activity!user",
    "access:servers!server",
    "read:users!user",
    *scopes(),
]
c.CourseSpawner.start_timeout = 120
c.CourseSpawner.http_timeout = 120

# The course: a server of the grader's, which instructors share.
c.JupyterHub.load_roles = [
    {"name": "instructor", "groups": [INSTRUCTORS], "scopes": scopes()},
]
c.JupyterHub.services = [course_service(course_port)]
if settings.dask_workers:
    c.JupyterHub.services += dask_services(settings)

if settings.extra:
    load_subconfig(str(Path(settings.extra)))  # noqa: F821
