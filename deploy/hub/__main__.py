"""`python -m deploy.hub`: what `make hub` runs."""

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, replace
from pathlib import Path

from deploy.hub.accounts import require_accounts, write_accounts
from deploy.hub.dask import address
from deploy.hub.errors import HubError
from deploy.hub.folders import copy_source
from deploy.hub.gradebook import programs
from deploy.hub.passwords import give_passwords
from deploy.hub.places import CHECKOUT, COURSE_ID, GRADER, PROXY, PYTHON
from deploy.hub.settings import Settings, read_settings
from deploy.hub.walls import behind_walls
from nbexaminer.sandbox import SandboxUnavailableError
from nbexaminer.sandbox.requirements import tool

_PROXY_PROGRAM = PROXY / "node_modules" / ".bin" / "configurable-http-proxy"
_SECONDS = 120


def main() -> int:
    """Start the hub, say where it is, and wait until it ends."""
    about = argparse.ArgumentParser(prog="python -m deploy.hub", description=__doc__)
    about.add_argument("--settings", type=Path, help="a hub.toml; without it, a trial")
    about.add_argument("--state", type=Path, default=CHECKOUT / "build" / "hub")
    about.add_argument("--port", type=int, help="instead of the settings' port")
    asked = about.parse_args()
    try:
        settings = read_settings(asked.settings)
        if asked.port:
            settings = replace(settings, port=asked.port)
        return run(settings, asked.state.resolve())
    except HubError as error:
        print(f"make hub: {error}", file=sys.stderr)
        return 1


def run(settings: Settings, state: Path) -> int:
    """Serve from `state` until Ctrl-C or SIGTERM; return the hub's exit code.

    Raises HubError where something that is needed is missing.
    """
    require(settings)
    state.mkdir(mode=0o755, parents=True, exist_ok=True)
    if settings.accounts == "own":
        write_accounts(state, settings)
    copy_source(state)
    (state / "hub").mkdir(mode=0o700, exist_ok=True)
    if settings.sign_in == "file":
        new = give_passwords(
            state / "hub" / "passwords", [*settings.instructors, *settings.students]
        )
        _say_passwords(new)
    hub = subprocess.Popen(
        [*behind_walls(state, settings), "--", str(PYTHON), "-m", "deploy.hub.inside"],
        env=_environment(settings),
        stdin=subprocess.PIPE,  # closed, it tells the hub to stop
        start_new_session=True,  # so that Ctrl-C does not take the walls down before the gradebook
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _wait_until_it_answers(hub, settings, state)
        _say(settings, state)
        return hub.wait()
    except KeyboardInterrupt:
        print("\nStopping: servers, kernels, gradebook and proxy.", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        hub.communicate()


def require(settings: Settings) -> None:
    """Raise HubError where this machine cannot hold the hub, with the remedy."""
    if sys.platform != "linux":
        raise HubError("the hub needs Linux: its students are different users of the system")
    if os.geteuid() != 0:
        raise HubError(
            "the hub needs root, because every student's server runs as a user of its own, and "
            "only that keeps one student's files from another; remedy: sudo make hub"
        )
    try:
        tool("bwrap")
    except SandboxUnavailableError:
        raise HubError("no bwrap here; remedy: sudo apt-get install bubblewrap") from None
    needed = {"node": "nodejs", "setpriv": "util-linux"}
    if settings.dask_workers:
        needed["openssl"] = "openssl"
    for program, package in needed.items():
        if shutil.which(program) is None:
            raise HubError(f"no {program} here; remedy: sudo apt-get install {package}")
    if settings.accounts == "system":
        require_accounts((*settings.instructors, *settings.students))
    if not settings.gradebook and programs() is None:
        raise HubError("no PostgreSQL here; remedy: sudo apt-get install postgresql")
    if not _PROXY_PROGRAM.exists():
        raise HubError(f"configurable-http-proxy is not in {PROXY}; remedy: make hub")
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((settings.ip, settings.port))
        except OSError as error:
            raise HubError(
                f"{settings.ip}:{settings.port} cannot be served ({error.strerror}); "
                "remedy: make hub PORT=8001"
            ) from None


def _environment(settings: Settings) -> dict[str, str]:
    """Nothing of root's own environment: what servers inherit is written here."""
    return {
        "COURSE_HUB": json.dumps({"settings": asdict(settings), "ports": _free_ports(3)}),
        "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(32),
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{PYTHON.parent}:{os.defpath}:/usr/local/bin:/usr/sbin:/sbin",
        "PYTHONPATH": str(CHECKOUT),
    }


def _free_ports(count: int) -> list[int]:
    """Ports of this machine for what talks behind the proxy."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _wait_until_it_answers(hub: "subprocess.Popen[bytes]", settings: Settings, state: Path) -> None:
    log = state / "hub" / "log"
    ip = "127.0.0.1" if settings.ip == "0.0.0.0" else settings.ip
    url = f"http://{ip}:{settings.port}/hub/health"
    for _ in range(_SECONDS * 2):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            pass
        if hub.poll() is not None:
            raise HubError(f"the hub ended while it started; what it said is in {log}")
        time.sleep(0.5)
    raise HubError(f"the hub did not answer within {_SECONDS} s; what it said is in {log}")


def _say_passwords(new: dict[str, str]) -> None:
    if new:
        print("New passwords, shown this once:")
        for name, password in new.items():
            print(f"  {name:<12} {password}", flush=True)


def _say(settings: Settings, state: Path) -> None:
    print(f"\nThe hub is at http://{settings.ip}:{settings.port}")
    print(f"  instructors  {', '.join(settings.instructors) or 'none'}")
    print(f"  students     {', '.join(settings.students) or 'none'}")
    print(f"\nThe course is an instructor's Course List in JupyterLab, or {_course(settings)}")
    if settings.dask_workers:
        print(f"Workers: course grade ASSIGNMENT --cluster {address(settings)}")
    print(f"It is graded as the user {GRADER}. State and log: {state}")
    print("To stop: Ctrl-C. The next start goes on from there.", flush=True)


def _course(settings: Settings) -> str:
    return f"http://{settings.ip}:{settings.port}/services/{COURSE_ID}/lab?formgrader=true"


if __name__ == "__main__":
    sys.exit(main())
