"""What --only-changed and a regrade count as the code that marks."""

import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config import Config

import course_utils
from nbexaminer.course.course_folder import open_course
from nbexaminer.runs import marking_code as module
from nbexaminer.runs.marking_code import marking_code, marking_files
from tests.grading.course import ROOT

PACKAGES = Path(str(course_utils.__file__)).parents[1]


@pytest.fixture(scope="module")
def config() -> Config:
    return open_course(ROOT).config


@pytest.fixture(scope="module")
def files(config: Config) -> set[str]:
    found = marking_files((*module._named(config), *module.modules()))
    return {path.relative_to(PACKAGES).as_posix() for path in found.values()}


@pytest.mark.parametrize(
    "name",
    [
        "late", "points", "notebook/released", "notebook/remarks", "notebook/judgements",
        "submission/expected", "submission/intake", "submission/reading", "pipeline/__init__",
        "pipeline/context", "pipeline/exporter", "steps/limits", "gradebook/counting",
        "hand_marking/reconcile", "judge/remote", "student_side/wire", "sandbox/inside/kernel",
    ],
)  # fmt: skip
def test_what_marks_is_among_it(files: set[str], name: str) -> None:
    assert f"nbexaminer/{name}.py" in files


@pytest.mark.parametrize(
    "name",
    ["__init__", "cells/lstm", "exercises/catalogue/gates", "exercises/equations/evaluating"],
)
def test_so_is_what_the_course_marks_with(files: set[str], name: str) -> None:
    assert f"course_utils/{name}.py" in files


@pytest.mark.parametrize(
    "folder",
    [
        "course_utils/widgets", "course_utils/training", "course_utils/authoring",
        "nbexaminer/report", "nbexaminer/platforms",
        "nbexaminer/feedback", "nbexaminer/formgrader", "nbexaminer/backup", "nbexaminer/roster",
    ],
)  # fmt: skip
def test_what_only_shows_is_not(files: set[str], folder: str) -> None:
    assert [name for name in files if name.startswith(f"{folder}/")] == []


@pytest.mark.slow
def test_whatever_grading_has_loaded_is_among_it(files: set[str]) -> None:
    code = (
        "import sys; from course_utils.exercises import exercises; exercises();"
        "from nbexaminer.runs import pure, writer;"
        "import nbexaminer.steps, nbexaminer.gradebook.counting;"
        "import nbexaminer.late, nbexaminer.pipeline.exporter;"
        "ours = ('course_utils', 'nbexaminer');"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith(ours)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    loaded = {Path(path).relative_to(PACKAGES).as_posix() for path in out.stdout.split()}
    assert len(loaded) > 100
    assert loaded - files == set()


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in place of ours, in which a step imports in every way there is."""
    monkeypatch.setattr(course_utils, "__file__", str(tmp_path / "__init__.py"))
    for folder in ("", "a", "b", "b/deep", "c", "d"):
        write(tmp_path, f"{folder}/__init__.py".lstrip("/"), "")
    write(tmp_path, "a/step.py", "from course_utils.b import (\n    one,\n    two as other,\n)\n")
    write(tmp_path, "b/one.py", "def f():\n    from course_utils import c  # all of it\n")
    write(tmp_path, "b/two.py", "import course_utils.d.used\n")
    for name in ("b/deep/three.py", "c/found_by_folder.py", "d/used.py", "d/unused.py"):
        write(tmp_path, name, "")
    return tmp_path


STEPS = Config({"Autograde": {"autograde_preprocessors": ["course_utils.a.step.Step"]}})


def digest() -> str:
    module._digest.cache_clear()
    try:
        return marking_code(STEPS)
    finally:
        module._digest.cache_clear()


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("a/step.py", True), ("b/__init__.py", True), ("b/one.py", True), ("b/two.py", True),
        ("c/found_by_folder.py", True), ("d/used.py", True), ("d/__init__.py", True),
        ("d/unused.py", False), ("b/deep/three.py", False),
    ],
)  # fmt: skip
def test_an_edit_counts_where_a_step_imports_the_file(
    course: Path, name: str, counts: bool
) -> None:
    before = digest()
    assert digest() == before
    with (course / name).open("a") as file:
        file.write("# edited\n")
    assert (digest() != before) is counts


def test_an_instructors_own_step_counts_and_so_does_the_late_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    write(tmp_path, "our_own_policy.py", "class Policy: pass\n")
    own = Config({"AssignLatePenalties": {"plugin_class": "our_own_policy.Policy"}})
    found = marking_files(tuple(module._named(own)))
    assert found["our_own_policy"] == tmp_path / "our_own_policy.py"
    assert marking_code(own) != marking_code(Config())
    missing = Config({"AssignLatePenalties": {"plugin_class": "no_such_module_here.Policy"}})
    assert marking_code(missing)
