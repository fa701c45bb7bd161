"""hub.toml: what can be set, and the sentence for what cannot."""

from pathlib import Path

import pytest

from deploy.hub.errors import HubError
from deploy.hub.settings import Settings, read_settings
from tests.deploy.running import ROOT


def written(folder: Path, text: str) -> Path:
    path = folder / "hub.toml"
    path.write_text(text)
    return path


def test_without_a_file_it_is_a_trial_on_this_machine() -> None:
    settings = read_settings(None)
    assert settings == Settings()
    assert (settings.ip, settings.accounts, settings.sign_in) == ("127.0.0.1", "own", "file")


def test_what_is_set_replaces_what_is_not(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, 'port = 9000\nstudents = ["s1", "s2"]\n'))
    assert settings == Settings(port=9000, students=("s1", "s2"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("port = ", "cannot be read as TOML"),
        ("prot = 8000", "unknown setting 'prot'; there are ip, port"),
        ('port = "8000"', "port is '8000', a int was expected"),
        ("port = true", "port is True, a int was expected"),
        ('students = ["Ana"]', "'Ana' cannot be an account's name"),
        ('students = ["a/b"]', "'a/b' cannot be an account's name"),
        ("students = [7]", "7 cannot be an account's name"),
        ('students = ["ana", "ana"]', "ana stands there twice"),
        ('instructors = ["ana"]', "ana stands there twice"),
        ('students = ["root"]', "'root' is an account of the hub's own"),
        ('students = ["course-grader"]', "'course-grader' is an account of the hub's own"),
        ('accounts = "some"', "accounts is 'some'; it can be own or system"),
        ('sign_in = "dummy"', "sign_in is 'dummy'; it can be file or pam or other"),
        ('sign_in = "pam"', 'sign_in = "pam" needs accounts = "system"'),
        ('sign_in = "other"', 'sign_in = "other" needs extra'),
        ("everybody = true", 'everybody = true needs accounts = "system"'),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, why: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(HubError) as error:
        read_settings(path)
    assert why in str(error.value)
    assert str(path) in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*/hub.toml")), ids=str)
def test_the_examples_can_be_read(path: Path) -> None:
    read_settings(path)
