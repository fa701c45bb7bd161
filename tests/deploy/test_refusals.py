"""A hub that cannot be safe, or cannot start, says so in one sentence with a remedy."""

import os
import socket
import sys
from pathlib import Path

import pytest

from deploy.hub import __main__ as hub
from deploy.hub.errors import HubError
from deploy.hub.settings import Settings
from nbexaminer.sandbox import requirements
from tests.deploy.running import refusal

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root gets that far")


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)


def test_without_root_there_is_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(HubError, match="the hub needs root, .* remedy: sudo make hub"):
        hub.require(Settings())


def test_elsewhere_than_linux_there_is_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(HubError, match="the hub needs Linux"):
        hub.require(Settings())


@pytest.mark.parametrize(
    ("program", "package"),
    [("bwrap", "bubblewrap"), ("node", "nodejs"), ("openssl", "openssl")],
)
def test_a_missing_program_is_named(
    as_root: None, monkeypatch: pytest.MonkeyPatch, program: str, package: str
) -> None:
    absent = lambda name, **_: None if name == program else f"/bin/{name}"  # noqa: E731
    monkeypatch.setattr("shutil.which", absent)
    monkeypatch.setattr(requirements, "_bwrap_of_the_pins", lambda: None)
    with pytest.raises(
        HubError, match=f"no {program} here; remedy: sudo apt-get install {package}"
    ):
        hub.require(Settings(dask_workers=1))


def test_a_missing_database_server_is_named(as_root: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name, **_: f"/bin/{name}")
    monkeypatch.setattr(hub, "programs", lambda: None)
    with pytest.raises(HubError, match="no PostgreSQL here; remedy: sudo apt-get install"):
        hub.require(Settings())


def test_a_missing_proxy_is_named(
    as_root: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name, **_: f"/bin/{name}")
    monkeypatch.setattr(hub, "programs", lambda: tmp_path)
    monkeypatch.setattr(hub, "_PROXY_PROGRAM", tmp_path / "none")
    with pytest.raises(HubError, match="configurable-http-proxy is not in .*; remedy: make hub"):
        hub.require(Settings())


def test_a_port_that_is_taken_is_named(
    as_root: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name, **_: f"/bin/{name}")
    monkeypatch.setattr(hub, "programs", lambda: tmp_path)
    monkeypatch.setattr(hub, "_PROXY_PROGRAM", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HubError, match=f"127.0.0.1:{port} cannot be served"):
            hub.require(Settings(port=port))


@ROOT_ONLY
def test_a_person_sees_one_line_and_no_traceback() -> None:
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    if os.access(sys.executable, os.X_OK) and _reachable(Path(sys.executable)):
        said = refusal(**nobody)
        assert said.startswith("make hub: the hub needs root")
    said = refusal("--settings", "/nowhere/hub.toml")
    assert said.startswith("make hub: /nowhere/hub.toml cannot be read")
    assert len(said.strip().splitlines()) == 1


def _reachable(path: Path) -> bool:
    folders = {*path.absolute().parents, *path.resolve().parents}
    return all(one.stat().st_mode & 1 for one in folders)
