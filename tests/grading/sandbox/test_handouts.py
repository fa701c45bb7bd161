"""Each content is written once, kept while a kernel uses it, and a few after that."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbexaminer.sandbox.folders import run_folder
from nbexaminer.sandbox.handouts import KEPT, Handouts, write_files

FILES = {"course_utils/__init__.py": b"answer = 42", "data.csv": b"1,2\n"}


@pytest.fixture
def handouts() -> Iterator[Handouts]:
    made = Handouts()
    yield made
    for number in range(KEPT + 1):  # so many others that none of the test's is kept
        made.give_back(made.take({"empty": b"%d" % number}))


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_same_files_are_one_folder_that_everybody_can_read(handouts: Handouts) -> None:
    one, two = handouts.take(FILES), handouts.take(dict(reversed(FILES.items())))
    assert one == two
    assert one.parent == run_folder().shown.handouts
    assert contents(one) == FILES
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [one, *one.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o755}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o644}
    written = (one / "data.csv").stat().st_mtime_ns
    for folder in (one, two):
        handouts.give_back(folder)
    again = handouts.take(FILES)
    assert (again / "data.csv").stat().st_mtime_ns == written
    handouts.give_back(again)


@pytest.mark.parametrize(
    "other",
    [
        FILES | {"data.csv": b"1,3\n"},
        FILES | {"more.csv": b""},
        {"course_utils/__init__.py": b"answer = 42"},
        {"course_utils/__init__.py": b"answer = 4", "2data.csv": b"1,2\n"},
    ],
)
def test_other_files_are_another_folder(handouts: Handouts, other: dict[str, bytes]) -> None:
    one, two = handouts.take(FILES), handouts.take(other)
    assert one != two
    assert (contents(one), contents(two)) == (FILES, other)
    handouts.give_back(one)
    handouts.give_back(two)


def test_what_is_used_stays_and_of_the_rest_a_few_do(handouts: Handouts) -> None:
    used = handouts.take(FILES)
    others = [{"data.csv": b"%d" % number} for number in range(2 * KEPT)]
    folders = []
    for files in others:
        folders.append(handouts.take(files))
        handouts.give_back(folders[-1])
    assert [folder.exists() for folder in folders] == [False] * KEPT + [True] * KEPT
    assert contents(used) == FILES
    handouts.give_back(used)
    assert used.exists()
    assert not folders[KEPT].exists()


def test_what_is_not_to_be_kept_goes_with_its_last_user_and_nothing_else_does(
    handouts: Handouts,
) -> None:
    handouts.give_back(other := handouts.take({"data.csv": b""}))
    answers = handouts.take(FILES)
    assert handouts.take(FILES) == answers
    handouts.give_back(answers, keep=False)
    assert contents(answers) == FILES
    handouts.give_back(answers, keep=False)
    assert not answers.exists()
    assert other.exists()
    assert contents(handouts.take(FILES)) == FILES
    handouts.give_back(answers, keep=False)


def test_a_folder_that_was_written_in_part_is_written_anew(handouts: Handouts) -> None:
    folder = handouts.take(FILES)
    handouts.give_back(folder)
    (folder / "data.csv").unlink()
    another = Handouts()  # as after a run that was ended on its way
    assert contents(another.take(FILES)) == FILES
    another.give_back(folder)


@pytest.mark.parametrize("name", ["../above.csv", "a/../../above.csv", "/etc/above.csv"])
def test_no_file_is_written_outside(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"a handout's file is called '.*above\.csv', which is"):
        write_files({name: b""}, tmp_path / "handout")
    assert not (tmp_path / "above.csv").exists()
    assert contents(tmp_path) == {}
