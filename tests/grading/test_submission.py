"""What is read of a submission's folder: ordinary files, and nothing they point at."""

import os
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.submission.collecting import ExtractEachArchive
from nbexaminer.submission.intake import (
    MOST_NOTEBOOKS,
    NO_NOTEBOOK,
    HandedIn,
    notebook_to_grade,
    read_folder,
)
from tests.grading.course import by_id, filled, source_notebook, written


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


def given_out() -> NotebookNode:
    nb, _ = ClearSolutions().preprocess(source_notebook(), {})
    return nb


def graded(files: dict[str, NotebookNode | bytes], names: tuple[str, ...] = ()) -> NotebookNode:
    raw = {name: nb if isinstance(nb, bytes) else written(nb) for name, nb in files.items()}
    return notebook_to_grade(
        "sums.ipynb", HandedIn(raw, {}), given_out(), {"sums.ipynb", "more.ipynb", *names}
    )


def total(nb: NotebookNode) -> str:
    return str(by_id(nb, "total").source)


def said(nb: NotebookNode) -> str:
    return " ".join(remark.text for remark in remarks_of(nb))


WHOLE, HALF = {"total": "total = 3", "why": "So."}, {"total": "total = 3"}


@pytest.mark.parametrize(
    "name", ["sums (1).ipynb", "old/sums.ipynb", "SUMS.IPYNB", "sums.ipynb.txt", "my work.ipynb"]
)
@pytest.mark.parametrize("other", [{}, HALF])
def test_of_two_files_the_one_that_answers_more_is_graded(name: str, other: dict) -> None:
    files = {"sums.ipynb": filled(given_out(), **other), name: filled(given_out(), **WHOLE)}
    nb = graded(files)
    assert by_id(nb, "why").source == "So."
    assert f"Graded from the file {name!r}" in said(nb)
    assert ("look at both" in said(nb)) == bool(other)


def test_where_filled_ones_differ_both_are_named() -> None:
    nb = graded(
        {
            "sums.ipynb": filled(given_out(), total="total = 1"),
            "sums (2).ipynb": filled(given_out(), total="total = 2"),
        }
    )
    assert total(nb) == "total = 1"
    assert "'sums.ipynb'" in said(nb)
    assert "'sums (2).ipynb'" in said(nb)


@pytest.mark.parametrize("name", ["sums (1).ipynb", "other/sums.ipynb"])
def test_a_blank_copy_is_named_and_an_equal_one_is_no_remark(name: str) -> None:
    right = filled(given_out(), **WHOLE)
    nb = graded({"sums.ipynb": right, name: given_out()})
    assert said(nb) == f"Graded is 'sums.ipynb'; {name!r} holds no answer."
    nb = graded({"sums.ipynb": right, name: filled(given_out(), **WHOLE)})
    assert (by_id(nb, "why").source, said(nb)) == ("So.", "")


@pytest.mark.parametrize("name", ["more.ipynb", "more (1).ipynb", "x/More-Copy2.ipynb"])
def test_another_notebook_of_the_assignment_stands_in_for_none(name: str) -> None:
    files = {"sums.ipynb": filled(given_out(), **HALF), name: filled(given_out(), **WHOLE)}
    nb = graded(files)
    assert by_id(nb, "why").source != "So."
    assert said(nb) == ""


def test_a_file_without_any_grade_id_is_still_the_students() -> None:
    nb = filled(given_out(), **WHOLE)
    for cell in nb.cells:
        cell.metadata = nbformat.from_dict({})
    assert "total = 3" in [cell.source for cell in graded({"homework.ipynb": nb}).cells]


def test_words_in_a_cell_of_ones_own_tell_the_filled_notebook_from_the_blank() -> None:
    nb = given_out()
    nb.cells.append(nbformat.v4.new_markdown_cell("Because addition is commutative."))
    chosen = graded({"sums.ipynb": given_out(), "sums (1).ipynb": nb})
    assert chosen.cells[-1].source == "Because addition is commutative."


def test_files_are_notebooks_by_name_or_content_wherever_they_lie(tmp_path: Path) -> None:
    content = written(given_out())
    found = ["a.ipynb.json", "b.ipynb.txt", "c.IPYNB", "d.txt", "e", "new/sums.ipynb"]
    left = [".ipynb_checkpoints/sums.ipynb", "__MACOSX/._sums.ipynb", ".hidden.ipynb"]
    for name in [*found, *left]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "data.json").write_text('{"a": 1}')
    (tmp_path / "work.rar").write_bytes(b"Rar!")
    (tmp_path / NO_NOTEBOOK).touch()
    handed_in = read_folder(tmp_path, 1)
    assert sorted(handed_in.notebooks) == sorted(found)
    assert list(handed_in.trouble) == ["work.rar"]


def test_what_was_left_out_of_an_archive_is_the_reason(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "work.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("sums.ipynb", " " * 2_000_000)
    (tmp_path / "archive").mkdir()
    (tmp_path / "work.zip").rename(tmp_path / "archive" / "work.zip")
    ExtractEachArchive(max_megabytes=1).extract(str(tmp_path / "archive"), str(tmp_path))
    handed_in = read_folder(tmp_path / "work", 1)
    reason = "sums.ipynb (all files together have more than 1 MB)"
    assert handed_in.trouble == {NO_NOTEBOOK: reason}
    (tmp_path / "work" / NO_NOTEBOOK).write_bytes(b"x\n\xff" * 1000)
    (reason,) = read_folder(tmp_path / "work", 1).trouble.values()
    assert (reason[:4], len(reason)) == ("x\ufffdx\ufffd", 500)
    (tmp_path / "work" / NO_NOTEBOOK).write_bytes(b"x" * 20_000)
    assert list(read_folder(tmp_path / "work", 1).trouble.values()) == ["the file is empty"]


def test_only_so_many_notebooks_and_megabytes_are_read(tmp_path: Path) -> None:
    for k in range(MOST_NOTEBOOKS + 5):
        (tmp_path / f"{k:02}.ipynb").write_bytes(b" " * 100_000)
    handed_in = read_folder(tmp_path, 1)
    assert len(handed_in.notebooks) == 10
    assert len(read_folder(tmp_path, 50).notebooks) == MOST_NOTEBOOKS
    assert "together have more than 1 MB" in handed_in.trouble["10.ipynb"]
