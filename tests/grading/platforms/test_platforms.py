"""Grades out in the columns that Canvas and Moodle document, submissions in from their zips."""

import csv
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets import Instance
from traitlets.config import LoggingConfigurable

from nbexaminer.platforms import (
    CanvasDownload,
    CanvasExport,
    MoodleDownload,
    MoodleExport,
    TableExport,
)
from tests.grading.course import ASSIGNMENT, NOTEBOOK, Course

STUDENTS = {
    "ana": {"first_name": "Ana", "last_name": "López, Díaz", "lms_user_id": "101", "email": "a@b"},
    "ben": {"first_name": "Ben", "last_name": "=cmd()", "lms_user_id": "102"},
    "carl": {"first_name": "Carl", "last_name": "Øst"},
    "dee": {"first_name": "ben", "last_name": " =CMD() "},
    "eve": {"first_name": "Eve", "last_name": "Ito"},
    "fay": {"first_name": "Fay", "last_name": "Ito"},
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """A course with some students, of whom four are graded and two of them were late.

    Of ben's work a person has still to mark an answer, of fay's one that was marked before.
    """
    root = tmp_path_factory.mktemp("platforms")
    course = Course(root, template=template)
    with course.gradebook() as gradebook, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        for id, known in STUDENTS.items():
            gradebook.update_or_create_student(id, **known)
        for id, score, penalty, needs in (
            ("ana", 2.0, 0.5, False), ("ben", 1.0, 0.0, True), ("eve", 1.0, 3.0, False),
            ("fay", 6 + 2 / 7, 0.0, True),
        ):  # fmt: skip
            submission = gradebook.update_or_create_submission(
                ASSIGNMENT, id, timestamp="2026-11-20 12:00:00"
            )
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = penalty
                for grade in notebook.grades:
                    grade.auto_score = score if grade.name == "test_total" else 0.0
                    grade.needs_manual_grade = needs and grade.name == "why"
                    if id == "fay" and grade.name == "why":
                        grade.manual_score = 1.0
        gradebook.db.commit()
    return root


def exported(root: Path, exporter: type, **values: object) -> list[list[str]]:
    target = root / "out" / f"{exporter.__name__}.csv"
    plugin = exporter(to=str(target), **values)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        plugin.export(gradebook)
    with target.open(encoding=exporter.encoding, newline="") as file:
        return list(csv.reader(file))


def test_canvas_has_its_columns_and_points_possible(root: Path) -> None:
    rows = exported(root, CanvasExport, columns={ASSIGNMENT: "Sums (77)"}, section="S1")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Sums (77)"]
    assert rows[1] == ["    Points Possible", "", "", "", "", "8"]
    assert rows[2] == ["López, Díaz, Ana", "101", "", "ana", "S1", "1.5"]
    assert rows[3][5] == ""  # a person has still to mark
    assert rows[4] == ["Øst, Carl", "", "", "carl", "S1", ""]
    assert rows[6][5] == "0"  # a penalty takes no more than there is
    assert rows[7][5] == ""
    assert len(rows) == 2 + len(STUDENTS)


def test_moodle_has_columns_to_match_by_and_a_dash_for_nothing(root: Path) -> None:
    rows = exported(root, MoodleExport)
    assert rows[0][:5] == ["First name", "Last name", "ID number", "Email address", "Username"]
    assert rows[0][5:] == [ASSIGNMENT]
    assert rows[1] == ["Ana", "López, Díaz", "101", "a@b", "ana", "1.5"]
    assert [row[5] for row in rows[2:]] == ["-", "-", "-", "0", "-"]


@pytest.mark.parametrize(
    ("exporter", "column", "blank"), [(CanvasExport, 5, ""), (MoodleExport, 5, "-")]
)
def test_what_is_not_marked_wholly_goes_out_when_it_is_asked_for_and_the_log_says_which(
    root: Path, caplog: pytest.LogCaptureFixture, exporter: type, column: int, blank: str
) -> None:
    marks = [row[column] for row in exported(root, exporter)]
    assert "small: a person has still to mark work of 2, left blank: ben, fay" in caplog.text
    asked = [row[column] for row in exported(root, exporter, unfinished=True)]
    assert "work of 2, written as far as they are marked: ben, fay" in caplog.text
    changed = [(old, new) for old, new in zip(marks, asked, strict=True) if old != new]
    assert changed == [(blank, "1"), (blank, "7.29")]


def test_the_table_keeps_commas_and_formulas_harmless_and_an_absence_is_no_zero(root: Path) -> None:
    rows = exported(root, TableExport)
    by_id = {row[3]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert by_id["ana"]["last_name"] == "López, Díaz"
    assert (by_id["ana"]["raw_score"], by_id["ana"]["score"]) == ("2", "1.5")
    assert by_id["ana"]["status"] == "graded"
    assert by_id["ben"]["last_name"] == "'=cmd()"
    for open in ("ben", "fay"):
        assert by_id[open]["status"] == "to be marked"
        assert (by_id[open]["raw_score"], by_id[open]["score"]) == ("", "")
        assert by_id[open]["max_score"] == "8"
    assert (by_id["carl"]["score"], by_id["carl"]["status"]) == ("", "nothing graded")


def test_students_and_assignments_can_be_chosen_and_unknown_ones_are_named(root: Path) -> None:
    assert [row[4] for row in exported(root, MoodleExport, student=["carl"])[1:]] == ["carl"]
    before = exported(root, MoodleExport)
    with pytest.raises(SystemExit, match="no student 'zoe'; it has ana, ben, carl, dee, eve, fay"):
        exported(root, MoodleExport, student=["zoe"])
    with pytest.raises(SystemExit, match="no assignment 'nope'; it has small"):
        exported(root, MoodleExport, assignment=["nope"])
    with (root / "out" / "MoodleExport.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == before  # the older file is still whole


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lopezana_101_9001_sums.ipynb", ("ana", "sums.ipynb")),
        ("lopezana_LATE_101_9001_sums-2.ipynb", ("ana", "sums.ipynb")),
        ("cmdben_102_9002_my sums.ipynb", ("ben", "my sums.ipynb")),
        ("cmdben_102_9002_homework-3.ipynb", ("ben", "homework-3.ipynb")),
        ("lopezana_101_9001_homework/deep/sums.ipynb", ("ana", "sums.ipynb")),
    ],
)
def test_canvas_files_find_their_student(root: Path, name: str, expected: tuple) -> None:
    found = found_by(root, CanvasDownload, name)
    assert (found["student_id"], found["file_id"]) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ana López, Díaz_55_assignsubmission_file_sums.ipynb", ("ana", "sums.ipynb")),
        ("Carl Øst_56_assignsubmission_file/sums.ipynb", ("carl", "sums.ipynb")),
        ("Øst Carl_56_assignsubmission_file_/a/sums.ipynb", ("carl", "sums.ipynb")),
        ("Carl O\u0338st_56_assignsubmission_file/sums.ipynb", None),
    ],
)
def test_moodle_files_find_their_student(root: Path, name: str, expected: tuple | None) -> None:
    found = found_by(root, MoodleDownload, name)
    assert (found and (found["student_id"], found["file_id"])) == expected


class Application(LoggingConfigurable):
    """What a plugin has as its parent."""

    coursedir = Instance(CourseDirectory)


def found_by(root: Path, kind: type, name: str) -> dict | None:
    coursedir = CourseDirectory(root=str(root), assignment_id=ASSIGNMENT)
    plugin = kind(parent=Application(coursedir=coursedir))
    return plugin.collect(f"/course/downloaded/{ASSIGNMENT}/extracted/{name}")


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        (CanvasDownload, "x_999_1_sums.ipynb", "nobody in the gradebook has the platform's number"),
        (CanvasDownload, "anon_101_1_sums.ipynb", "nobody is called anon_101"),
        (CanvasDownload, "anon_LATE_xY9_1_sums.ipynb", "nobody is called anon_xY9"),
        (CanvasDownload, "sums.ipynb", "is not named as this platform names its files"),
        (MoodleDownload, "Nobody Known_5_assignsubmission_file_sums.ipynb", "the name 'Nobody"),
        (MoodleDownload, "Ben =cmd()_5_assignsubmission_file_sums.ipynb", "fits ben and dee"),
    ],
)
def test_whose_file_it_is_is_never_guessed(
    root: Path, kind: type, name: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert found_by(root, kind, name) is None
    assert reason in caplog.text


def test_of_two_by_one_student_one_is_taken_and_the_other_named(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    coursedir = CourseDirectory(root=str(root), assignment_id=ASSIGNMENT)
    plugin = CanvasDownload(parent=Application(coursedir=coursedir))
    names = [f"lopezana_101_900{k}_sums.ipynb" for k in (1, 2)]
    found = [plugin.collect(f"/course/extracted/{name}") for name in names]
    assert [bool(one) for one in found] == [True, False]
    assert f"{names[1]} is left out: ana handed in sums.ipynb twice" in caplog.text
    assert plugin.collect(f"/course/extracted/{names[0]}") == found[0]


@pytest.mark.slow
def test_nbgrader_takes_both_plugins_by_name(root: Path) -> None:
    archive = root / "downloaded" / ASSIGNMENT / "archive"
    archive.mkdir(parents=True)
    content = (root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes()
    with zipfile.ZipFile(archive / "submissions.zip", "w") as file:
        file.writestr("lopezana_101_9001_sums-1.ipynb", content)
        file.writestr("lopezana_101_9001_sums.ipynb", content)  # twice, and nobody is held up
        file.writestr("cmdben_102_9002_sums.ipynb", content)
        file.writestr("someone_999_9002_sums.ipynb", content)
    plugins = "nbexaminer.platforms"
    run(root, "zip_collect", ASSIGNMENT, f"--collector={plugins}.CanvasDownload")
    submitted = sorted(str(p.relative_to(root)) for p in (root / "submitted").rglob("*.ipynb"))
    assert submitted == [f"submitted/{id}/{ASSIGNMENT}/sums.ipynb" for id in ("ana", "ben")]
    run(root, "export", f"--exporter={plugins}.CanvasExport", "--to=c.csv")
    assert (root / "c.csv").read_text(encoding="utf-8").startswith("Student,ID,SIS User ID")


def run(root: Path, *command: str) -> None:
    nbgrader = Path(sys.executable).with_name("nbgrader")
    done = subprocess.run([nbgrader, *command], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
