"""A gradebook of another nbgrader is told of in a sentence, and what only reads changes nothing."""

import hashlib
import shutil
import sqlite3
from pathlib import Path

import nbformat
import nbgrader.tests as nbgrader_tests
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets import Instance
from traitlets.config import LoggingConfigurable

from nbexaminer.cli import main
from nbexaminer.course.course_folder import CourseFolderError, open_course
from nbexaminer.course.schema import require_schema
from nbexaminer.platforms import (
    CanvasDownload,
    CanvasExport,
    MoodleDownload,
    MoodleExport,
    TableExport,
)
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, filled, words
from tests.grading.nbgrader_command import nbgrader
from tests.grading.runs.classes import Heard, Here

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
READING = [
    ["scores", ASSIGNMENT],
    ["report", ASSIGNMENT],
    ["regrade", ASSIGNMENT, "--dry-run"],
    ["drop", ASSIGNMENT, "why", "--bonus", "--dry-run"],
    ["roster", "roster.csv", "--dry-run"],
]
EXPORTS = [CanvasExport, MoodleExport, TableExport]

OLD = {
    "before tasks": (
        "DROP TABLE task_cells; UPDATE alembic_version SET version_num = '724cde206c17'"
    ),
    "before extra credit": (
        "ALTER TABLE grade DROP COLUMN extra_credit; "
        "UPDATE alembic_version SET version_num = '50a4d84c131a'"
    ),
    "before versions": "DROP TABLE alembic_version",
    "before courses": (
        "DROP TABLE course; UPDATE alembic_version SET version_num = '167914646830'"
    ),
}


class Application(LoggingConfigurable):
    """What an export has as its parent."""

    coursedir = Instance(CourseDirectory)


def digest(root: Path) -> str:
    return hashlib.sha256((root / "gradebook.db").read_bytes()).hexdigest()


def execute(root: Path, script: str) -> None:
    db = sqlite3.connect(root / "gradebook.db")
    db.executescript(script)
    db.close()


@pytest.fixture
def small(tmp_path: Path, template: Path) -> Course:
    return Course(tmp_path, template=template)


@pytest.fixture
def root(small: Course, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = small.root
    (root / "roster.csv").write_text("id,first name\nana,Ana\n", encoding="utf-8")
    (root / "submitted" / "ana" / ASSIGNMENT).mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("script", OLD.values(), ids=OLD)
def test_an_old_gradebook_gets_the_command_and_stays_as_it_is(root: Path, script: str) -> None:
    execute(root, script)
    before = digest(root)
    for typed in READING:
        done = CliRunner().invoke(main, typed)
        assert done.exit_code == 1, typed
        assert "the gradebook is of an older nbgrader: `nbgrader db upgrade`" in done.output
        assert "Traceback" not in done.output
    with pytest.raises(CourseFolderError, match="older nbgrader"):
        grade_assignment(open_course(root), GradeRequest(ASSIGNMENT), Here(), Heard())
    for kind in EXPORTS:
        with pytest.raises(SystemExit, match="nothing was exported: .*`nbgrader db upgrade`"):
            kind(parent=Application(coursedir=CourseDirectory(root=str(root))))
    for download in (CanvasDownload, MoodleDownload):
        plugin = download(parent=Application(coursedir=CourseDirectory(root=str(root))))
        with pytest.raises(SystemExit, match="nothing was collected: .*`nbgrader db upgrade`"):
            _ = plugin.people
    assert digest(root) == before


NBGRADER = [
    ["generate_assignment", ASSIGNMENT, "--force"],
    ["autograde", ASSIGNMENT, "--force"],
    ["generate_feedback", ASSIGNMENT, "--force"],
    ["generate_solution", ASSIGNMENT, "--force"],
    ["export"],
    ["export", "--exporter=nbgrader.plugins.CsvExportPlugin"],
    ["db", "student", "list"],
    ["db", "assignment", "add", "another"],
]


@pytest.mark.parametrize("script", OLD.values(), ids=OLD)
def test_nbgraders_own_commands_say_so_too_and_change_nothing(graded: Path, script: str) -> None:
    execute(graded, script)
    before = everything(graded)
    for typed in NBGRADER:
        ended, log = nbgrader(*typed)
        said = log if ended == 1 else str(ended)
        assert "the gradebook is of an older nbgrader: `nbgrader db upgrade`" in said, typed
        assert "Traceback" not in log
        assert everything(graded) == before, typed


def everything(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_command_that_is_named_mends_a_gradebook_of_2016(root: Path) -> None:
    old = Path(nbgrader_tests.__file__).parent / "apps" / "files" / "gradebook.db"
    shutil.copy(old, root)
    assert "`nbgrader db upgrade`" in str(nbgrader("db", "student", "list")[0])
    assert nbgrader("db", "upgrade")[0] == 0
    for typed in (["db", "student", "list"], ["generate_assignment", ASSIGNMENT], ["export"]):
        assert nbgrader(*typed)[0] == 0, typed


def test_a_newer_gradebook_and_a_file_that_is_none(root: Path) -> None:
    execute(root, "UPDATE alembic_version SET version_num = 'fffffffffff0'")
    before = digest(root)
    done = CliRunner().invoke(main, ["scores", ASSIGNMENT])
    assert "the gradebook is of a newer nbgrader than" in done.output
    assert digest(root) == before
    (root / "gradebook.db").write_text("no database, but long enough to be taken for one" * 99)
    done = CliRunner().invoke(main, ["scores", ASSIGNMENT])
    assert (done.exit_code, "does not answer: file is not a database" in done.output) == (1, True)


def test_one_without_any_table_is_left_to_nbgrader(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    require_schema(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(CourseFolderError, match="does not answer"):
        require_schema(f"sqlite:///{tmp_path / 'nowhere' / 'gradebook.db'}")


@pytest.fixture
def graded(small: Course, root: Path) -> Path:
    """A course in which ana is graded, without a kernel: what grading leaves is written by hand."""
    small.submit("ana", filled(small.released(), **RIGHT))
    shutil.copytree(root / "submitted", root / "autograded")
    with small.gradebook() as gradebook:
        gradebook.update_or_create_student("ana")
        submission = gradebook.update_or_create_submission(ASSIGNMENT, "ana")
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = None if grade.name == "why" else 2.0
                grade.needs_manual_grade = grade.name == "why"
        gradebook.db.commit()
    return root


def test_what_reads_changes_not_a_byte_of_the_gradebook(graded: Path) -> None:
    before = digest(graded)
    for typed in (["scores", ASSIGNMENT], ["report", ASSIGNMENT]):
        done = CliRunner().invoke(main, typed)
        assert done.exit_code == 0, done.output
    for kind in EXPORTS:
        parent = Application(coursedir=CourseDirectory(root=str(graded)))
        with Gradebook(parent.coursedir.db_url, "recurrent_cells") as gradebook:
            kind(parent=parent, to="out.csv").export(gradebook)
    assert digest(graded) == before


def test_points_changed_after_grading_are_told(graded: Path) -> None:
    assert "before the points" not in CliRunner().invoke(main, ["scores", ASSIGNMENT]).output
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", "recurrent_cells") as gradebook:
        for name, points in (("test_add", 4.0), ("why", 2.0)):
            gradebook.find_graded_cell(name, NOTEBOOK, ASSIGNMENT).max_score = points
        gradebook.db.commit()
    said = " ".join(CliRunner().invoke(main, ["scores", ASSIGNMENT]).output.split())
    assert "1 graded before the points of test_add, why were changed" in said
    assert f"`course regrade {ASSIGNMENT}`" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [("add", "more"), ("remove", "add, test_add")],
)
def test_cells_added_or_removed_after_handing_in_are_named(
    graded: Path, change: str, told: str
) -> None:
    path = graded / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    nb = nbformat.read(path, as_version=4)
    if change == "add":
        nb.cells.append(words("more", 1))
    else:
        nb.cells = [one for one in nb.cells if one.id not in ("add", "test_add")]
    nbformat.write(nb, path)
    shutil.rmtree(graded / "release")  # which nbgrader does before it fails
    for typed in (["scores", ASSIGNMENT], ["report", ASSIGNMENT]):
        done = CliRunner().invoke(main, typed)
        assert done.exit_code == 1
        said = " ".join(done.output.split())
        assert f"added to source/small or taken out of it ({told})" in said
        assert "Put them back as they were" in said


def test_a_release_that_is_only_gone_is_generated_again(graded: Path) -> None:
    shutil.rmtree(graded / "release")
    done = CliRunner().invoke(main, ["scores", ASSIGNMENT])
    assert "Run `nbgrader generate_assignment small` first." in done.output
    assert "taken out" not in done.output
