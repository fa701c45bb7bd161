"""At the hub's start root writes into folders of the grader's, and nowhere else."""

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.hub.errors import HubError
from deploy.hub.owned import give, make_folder, open_file, write_file

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")

OWNER = "nobody"
UID = pwd.getpwnam(OWNER).pw_uid


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A folder of the system's with a secret that is root's."""
    (tmp_path / "system").mkdir(mode=0o700)
    (tmp_path / "system" / "secret").write_text("root's")
    (tmp_path / "state").mkdir()
    os.chown(tmp_path / "state", UID, -1)
    return tmp_path / "system"


def link(path: Path, system: Path) -> None:
    path.symlink_to(system / "secret")


def link_to_nothing_yet(path: Path, system: Path) -> None:
    path.symlink_to(system / "new")


def hard_link(path: Path, system: Path) -> None:
    path.hardlink_to(system / "secret")


def pipe(path: Path, system: Path) -> None:
    os.mkfifo(path)


def folder(path: Path, system: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("lay", [link, link_to_nothing_yet, hard_link, pipe, folder])
@pytest.mark.parametrize("flags", [os.O_WRONLY | os.O_TRUNC, os.O_RDWR | os.O_APPEND])
def test_a_file_is_not_written_through_what_lies_there(
    system: Path, lay: Callable[[Path, Path], None], flags: int
) -> None:
    path = system.parent / "state" / "url"
    lay(path, system)
    with pytest.raises(HubError, match=r"url is .*; remedy: remove it"):
        open_file(path, OWNER, 0o600, flags)
    assert os.listdir(system) == ["secret"]
    assert (system / "secret").read_text() == "root's"
    assert (system / "secret").stat().st_uid == 0


@pytest.mark.parametrize("lay", [link, link_to_nothing_yet, pipe])
@pytest.mark.parametrize("place", ["socket", "socket/inner"])
def test_a_folder_is_not_made_or_given_away_behind_a_link(
    system: Path, lay: Callable[[Path, Path], None], place: str
) -> None:
    state = system.parent / "state"
    lay(state / "socket", system)
    with pytest.raises(HubError, match="socket is a link, or no folder"):
        make_folder(state, state / place, OWNER, 0o700)
    (state / "socket").unlink()
    (state / "socket").symlink_to(system)
    with pytest.raises(HubError, match="socket is a link, or no folder"):
        make_folder(state, state / place, OWNER, 0o777)
    assert os.listdir(system) == ["secret"]
    assert stat.S_IMODE(system.stat().st_mode) == 0o700
    assert system.stat().st_uid == 0


def test_what_is_in_order_is_made_once_and_kept(system: Path) -> None:
    state = system.parent / "state"
    for _ in range(2):
        make_folder(state, state / "exchange", OWNER, 0o1777)
        make_folder(state, state / "exchange" / "inbound", OWNER, 0o3733)
        write_file(state / "exchange" / "url", "one\n", OWNER, 0o600)
    found = (state / "exchange" / "inbound").stat()
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (UID, 0o3733)
    assert (state / "exchange" / "url").read_text() == "one\n"
    assert (state / "exchange" / "url").stat().st_uid == UID


def test_giving_away_follows_no_link(system: Path) -> None:
    source = system.parent / "state" / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "file").touch()
    (source / "inner" / "link").symlink_to(system / "secret")
    (source / "away").symlink_to(system)
    give(source, OWNER)
    assert {path.lstat().st_uid for path in (source, *source.rglob("*"))} == {UID}
    assert system.stat().st_uid == (system / "secret").stat().st_uid == 0
