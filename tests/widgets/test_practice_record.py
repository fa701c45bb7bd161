"""The record of what was practised: it survives what happens to files, and goes nowhere."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises import exercise
from course_utils.widgets import practice, practice_record
from course_utils.widgets.practice_record import SWITCH, Kept, PracticeRecord


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record's file that is not there yet, and is the one of this machine."""
    file = tmp_path / "new folder" / "practice.json"
    monkeypatch.setenv(SWITCH, str(file))
    return file


def solve(box: Any) -> None:
    box.fill(**exercise("forget_gate").solve(box._data))
    box.check()


def test_a_solved_problem_is_kept_once_and_with_its_streak(path: Path) -> None:
    box = practice("forget_gate")
    box.check()
    assert not path.exists(), "nothing was solved"
    solve(box)
    box.check()
    box.another()
    box.hint()
    solve(box)
    box.another()
    box.steps()
    solve(box)
    kept = practice_record().read()["forget_gate"]
    assert (kept.solved, kept.alone, kept.best) == (3, 1, 2)
    assert "forget_gate" in repr(practice_record())


def test_an_exam_is_not_practice(path: Path) -> None:
    from course_utils.widgets.practice_box import Practice

    box = Practice(exercise("forget_gate"), in_exam=True)
    solve(box)
    assert not path.exists()


def test_it_is_exported_and_reset(path: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no record yet"):
        practice_record().export(tmp_path / "copy.json")
    practice_record().add("gru_step", alone=True, streak=4)
    copy = practice_record().export(tmp_path / "copy.json")
    assert json.loads(copy.read_text())["exercises"]["gru_step"]["best"] == 4
    practice_record().reset()
    practice_record().reset()
    assert practice_record().read() == {}


DAMAGED = [b"", b"{", b"[]", b'{"version": 2}', b"\xff\xfe", b"[" * 100_000]
DAMAGED += [b'{"version": 1, "exercises": {"a": {"solved": "many"}}}', b'{"version": 1}']


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_set_aside_and_said(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    box = practice("forget_gate")
    solve(box)
    assert "damaged" in box._summary.value
    assert path.with_suffix(".damaged.json").read_bytes() == content
    assert practice_record().read()["forget_gate"].solved == 1


@given(st.binary(max_size=60))
def test_no_file_is_a_reason_to_stop(tmp_path_factory: Any, content: bytes) -> None:
    file: Path = tmp_path_factory.mktemp("record") / "practice.json"
    file.write_bytes(content)
    record = PracticeRecord(file)
    record.add("rnn_step", alone=False, streak=0)
    assert record.read()["rnn_step"].solved == 1


def test_a_write_that_fails_leaves_the_old_file_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice_record().add("rnn_step", alone=True, streak=1)
    before = path.read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    record = practice_record()
    record.add("rnn_step", alone=True, streak=2)
    assert "No space left" in record.note
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name], "nothing lies about"


def test_nothing_is_kept_on_a_hub_unless_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    assert practice_record().path == tmp_path / "recurrent-cells" / "practice.json"
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    record = practice_record()
    record.add("rnn_step", alone=True, streak=1)
    assert record.path is None
    assert record.read() == {}
    assert "No record is kept here" in repr(record)
    monkeypatch.setenv(SWITCH, "on")
    assert practice_record().path == tmp_path / "recurrent-cells" / "practice.json"
    monkeypatch.delenv("JUPYTERHUB_USER")
    monkeypatch.setenv(SWITCH, "off")
    assert practice_record().path is None


def test_a_record_is_what_was_written(path: Path) -> None:
    practice_record().add("rnn_step", alone=True, streak=1)
    kept = practice_record().read()["rnn_step"]
    assert kept == Kept(1, 1, 1, kept.last)
