"""Behind the walls, as root: folders, gradebook, then JupyterHub until it is told to stop."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from deploy.hub.dask import make_certificate
from deploy.hub.errors import HubError
from deploy.hub.folders import make_folders, write_for_grader
from deploy.hub.gradebook import Gradebook
from deploy.hub.places import CHECKOUT, DEPLOY, GRADEBOOK, GRADEBOOK_URL, GRADER, HUB, PYTHON, STATE
from deploy.hub.settings import Settings


def main() -> None:
    """Serve; exit with JupyterHub's code, after everything that was started has ended."""
    settings = Settings(**json.loads(os.environ["COURSE_HUB"])["settings"])
    own = settings.accounts == "own"
    os.umask(0o022)
    # started in the background of a script it would be ignored, by every server after us too
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _own_processes()
    make_folders((*settings.instructors, *settings.students) if own else ())
    write_for_grader(GRADEBOOK / "url", settings.gradebook or GRADEBOOK_URL)
    if settings.dask_workers:
        make_certificate()
    _try_as_grader()
    gradebook = None if settings.gradebook else Gradebook()
    try:
        if gradebook:
            gradebook.start()
        code = _serve()
    finally:
        if gradebook:
            with suppress(HubError):
                gradebook.stop()
    sys.exit(code)


def _own_processes() -> None:
    """Show the hub's processes in /proc, and to each user only their own.

    By bubblewrap's --proc, which covers parts of it, no sandbox could be made in here.
    """
    words = ["mount", "-t", "proc", "-o", "nosuid,nodev,noexec,hidepid=invisible", "proc", "/proc"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise HubError(
            f"no /proc can be mounted here ({done.stderr.strip()}); "
            "in a container, allow SYS_ADMIN as deploy/container/compose.yaml does"
        )


def _try_as_grader() -> None:
    """Say early what every server would fail with."""
    done = subprocess.run(
        [PYTHON, "-c", "import course_utils, jupyterhub"],
        user=GRADER, group=GRADER, extra_groups=[], cwd=STATE, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise HubError(
            f"an ordinary user cannot run {PYTHON} ({why}); remedy: a Python below /usr or /opt: "
            "rm -r .venv && make PYTHON=/usr/bin/python3 hub"
        )


def _serve() -> int:
    config = DEPLOY / "jupyterhub_config.py"
    with (HUB / "log").open("ab") as log:
        os.chmod(HUB / "log", 0o600)
        hub = subprocess.Popen(
            [PYTHON, "-m", "jupyterhub", f"--config={config}"],
            cwd=HUB,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    threading.Thread(target=_stop_when_told, args=(hub,), daemon=True).start()
    return hub.wait()


def _stop_when_told(hub: "subprocess.Popen[bytes]") -> None:
    """Who started us closes our input: no signal comes through the walls."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    hub.terminate()


if __name__ == "__main__":
    try:
        main()
    except HubError as error:
        sys.exit(f"make hub: {error}")
