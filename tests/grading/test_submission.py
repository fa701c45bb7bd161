"""What is read of a submission's folder: ordinary files, and nothing they point at."""

import os
import sys
from pathlib import Path

import pytest

from course_utils.grading.submission import read_folder


def test_an_ordinary_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "sums.ipynb").write_bytes(b"{}")
    (tmp_path / "data.csv").write_bytes(b"1,2")
    assert read_folder(tmp_path, 1).notebooks == {"sums.ipynb": b"{}"}


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of POSIX")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: os.symlink("/etc/passwd", path), "it is a link"),
        (lambda path: os.symlink("nowhere", path), "it is a link"),
        (os.mkfifo, "it is not an ordinary file"),
        (os.mkdir, "it is not an ordinary file"),
    ],
)
def test_anything_else_is_named_and_not_read(tmp_path: Path, make: object, reason: str) -> None:
    assert callable(make)
    make(tmp_path / "sums.ipynb")
    handed_in = read_folder(tmp_path, 1)
    assert handed_in.notebooks == {}
    assert reason in handed_in.trouble["sums.ipynb"]


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "sums.ipynb").write_bytes(b" " * 2_000_000)
    assert "the file has 2 MB, more than the 1 MB" in read_folder(tmp_path, 1).trouble["sums.ipynb"]
