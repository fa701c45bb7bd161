"""Zip files as learning platforms hand them out, good and bad."""

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from traitlets.config.loader import PyFileConfigLoader

from nbexaminer.submission.collecting import ExtractEachArchive, StudentAndTime
from tests.grading.course import ROOT

CONFIG = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()


@pytest.mark.parametrize(
    ("path", "student", "file"),
    [
        ("ana_2026-01-02-03-04-05_sums.ipynb", "ana", "sums.ipynb"),
        ("ana_2026-01-02-03-04-05/sums.ipynb", "ana", "sums.ipynb"),
        ("ana_2026-01-02-03-04-05/my homework/sums (1).ipynb", "ana", "sums (1).ipynb"),
        ("ana_maria_2026-01-02-03-04-05_2_sums.ipynb", "ana_maria", "2_sums.ipynb"),
        ("group 1/ö.b@c-d_2026-01-02-03-04-05_sums.ipynb", "ö.b@c-d", "sums.ipynb"),
    ],
)
def test_student_time_and_file_are_read_from_the_name(path: str, student: str, file: str) -> None:
    found = StudentAndTime(config=CONFIG).collect(f"/some/where_else/extracted/{path}")
    assert found["student_id"] == student
    assert found["file_id"] == file
    assert found["timestamp"] == datetime(2026, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("path", ["sums.ipynb", "ana_sums.ipynb", "ana_2026-01-02_sums.ipynb"])
def test_a_name_without_student_and_time_is_skipped(path: str) -> None:
    assert StudentAndTime(config=CONFIG).collect(f"/extracted/{path}") is None


def test_an_impossible_time_does_not_stop_the_others() -> None:
    found = StudentAndTime(config=CONFIG).collect("/x/ana_2026-13-41-03-04-05_sums.ipynb")
    assert found["timestamp"] == datetime.min


def test_each_archive_is_unpacked_whatever_its_neighbours_are(tmp_path: Path) -> None:
    archive, extracted = tmp_path / "archive", tmp_path / "extracted"
    archive.mkdir()
    extracted.mkdir()
    (archive / "a.zip").write_bytes(b"broken")
    (archive / "b.zip").write_bytes(b"")
    with zipfile.ZipFile(archive / "c.zip", "w") as file:
        file.writestr("deep/sums.ipynb", "{}")
    with zipfile.ZipFile(archive / "d.zip", "w") as file:
        file.writestr("homework.pdf", "%PDF")
    with zipfile.ZipFile(archive / "e.zip", "w") as file:
        file.writestr("../../escaped.ipynb", "{}")
        file.writestr("/escaped.ipynb", "{}")
    (archive / "f.ipynb").write_text("{}")
    ExtractEachArchive(config=CONFIG).extract(str(archive), str(extracted))
    found = sorted(
        str(path.relative_to(tmp_path)) for path in extracted.rglob("*") if path.is_file()
    )
    assert found == [
        "extracted/a/a.zip.ipynb",
        "extracted/b/b.zip.ipynb",
        "extracted/c/deep/sums.ipynb",
        "extracted/d/homework.pdf",
        "extracted/d/no notebook was handed in.ipynb",
        "extracted/e/e.zip.ipynb",
        "extracted/f.ipynb",
    ]
    assert not list(tmp_path.glob("*.ipynb"))
