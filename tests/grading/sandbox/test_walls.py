"""What a submission's code can reach, tried from inside: root grades, or an ordinary user."""

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

import pytest
from traitlets.config import Config

from nbexaminer.sandbox.bubblewrap import outer_wall
from nbexaminer.sandbox.folders import run_folder
from nbexaminer.sandbox.probe import laid_out, reached
from tests.grading.course import ROOT

pytestmark = pytest.mark.kernel

REACHED_WITHOUT_WALLS = {
    "fill_the_disk",
    "get_past_limits",
    "hold_capabilities",
    "make_system_calls",
    "read_files_outside",
    "read_the_environment",
    "see_more_than_the_system",
    "see_other_processes",
    "signal_other_processes",
    "use_shared_memory_of_others",
    "use_sockets_of_others",
    "use_the_network",
    "write_into_the_first_process",
}


def find(**config: dict[str, object]) -> dict[str, list[str]]:
    with laid_out() as marks:
        return reached(marks, Config(config))


@pytest.mark.parametrize("warm", [True, False])
def test_nothing_outside_is_reached(warm: bool) -> None:
    found = find(SandboxProvisioner={"warm": warm})
    assert {attempt: things for attempt, things in found.items() if things} == {}


def test_the_attempts_do_reach_what_is_not_behind_walls() -> None:
    found = find(Sandbox={"provisioner": "course-unprotected"})
    assert {attempt for attempt in REACHED_WITHOUT_WALLS if not found[attempt]} == set()


def test_nothing_outside_is_reached_where_the_temporary_folder_is_in_memory() -> None:
    with TemporaryDirectory(dir="/dev/shm") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "nbexaminer.sandbox.probe"],
            env=os.environ | {"TMPDIR": folder},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert {line.split()[0] for line in done.stdout.splitlines()} == {"warm", "cold"}
        assert os.listdir(folder) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="the tests above ran as an ordinary user")
def test_nothing_outside_is_reached_when_an_ordinary_user_grades() -> None:
    command = [
        *outer_wall(run_folder().shown.system, ROOT),
        *("sh", "-c", f"cd {ROOT} && id -u && exec $0 -m nbexaminer.sandbox.probe"),
        sys.executable,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert int(lines[0]) > 1000
    assert {line.split()[0] for line in lines[1:]} == {"warm", "cold"}
