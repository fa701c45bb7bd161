"""Workers for `course grade --cluster`: a scheduler and workers that only certificates let in.

Whoever can send a Dask scheduler work runs code as its workers. Other people share this machine,
so every connection is TLS in both directions, and the key is the grader's.
"""

import os
import subprocess
from typing import Any

from deploy.hub.errors import HubError
from deploy.hub.owned import write_file
from deploy.hub.places import DASK, GRADER, PYTHON, RUN
from deploy.hub.settings import Settings
from deploy.hub.spawner import server_environment

CONFIG, CERTIFICATE, KEY = DASK / "dask.yaml", DASK / "certificate.pem", DASK / "key.pem"


def make_certificate() -> None:
    """Make the key, its certificate and Dask's settings, once, as the grader.

    The certificate is its own authority: whoever holds the two files belongs to the cluster.
    """
    if not CERTIFICATE.exists():
        done = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days", "3650",
             "-subj", "/CN=recurrent-cells", "-keyout", KEY, "-out", CERTIFICATE],
            user=GRADER, group=GRADER, extra_groups=[], umask=0o077, cwd=DASK, capture_output=True,
            text=True,
        )  # fmt: skip
        if done.returncode != 0:
            raise HubError(f"openssl made no certificate for Dask: {done.stderr.strip()}")
    pair = f"{{cert: {CERTIFICATE}, key: {KEY}}}"
    write_file(
        CONFIG,
        "distributed:\n  comm:\n    require-encryption: true\n    tls:\n"
        f"      ca-file: {CERTIFICATE}\n"
        + "".join(f"      {who}: {pair}\n" for who in ("scheduler", "worker", "client")),
        GRADER,
        0o644,
    )


def address(settings: Settings) -> str:
    """Return what `course grade --cluster` takes."""
    return f"tls://{settings.dask_ip}:{settings.dask_port}"


def dask_services(settings: Settings) -> list[dict[str, Any]]:
    """Return scheduler and workers as services that JupyterHub starts, and starts again."""
    at = address(settings)
    commands = {
        "dask-scheduler": ("scheduler", "--host", at.rpartition(":")[0], "--port",
                           str(settings.dask_port)),
        "dask-workers": ("worker", at, "--nthreads", "1", "--nworkers",
                         str(settings.dask_workers), "--local-directory",
                         str(RUN / GRADER / "dask")),
    }  # fmt: skip
    return [
        {
            "name": name,
            "command": [str(PYTHON.parent / "dask"), *words, "--no-dashboard"],
            "user": GRADER,
            "cwd": str(DASK),
            "environment": server_environment("grader", GRADER) | for_clients(),
        }
        for name, words in commands.items()
    ]


def for_clients() -> dict[str, str]:
    """Return where Dask finds its settings, for whoever grades."""
    return {"DASK_CONFIG": str(CONFIG)} if os.path.exists(CONFIG) else {}
