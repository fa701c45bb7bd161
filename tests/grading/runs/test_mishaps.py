"""A class with mishaps and attacks of what comes in among it: the others are not touched."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_output

from nbexaminer.course.course_folder import open_course
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from nbexaminer.runs.job import Graded
from tests.grading.course import ASSIGNMENT, RIGHT, Course, by_id, filled, written
from tests.grading.runs.classes import Heard, Here, expected, graded
from tests.grading.test_pictures import picture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

RIGHTS = expected(0)
NOTHING = expected(2)


class Remarked(Heard):
    """Remembers what was remarked."""

    def __init__(self) -> None:
        super().__init__()
        self.remarks: dict[str, tuple[str, ...]] = {}

    def graded(self, graded: Graded) -> None:
        super().graded(graded)
        self.remarks[graded.student] = graded.remarks


def deep_path(folder: Path) -> None:
    """Make a file whose path has 4,094 bytes, as a shell that goes down step by step can."""
    here = os.open(folder, os.O_DIRECTORY)
    length = len(os.fsencode(folder))
    while length < 3_800:
        os.mkdir("d" * 200, dir_fd=here)
        inner = os.open("d" * 200, os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here, length = inner, length + 201
    os.close(os.open("x" * (4_094 - length - 1), os.O_CREAT, dir_fd=here))
    os.close(here)


def test_each_is_graded_or_named_and_the_others_are_untouched(
    quick: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbexaminer.submission.intake.MOST_FILES", 50)
    right = filled(quick.released(), **RIGHT)
    blank = quick.released()
    for name in ("alice", "jürgen", "zoe"):
        quick.submit(name, right)
    folder = quick.folder("ending")
    (folder / "sums.ipynb.txt").write_bytes(written(right))
    for name, nb in (("new", right), ("old", blank)):
        (quick.folder("clone") / name).mkdir()
        (quick.folder("clone") / name / "sums.ipynb").write_bytes(written(nb))
    own = filled(blank, **{k: v for k, v in RIGHT.items() if k != "why"})
    own.cells.append(new_markdown_cell("Because addition is commutative."))
    quick.submit("words", own)
    crlf = nbformat.from_dict(json.loads(json.dumps(right)))
    for cell in crlf.cells:
        cell.source = cell.source.replace("\n", "\r\n") + "\r\n"
    crlf.metadata["kernelspec"] = {
        "name": "conda-base-py", "display_name": "Python [conda env:base]", "language": "python"
    }  # fmt: skip
    quick.submit("editor", crlf)
    quick.submit("photo", filled(blank, why="![x](photo.png)"))
    (quick.folder("photo") / "photo.png").write_bytes(picture())
    large = nbformat.from_dict(json.loads(json.dumps(right)))
    by_id(large, "total")["outputs"] = [new_output("stream", text=["line\n"] * 300_000)]
    quick.submit("outputs", large)
    quick.submit("deep", right)
    deep_path(quick.folder("deep"))
    quick.submit("many", right)
    for k in range(60):
        (quick.folder("many") / f"{k}").touch()
    (quick.folder("rar") / "homework.rar").write_bytes(b"Rar!")
    quick.submit("late", right)
    (quick.folder("late") / "late according to Canvas.txt").touch()
    heard = Remarked()
    outcome = grade_assignment(open_course(quick.root), GradeRequest(ASSIGNMENT), Here(), heard)
    assert outcome.failures == ()
    full = {name for name in heard.students if quick.scores(name) == RIGHTS}
    assert full == set(heard.students) - {"photo"}
    assert heard.looks == [("rar", "no notebook was handed in, but homework.rar")]
    assert quick.scores("photo") == NOTHING | {"why": None}
    for name in ("alice", "jürgen", "zoe", "editor", "photo", "outputs"):
        assert heard.remarks[name] == ()
    assert "'sums.ipynb.txt'" in heard.remarks["ending"][0]
    assert "'new/sums.ipynb'" in heard.remarks["clone"][0]
    assert "'why'" in heard.remarks["words"][0]
    assert "path has more than 1000 bytes" in heard.remarks["deep"][0]
    assert "50 files were read before them" in heard.remarks["many"][0]
    assert "Canvas calls it late" in heard.remarks["late"][0]
    nb = nbformat.read(graded(quick, "words"), as_version=4)
    assert by_id(nb, "why").source == "Because addition is commutative."
    assert [r.cell for r in remarks_of(nb)] == ["why"]
    photo = nbformat.read(graded(quick, "photo"), as_version=4)
    assert list(by_id(photo, "why").attachments) == ["photo.png"]
    assert (quick.folder("ending") / "sums.ipynb.txt").read_bytes() == written(right)
