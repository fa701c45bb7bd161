"""The course's key, and the inputs that are drawn with it."""

import os
import stat
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.coursedir import CourseDirectory

from nbexaminer.course.trial_key import FILE, trial_key
from nbexaminer.errors import CourseFolderError
from nbexaminer.judge.judge import salt


def course(root: Path, **values: object) -> CourseDirectory:
    return CourseDirectory(root=str(root), **values)


def notebook(*sources: str) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def test_the_first_grading_makes_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    key = trial_key(course(tmp_path))
    assert len(key) == 32
    assert trial_key(course(tmp_path)) == key
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / FILE).parent.iterdir()] == [FILE.name]
    assert trial_key(course(tmp_path / "another")) != key


def test_who_shares_the_folder_shares_the_key(tmp_path: Path) -> None:
    trial_key(course(tmp_path, groupshared=True))
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) & 0o077 in (0o040, 0)  # by the umask


def test_a_key_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    with pytest.raises(CourseFolderError, match="inputs cannot be read"):
        trial_key(course(tmp_path))


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "00" * 31])
def test_a_file_that_is_no_key_is_named(tmp_path: Path, text: str) -> None:
    trial_key(course(tmp_path))
    (tmp_path / FILE).write_text(text, encoding="ascii")
    with pytest.raises(CourseFolderError, match="trials.key is no key"):
        trial_key(course(tmp_path))


def test_a_key_is_made_where_there_are_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*names: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    assert trial_key(course(tmp_path)) == trial_key(course(tmp_path))


def test_inputs_follow_from_the_notebook_and_the_key() -> None:
    nb = notebook("def gate(): pass", "check()")
    same = salt(notebook("def gate(): pass", "check()"), "class", b"key")
    assert salt(nb, "class", b"key") == same
    others = {
        salt(nb, "class", b"another key"),
        salt(nb, "ana", b"key"),
        salt(notebook("def gate(): pass ", "check()"), "class", b"key"),
        salt(notebook("def gate(): pass", "check(1)"), "class", b"key"),
        salt(notebook("def gate(): pass\x00check()"), "class", b"key"),
        salt(notebook("def gate(): pass", "check()", "\ud800"), "class", b"key"),
    }
    assert len(others | {same}) == 7
