"""Folders of a course and an assignment with names that nbgrader takes for patterns."""

import shutil
from collections.abc import Callable
from pathlib import Path

import nbgrader as nbgrader_package
import pytest

from nbexaminer.course.course_folder import CourseFolderError, open_course
from nbexaminer.course.nbgrader_mended import GLOBBING, paths_matching
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, ROOT, Course, filled, written
from tests.grading.nbgrader_command import nbgrader
from tests.grading.runs.classes import without_kernel

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.mark.parametrize("name", ["3 (GRU)", "a+b", "x.y", "^$ 2", "gru [1]"])
def test_who_handed_in_is_found_whatever_the_assignment_is_called(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    for student in ("ana", "bo", "jürgen"):
        (tmp_path / "submitted" / student / name).mkdir(parents=True)
    (tmp_path / "submitted" / "cem" / "3 GRU").mkdir(parents=True)
    (tmp_path / "submitted" / "a file").touch()
    api = open_course(tmp_path)
    assert api.get_submitted_students(name) == {"ana", "bo", "jürgen"}
    assert api.get_submitted_students("*") == {"ana", "bo", "jürgen", "cem"}


def test_a_course_with_such_an_assignment_is_generated_and_found(
    make_course: Callable[..., Course],
) -> None:
    course = make_course()
    name = "3 (GRU)"
    (course.root / "source" / ASSIGNMENT).rename(course.root / "source" / name)
    api = open_course(course.root)
    course.expect_success(api.generate_assignment(name))
    assert api.get_source_assignments() == {name}
    assert (course.root / "release" / name / "sums.ipynb").is_file()


ODD = "WS26 [RNN] a* $x {c} 100% ü"


@pytest.mark.slow
def test_nbgraders_own_commands_work_below_such_a_folder(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = without_kernel(Course(tmp_path / ODD, template=template))
    monkeypatch.chdir(course.root)
    handed_in = course.root / "downloaded" / ASSIGNMENT / "archive"
    handed_in.mkdir(parents=True)
    nb = filled(course.released(), **RIGHT)
    (handed_in / f"ana_2026-11-01-10-10-10_{NOTEBOOK}.ipynb").write_bytes(written(nb))
    (course.root / "source" / ASSIGNMENT / "data [1].txt").touch()
    for typed in (
        ["generate_assignment", ASSIGNMENT, "--force"],
        ["zip_collect", ASSIGNMENT],
        ["autograde", ASSIGNMENT],
        ["generate_feedback", ASSIGNMENT],
        ["export"],
        ["db", "upgrade"],
        ["release_assignment", ASSIGNMENT, f"--Exchange.root={tmp_path / 'exchange'}"],
    ):
        ended, log = nbgrader(*typed)
        assert ended == 0, (typed, log)
    assert course.scores("ana") == {"test_total": 2.0, "test_add": 3.0, "why": None}
    assert (course.root / "release" / ASSIGNMENT / "data [1].txt").is_file()
    assert (course.root / "feedback" / "ana" / ASSIGNMENT / f"{NOTEBOOK}.html").is_file()
    assert "ana" in (course.root / "grades.csv").read_text(encoding="utf-8")
    api = open_course(course.root)
    assert api.get_source_assignments() == {ASSIGNMENT}
    assert api.get_submitted_students(ASSIGNMENT) == {"ana"}


def test_a_question_mark_is_one_true_sentence_before_anything_runs(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "what?"
    shutil.copytree(template, root)
    monkeypatch.chdir(root)
    said = "no gradebook can lie in a folder with a question mark in its name; rename that folder"
    ended, log = nbgrader("generate_assignment", ASSIGNMENT, "--force")
    assert (ended, said in log) == (1, True)
    ended, _ = nbgrader("export")
    assert said in str(ended)
    with pytest.raises(CourseFolderError, match=said):
        open_course(root)
    assert (root / "release" / ASSIGNMENT).is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["what?"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("WS [1]/*.txt", ["WS [1]/a.txt", "WS [1]/b [x].txt"]),
        ("WS [1]/b [x].txt", ["WS [1]/b [x].txt"]),
        ("WS [1]/[ac].*", ["WS [1]/a.txt"]),
        ("*/b [x].txt", ["WS [1]/b [x].txt"]),
        ("WS 1/*", []),
        ("WS [1]/", ["WS [1]/"]),
        ("*", ["WS [1]"]),
        ("gone/*.txt", []),
    ],
)
def test_what_is_there_as_written_is_no_pattern_and_the_rest_is(
    tmp_path: Path, pattern: str, found: list[str]
) -> None:
    (tmp_path / "WS [1]").mkdir()
    for name in ("a.txt", "b [x].txt"):
        (tmp_path / "WS [1]" / name).touch()
    expected = sorted(f"{tmp_path}/{path}" for path in found)
    assert sorted(paths_matching(f"{tmp_path}/{pattern}")) == expected


def test_every_module_of_nbgraders_that_looks_for_files_is_mended() -> None:
    root = Path(nbgrader_package.__file__).parent
    globbing = {
        ".".join(["nbgrader", *path.relative_to(root).with_suffix("").parts])
        for path in root.rglob("*.py")
        if not {"tests", "docs"} & set(path.parts) and "glob.glob(" in path.read_text("utf-8")
    }
    assert globbing == set(GLOBBING)
