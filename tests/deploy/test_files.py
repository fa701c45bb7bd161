"""The files around the hub: pins, units, container files, and the commands of its README."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config.loader import PyFileConfigLoader

from deploy.hub.settings import Settings
from tests.deploy.running import ROOT

DEPLOY = ROOT / "deploy"
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
LOCK: dict[str, Any] = json.loads((DEPLOY / "package-lock.json").read_text())
NODE = 18
"""Debian 12's."""

# What runs each command of the README; None where the README says that nothing does.
RUN_BY: dict[str, str | None] = {
    "sudo apt-get install python3": None,  # .ci/run installs the same packages: see below
    "sudo .venv/bin/python -m deploy.measure": "test_class_on_hub.py, while students are there",
    "sudo make hub": "test_class_on_hub.py, with a port, a state and settings",
    "course grade": "test_class_on_hub.py, in a terminal",
    "course scores": "test_class_on_hub.py, in a terminal",
    "python -m nbexaminer.sandbox.probe": "test_class_on_hub.py, in a terminal",
    "pg_dump": "test_class_on_hub.py, in a terminal",
    "sudo tar --create": "test_class_on_hub.py, between two starts",
    "sudo tar --extract": "test_class_on_hub.py, between two starts",
    "git pull": None,
    "sudo git clone": None,
    "cd /opt/recurrent-cells": None,
    "sudo install": None,
    "sudo systemd-sysusers": None,
    "sudo systemctl": None,
    "docker compose": None,
    "echo -e": None,
}
NOT_RUN = ("None of these commands is run by the tests", "(not run by the tests)",
           "No container engine runs in our tests")  # fmt: skip


def commands() -> list[str]:
    lines = re.findall(r"^(?: {4}| {6})(\S.*)$", README, re.MULTILINE)
    inline = re.findall(r"`((?:course|sudo|python -m) [^`]*)`", README)
    return [line for line in [*lines, *inline] if not line.startswith("c.")]


def test_every_command_of_the_readme_is_run_or_said_not_to_be() -> None:
    found = commands()
    assert len(found) > 15
    for command in found:
        assert any(command.startswith(known) for known in RUN_BY), command
    for known in RUN_BY:
        assert any(command.startswith(known) for command in found), f"{known} is not there"
    flat = " ".join(README.split())
    assert all(said in flat for said in NOT_RUN)


def test_the_commands_that_tests_run_are_in_them() -> None:
    day = (ROOT / "tests/deploy/class_day.py").read_text()
    hub = (ROOT / "tests/deploy/test_class_on_hub.py").read_text()
    for word in ("course grade", "course scores", "sandbox.probe", "pg_dump --host="):
        assert word in day
    assert '"--create"' in hub
    assert '"--extract"' in hub


def test_the_readme_names_every_setting() -> None:
    for field in fields(Settings):
        assert f"`{field.name}`" in README, field.name


def test_the_proxy_is_pinned_with_all_it_depends_on() -> None:
    wanted = json.loads((DEPLOY / "package.json").read_text())
    assert wanted["dependencies"] == LOCK["packages"][""]["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", v) for v in wanted["dependencies"].values())
    packages = {name: one for name, one in LOCK["packages"].items() if name}
    assert len(packages) > 30
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert "resolved" not in json.dumps(LOCK), "it names the registry of one machine"


def test_the_proxy_runs_on_debians_node() -> None:
    for name, one in LOCK["packages"].items():
        needs = one.get("engines", {}).get("node", "*")
        least = re.findall(r"\d+", needs.split("||")[0])
        assert not least or int(least[0]) <= NODE, f"{name} needs Node {needs}"


def test_readme_container_and_tests_install_the_same() -> None:
    line = next(one for one in commands() if one.startswith("sudo apt-get install"))
    named = set(shlex.split(line)[3:])
    in_container = (DEPLOY / "container" / "Dockerfile").read_text()
    in_tests = (ROOT / "make" / "tools").read_text() + (ROOT / ".ci" / "run").read_text()
    for package in named:
        assert re.search(rf"\b{package}\b", in_container), f"the Dockerfile lacks {package}"
        assert re.search(rf"\b{package}\b", in_tests), f"make/tools lacks {package}"


def test_the_container_is_reached_from_its_machine_only() -> None:
    [(name, hub)] = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text())[
        "services"
    ].items()
    assert name == "hub"
    assert all(port.startswith("127.0.0.1:") for port in hub["ports"])
    assert hub["cap_add"] == ["SYS_ADMIN"]
    mounted = [volume.split(":")[1] for volume in hub["volumes"]]
    command = (DEPLOY / "container" / "Dockerfile").read_text().splitlines()[-1]
    words = json.loads(command.removeprefix("CMD "))
    assert words[words.index("--settings") + 1] in mounted
    assert words[words.index("--state") + 1] in mounted


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / "systemd" / name)
    return parser


def test_the_unit_starts_what_make_hub_starts() -> None:
    words = shlex.split(unit("recurrent-cells-hub.service")["Service"]["ExecStart"])
    assert words[1:3] == ["-m", "deploy.hub"]
    assert set(words[3::2]) == {"--settings", "--state"}
    makefile = (ROOT / "Makefile").read_text()
    assert "$(BIN)/python -m deploy.hub" in makefile
    # one signal, to the one who stops the others in order
    assert unit("recurrent-cells-hub.service")["Service"]["KillMode"] == "mixed"


def test_workers_may_make_sandboxes() -> None:
    service = unit("recurrent-cells-dask-workers.service")["Service"]
    forbidden = {"RestrictNamespaces", "ProtectProc", "ProcSubset", "SystemCallFilter",
                 "PrivateUsers"}  # fmt: skip
    assert not forbidden & set(service)
    assert "tls://" in service["ExecStart"]


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NOT RUN: no systemd-analyze here; remedy: sudo apt-get install systemd")
    for path in (DEPLOY / "systemd").glob("*.s[el]*"):
        text = path.read_text().replace("/opt/recurrent-cells", str(ROOT))
        (tmp_path / path.name).write_text(text)
    units = [str(path) for path in tmp_path.iterdir()]
    assert len(units) == 3
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "recurrent" in line]
    assert ours == []


def test_systemd_makes_the_accounts() -> None:
    if shutil.which("systemd-sysusers") is None:
        pytest.skip("NOT RUN: no systemd-sysusers here; remedy: sudo apt-get install systemd")
    path = DEPLOY / "systemd" / "recurrent-cells.conf"
    done = subprocess.run(
        ["systemd-sysusers", "--dry-run", str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for name in ("course-grader", "course-proxy"):
        assert name in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("role", "on"),
    [
        ("student", {"assignment_list", "validate_assignment"}),
        ("instructor", {"assignment_list", "validate_assignment", "course_list"}),
        ("grader", {"formgrader", "validate_assignment"}),
    ],
)
def test_extensions_are_on_where_nbgrader_says(role: str, on: set[str]) -> None:
    folder = DEPLOY / "config" / role
    server = json.loads((folder / "jupyter_server_config.d" / "nbgrader.json").read_text())
    extensions = server["ServerApp"]["jpserver_extensions"]
    assert {name.rpartition(".")[2] for name, there in extensions.items() if there} == on
    # make switches it on in the environment, for everybody: here it is the grader's alone
    assert extensions["nbexaminer.formgrader"] is (role == "grader")
    page = json.loads((folder / "labconfig" / "page_config.json").read_text())
    off = {name.rpartition(":")[2].replace("-", "_") for name in page["disabledExtensions"]}
    makes = {"create_assignment"} if role == "grader" else set()
    everything = {"formgrader", "assignment_list", "course_list", "validate_assignment"}
    assert off == (everything | {"create_assignment"}) - on - makes


def test_servers_have_private_kernels() -> None:
    folder = DEPLOY / "config" / "everyone"
    config = PyFileConfigLoader("jupyter_server_config.py", path=str(folder)).load_config()
    assert config.KernelManager.transport == "ipc"
