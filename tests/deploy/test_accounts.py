"""Users of the hub's own, and passwords."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.hub.accounts import IDS, require_accounts, write_accounts
from deploy.hub.errors import HubError
from deploy.hub.passwords import give_passwords, is_right
from deploy.hub.settings import Settings

PASSWD = "root:x:0:0:root:/root:/bin/bash\nother:x:60601:60601::/home/other:/bin/sh\n"
GROUP = "root:x:0:\nteam:x:60603:\n"


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "passwd").write_text(PASSWD)
    (folder / "group").write_text(GROUP)
    return folder


def ids(state: Path) -> dict[str, int]:
    lines = (state / "accounts" / "passwd").read_text().splitlines()
    return {line.split(":")[0]: int(line.split(":")[2]) for line in lines}


def test_the_machines_accounts_stay_and_new_ones_take_free_numbers(
    etc: Path, tmp_path: Path
) -> None:
    write_accounts(tmp_path, Settings(), etc)
    found = ids(tmp_path)
    assert (tmp_path / "accounts" / "passwd").read_text().startswith(PASSWD)
    assert (tmp_path / "accounts" / "group").read_text().startswith(GROUP)
    new = [found[name] for name in found if name not in ("root", "other")]
    assert set(found) == {
        "root", "other", "course-grader", "course-proxy", "instructor", "ana", "ben",
    }  # fmt: skip
    assert len(set(new)) == 5
    assert all(number in IDS for number in new)
    assert not {60601, 60603} & set(new)


def test_a_number_is_never_given_to_somebody_else(etc: Path, tmp_path: Path) -> None:
    """Files of a student who has left belong to nobody, not to the next one."""
    write_accounts(tmp_path, Settings(students=("ana", "ben")), etc)
    before = ids(tmp_path)
    write_accounts(tmp_path, Settings(students=("zoe", "ben")), etc)
    after = ids(tmp_path)
    assert after["ben"] == before["ben"]
    assert after["zoe"] not in before.values()
    assert "ana" not in after
    write_accounts(tmp_path, Settings(students=("ana",)), etc)
    assert ids(tmp_path)["ana"] == before["ana"]


def test_a_name_of_the_machines_is_refused(etc: Path, tmp_path: Path) -> None:
    with pytest.raises(HubError, match="other is an account of this machine already; remedy"):
        write_accounts(tmp_path, Settings(students=("other",)), etc)


def test_there_are_not_endless_numbers(etc: Path, tmp_path: Path) -> None:
    many = tuple(f"s{k}" for k in range(len(IDS)))
    with pytest.raises(HubError, match="all are taken"):
        write_accounts(tmp_path, Settings(students=many), etc)


def test_missing_accounts_of_the_machine_are_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deploy.hub.accounts.PROXY_USER", "root")
    with pytest.raises(HubError, match="no account course-grader; remedy: sudo systemd-sysusers"):
        require_accounts(("ana",))
    monkeypatch.setattr("deploy.hub.accounts.GRADER", "root")
    with pytest.raises(HubError, match="no account not-there; remedy: sudo adduser not-there"):
        require_accounts(("root", "not-there"))


def test_passwords_are_shown_once_and_kept_as_hashes(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    first = give_passwords(path, ["ana", "ben"])
    assert set(first) == {"ana", "ben"}
    assert give_passwords(path, ["ana", "ben"]) == {}
    assert set(give_passwords(path, ["ana", "zoe"])) == {"zoe"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(password in path.read_text() for password in first.values())
    assert is_right(path, "ana", first["ana"])
    assert not is_right(path, "ben", first["ana"])


def test_a_line_taken_out_gives_a_new_password(tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    [old] = give_passwords(path, ["ana"]).values()
    kept = json.loads(path.read_text())
    del kept["ana"]
    path.write_text(json.dumps(kept))
    [new] = give_passwords(path, ["ana"]).values()
    assert is_right(path, "ana", new)
    assert not is_right(path, "ana", old)


@settings(max_examples=20)  # a hash takes its time, as it should
@given(tried=st.text(max_size=30), name=st.sampled_from(["ana", "nobody", ""]))
def test_nothing_else_is_right(
    tmp_path_factory: pytest.TempPathFactory, tried: str, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "kept"
    give_passwords(path, ["ana"])
    assert not is_right(path, name, tried)
