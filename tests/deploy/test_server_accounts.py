"""A server: the machine's accounts and PAM. The machine is ours, in a namespace of its own."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from nbexaminer.sandbox.requirements import tool
from tests.deploy.running import NOT_ROOT, ROOT, Hub, missing

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.kernel,
    pytest.mark.skipif(os.geteuid() != 0, reason=NOT_ROOT),
]

PEOPLE = {"teacher": 60_001, "zoe": 60_002}
PASSWORD = "a good one"
SETTINGS = """
accounts = "system"
sign_in = "pam"
instructors = ["teacher"]
students = ["zoe"]
"""


def machine(folder: Path) -> list[str]:
    """Return the start of a command that sees a machine with accounts, as a server has them."""
    etc = folder / "etc"
    etc.mkdir()
    for name in ("passwd", "group"):
        (etc / name).write_text(Path("/etc", name).read_text())
    (etc / "shadow").write_text(Path("/etc/shadow").read_text())
    (etc / "gshadow").write_text(Path("/etc/gshadow").read_text())
    conf = ROOT / "deploy" / "systemd" / "recurrent-cells.conf"
    subprocess.run(["systemd-sysusers", f"--root={folder}", str(conf)], check=True)
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", PASSWORD], capture_output=True, text=True, check=True
    ).stdout.strip()
    for name, number in PEOPLE.items():
        home = folder / "home" / name
        home.mkdir(parents=True)
        os.chown(home, number, number)
        home.chmod(0o700)
        with (etc / "passwd").open("a") as passwd, (etc / "group").open("a") as group:
            passwd.write(f"{name}:x:{number}:{number}::/home/{name}:/bin/bash\n")
            group.write(f"{name}:x:{number}:\n")
        with (etc / "shadow").open("a") as shadow:
            shadow.write(f"{name}:{hashed}:20000:0:99999:7:::\n")
    words = [tool("bwrap"), "--dev-bind", "/", "/", "--cap-add", "ALL", "--die-with-parent"]
    for name in ("passwd", "group", "shadow"):
        words += ["--bind", str(etc / name), f"/etc/{name}"]
    return [*words, "--bind", str(folder / "home"), "/home", "--"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    if (why := missing()) is not None:
        pytest.fail(f"the hub cannot be tested: {why}", pytrace=False)
    folder = tmp_path_factory.mktemp("server")
    hub = Hub(folder, SETTINGS, machine(folder))
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def sign_in(hub: Hub, name: str, password: str) -> requests.Session:
    session = requests.Session()
    session.get(f"{hub.url}/hub/login")
    xsrf = next(cookie.value for cookie in session.cookies if cookie.name == "_xsrf")
    form = {"username": name, "password": password, "_xsrf": str(xsrf)}
    session.post(f"{hub.url}/hub/login", data=form, allow_redirects=False)
    return session


def files(hub: Hub, session: requests.Session, name: str) -> set[str]:
    """Return what a person's server shows of their home, when it has started."""
    session.get(f"{hub.url}/hub/spawn")
    for _ in range(240):
        session.get(f"{hub.url}/user/{name}/lab")  # by way of the hub, which says who it is
        answer = session.get(f"{hub.url}/user/{name}/api/contents")
        if answer.ok and answer.headers["Content-Type"].startswith("application/json"):
            return {one["name"] for one in answer.json()["content"]}
        time.sleep(0.5)
    raise AssertionError(f"{name}'s server does not answer: {hub.log()[-3000:]}")


def test_pam_lets_in_who_is_in_the_settings(server: Hub) -> None:
    assert server.passwords == {}  # PAM has them
    zoe = sign_in(server, "zoe", PASSWORD)
    assert "lectures" in files(server, zoe, "zoe")
    home = server.state.parent / "home" / "zoe"
    assert (home / "lectures").stat().st_uid == PEOPLE["zoe"]
    assert zoe.get(f"{server.url}/user/zoe/formgrader/api/assignments").status_code == 404
    assert zoe.get(f"{server.url}/services/recurrent_cells/lab").status_code == 403
    for name, password in (("zoe", "another"), ("root", ""), ("course-grader", "")):
        with_nothing = sign_in(server, name, password)
        assert not [one for one in with_nothing.cookies if one.name.startswith("jupyterhub-hub")]


def test_an_instructor_enters_the_course(server: Hub) -> None:
    teacher = sign_in(server, "teacher", PASSWORD)
    assert teacher.get(f"{server.url}/services/recurrent_cells/lab").status_code == 200
    answer = teacher.get(f"{server.url}/services/recurrent_cells/formgrader/api/assignments")
    assert answer.status_code == 200, answer.text[:500]
    assert {one["name"] for one in answer.json()} >= {"2_forget_gate"}
