"""What is seen behind the hub's walls, without a hub: as root, and as one of its users."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.hub import walls
from deploy.hub.accounts import write_accounts
from deploy.hub.places import CHECKOUT, GRADER
from deploy.hub.settings import Settings
from tests.deploy.running import NOT_ROOT, missing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason=NOT_ROOT),
]

LOOK = """
import json, os, pathlib, pwd, sys
def seen(path):
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        return type(error).__name__
import course_utils
places = json.loads(sys.argv[1])
print(json.dumps({
    "seen": {place: seen(place) for place in places},
    "name": pwd.getpwuid(os.getuid()).pw_name,
    "me": os.getuid(),
}))
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    if (why := missing()) is not None:
        pytest.fail(why, pytrace=False)
    folder = tmp_path / "state"
    folder.mkdir()
    write_accounts(folder, Settings())
    return folder


def look(state: Path, *places: Path) -> dict[str, object]:
    """Look at the places as the grader."""
    drop = ["setpriv", f"--reuid={GRADER}", f"--regid={GRADER}", "--clear-groups", "--"]
    command = [
        *walls.behind_walls(state, Settings()),
        "--",
        *drop,
        str(CHECKOUT / ".venv/bin/python"),
    ]
    asked = json.dumps([str(place) for place in places])
    done = subprocess.run([*command, "-c", LOOK, asked], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_an_ordinary_user_runs_python_and_sees_no_solutions(state: Path) -> None:
    hidden = [CHECKOUT / "source", CHECKOUT / "tests", CHECKOUT / ".git"]
    found = look(state, CHECKOUT, *hidden, Path("/home"))
    seen = found["seen"]
    assert isinstance(seen, dict)
    assert set(seen[str(CHECKOUT)]) <= {
        ".venv", "build", "course_utils", "course_utils.egg-info", "deploy", "nbgrader_config.py",
        "nbexaminer", "notebooks", "release",
    }  # fmt: skip
    assert all(seen[str(place)] == "FileNotFoundError" for place in hidden)
    assert seen["/home"] == []
    assert found["name"] == GRADER
    assert (CHECKOUT / "source").is_dir()


def test_a_python_in_a_closed_folder_is_shown_and_its_neighbours_are_not(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    (closed / "python" / "lib").mkdir(parents=True)
    (closed / "secret").mkdir()
    closed.chmod(0o700)
    for folder in [one for one in tmp_path.parents if one.is_relative_to("/tmp/pytest-of-root")]:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)  # so that `closed` is the first
    monkeypatch.setattr(sys, "base_prefix", str(closed / "python"))
    monkeypatch.setattr(walls, "SHOWN", (*walls.SHOWN, Path(sys.base_exec_prefix)))
    words = walls.behind_walls(state, Settings())
    bound = [words[k + 1] for k, word in enumerate(words) if word == "--ro-bind"]
    assert str(closed / "python") in bound
    assert str(closed / "secret") not in bound
    covered = [Path(words[k + 1]) for k, word in enumerate(words) if word == "--tmpfs"]
    assert any(place == closed or place in closed.parents for place in covered)


def test_a_kill_leaves_nothing(state: Path) -> None:
    command = [*walls.behind_walls(state, Settings()), "--", "sh", "-c"]
    mark = f"86400.{os.getpid()}"
    hub = subprocess.Popen(
        [*command, f"setsid sleep {mark} & setsid sleep {mark} & echo started; wait"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert hub.stdout is not None
    assert hub.stdout.readline() == "started\n"
    hub.kill()
    hub.wait()
    for _ in range(50):
        left = subprocess.run(["pgrep", "-f", f"sleep {mark}"], capture_output=True, text=True)
        if not left.stdout:
            return
        subprocess.run(["sleep", "0.1"])
    pytest.fail(f"left: {left.stdout}")
