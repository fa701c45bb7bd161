"""A folder that goes with its process: killed, the next one removes it; alive, nobody does."""

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import pytest

from nbexaminer.sandbox.locked_folder import LockedFolder

KIND = "grading-test-"
OTHER = f"""
import time
from nbexaminer.sandbox.locked_folder import LockedFolder
folder = LockedFolder({KIND!r})
(folder.path / "full").mkdir()
(folder.path / "full" / "file").write_text("something")
print(folder.path, flush=True)
time.sleep({{seconds}})
"""


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def other(seconds: float) -> tuple["subprocess.Popen[str]", Path]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", OTHER.format(seconds=seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_left_is_removed_and_nothing_of_a_live_one(tmp_path: Path) -> None:
    (tmp_path / f"{KIND}stranger").mkdir()  # without a lock: not of our making
    killed, left = other(60)
    alive, kept = other(60)
    try:
        killed.kill()
        killed.communicate()
        assert (left / "full" / "file").exists()
        folder = LockedFolder(KIND)
        assert not left.exists()
        assert (kept / "full" / "file").exists()
        assert (tmp_path / f"{KIND}stranger").exists()
        folder.remove()
        assert not folder.path.exists()
    finally:
        alive.kill()
        alive.communicate()


def test_a_process_that_ends_takes_it_along_and_warns_of_nothing() -> None:
    process, path = other(0)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert not path.exists()


def test_a_folder_that_nobody_holds_goes_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        folder = LockedFolder(KIND)
        path = folder.path
        del folder
    assert not path.exists()
