"""The record of what was practised: it survives what happens to files, and goes nowhere."""

import json
import subprocess
import sys
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
    file = tmp_path / "new folder" / "practice.jsonl"
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
        practice_record().export(tmp_path / "copy.jsonl")
    practice_record().add("gru_step", alone=True, streak=4)
    copy = practice_record().export(tmp_path / "copy.jsonl")
    assert json.loads(copy.read_text())["best"] == 4
    practice_record().reset()
    practice_record().reset()
    assert practice_record().read() == {}


DAMAGED = [b"", b"{", b"[]", b'{"exercise": 2}', b"\xff\xfe", b"[" * 100_000, b"[]\n\n[]"]
DAMAGED += [b'{"exercise": "a", "solved": "many"}', b'{"exercise": "a", "solved": 1}', b"12"]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_damaged_lines_stay_and_are_said(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    box = practice("forget_gate")
    solve(box)
    assert path.read_bytes().startswith(content)
    record = practice_record()
    assert record.read()["forget_gate"].solved == 1
    lines = len([line for line in content.split(b"\n") if line])
    assert record.note.count(f"; {lines} of its lines are damaged") == bool(content)


@given(st.binary(max_size=60))
def test_no_file_is_a_reason_to_stop(tmp_path_factory: Any, content: bytes) -> None:
    file: Path = tmp_path_factory.mktemp("record") / "practice.jsonl"
    file.write_bytes(content)
    record = PracticeRecord(file)
    record.add("rnn_step", alone=False, streak=0)
    assert record.read()["rnn_step"].solved == 1


@pytest.mark.slow
def test_two_notebooks_write_at_once_and_nothing_is_lost(path: Path) -> None:
    code = (
        "from course_utils.widgets import practice_record\n"
        "for k in range(200):\n"
        "    practice_record().add('rnn_step', alone=True, streak=k)"
    )
    at_once = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [one.wait() for one in at_once] == [0, 0, 0]
    record = practice_record()
    kept = record.read()["rnn_step"]
    assert (kept.solved, kept.alone, kept.best, record.note) == (600, 600, 199, "")


def test_a_write_that_fails_is_said_and_practice_goes_on(path: Path) -> None:
    path.mkdir(parents=True)
    box = practice("forget_gate")
    solve(box)
    assert "cannot be written (Is a directory)" in box._summary.value
    assert box.streak == 1


def test_nothing_is_kept_on_a_hub_unless_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    assert practice_record().path == tmp_path / "recurrent-cells" / "practice.jsonl"
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    record = practice_record()
    record.add("rnn_step", alone=True, streak=1)
    assert record.path is None
    assert record.read() == {}
    assert "No record is kept here" in repr(record)
    monkeypatch.setenv(SWITCH, "on")
    assert practice_record().path == tmp_path / "recurrent-cells" / "practice.jsonl"
    monkeypatch.delenv("JUPYTERHUB_USER")
    monkeypatch.setenv(SWITCH, "off")
    assert practice_record().path is None


def test_a_record_is_what_was_written(path: Path) -> None:
    practice_record().add("rnn_step", alone=True, streak=1)
    kept = practice_record().read()["rnn_step"]
    assert kept == Kept(1, 1, 1, kept.last)
