"""The students' kit works where there is neither git nor make nor this repository."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_utils.authoring.kit import FOLDER, KitError, make_kit

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit, unpacked."""
    folder = tmp_path_factory.mktemp("kit")
    make_kit(ROOT, folder / "kit.zip")
    with zipfile.ZipFile(folder / "kit.zip") as file:
        file.extractall(folder)
    return folder / FOLDER


def names(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    inner = (path.relative_to(folder) for path in paths)
    return {
        path.as_posix() for path in inner
        if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    }  # fmt: skip


def test_it_holds_what_was_released_and_no_solution(kit: Path) -> None:
    assert names(kit / "assignments") == names(ROOT / "release")
    assert names(kit / "notebooks") == names(ROOT / "notebooks")
    assert names(kit / "docs") == {"glossary.md"}
    for path in (kit / "assignments").rglob("*.ipynb"):
        released = ROOT / "release" / path.relative_to(kit / "assignments")
        assert path.read_bytes() == released.read_bytes()
        assert "BEGIN SOLUTION" not in path.read_text(encoding="utf-8")


def test_every_file_of_the_package_is_in_the_wheel(kit: Path) -> None:
    """All but what the bundles are made from."""
    (wheel,) = kit.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        packed = {n for n in file.namelist() if n.startswith("course_utils/")}
    kept = {n for n in names(ROOT / "course_utils") if not n.startswith("widgets/browser/")}
    assert packed == {f"course_utils/{name}" for name in kept}


def test_the_grader_is_not_in_it_and_the_readme_says_so(kit: Path) -> None:
    (wheel,) = kit.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        assert not [n for n in file.namelist() if n.startswith("nbexaminer")]
        (metadata,) = (n for n in file.namelist() if n.endswith("/METADATA"))
        assert "nbexaminer" not in file.read(metadata).decode().split("\n\n")[0]
    assert not [path for path in kit.rglob("*") if "nbexaminer" in path.name]
    assert "grader" in (kit / "README.txt").read_text(encoding="utf-8")


def test_names_and_sizes_suit_every_system(kit: Path) -> None:
    found = sorted(path.relative_to(kit.parent).as_posix() for path in kit.rglob("*"))
    assert all(name.isascii() and len(name) < 120 for name in found)
    assert not set("".join(found)) & set('<>:"|?*\\')
    assert len({name.lower() for name in found}) == len(found)
    assert not any(path.is_symlink() for path in kit.rglob("*"))
    readme = (kit / "README.txt").read_text(encoding="utf-8")
    assert len(readme.splitlines()) == 3


def test_the_pins_are_those_of_the_course_without_the_tools_of_its_tests(kit: Path) -> None:
    lines = (kit / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("./course_utils-")
    pins = {Requirement(line).name: line for line in lines[1:]}
    assert {"numpy", "jupyterlab", "ipywidgets", "nbgrader", "matplotlib", "anywidget"} <= set(pins)
    assert not {"mypy", "hypothesis", "onnx", "playwright", "sphinx", "distributed"} & set(pins)
    assert {"pywinpty", "appnope"} <= set(pins)  # for Windows and macOS
    ours = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == [line for line in ours if not line.startswith("    #")]


def test_a_student_without_the_repository_can_check_an_answer(kit: Path, tmp_path: Path) -> None:
    (wheel,) = kit.glob("*.whl")
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(target)
    script = (
        "import course_utils, sys; from course_utils.exercises import check, own_data, exercise\n"
        "from course_utils.widgets import CellExplorer\n"
        "CellExplorer('lstm')\n"
        "ex = exercise('forget_gate')\n"
        "points = check('forget_gate', dict(ex.solve(own_data('forget_gate'))), points=4)\n"
        "print(points, course_utils.__file__)"
    )
    env = os.environ | {"PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert f"4.0 {target}" in done.stdout


def test_the_same_course_gives_the_same_notebooks(kit: Path, tmp_path: Path) -> None:
    make_kit(ROOT, tmp_path / "again.zip")
    with zipfile.ZipFile(tmp_path / "again.zip") as file:
        for info in file.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            if not info.filename.endswith(".whl"):
                assert file.read(info) == (kit.parent / info.filename).read_bytes()


def test_a_folder_that_is_no_course_is_said(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="has no notebooks/"):
        make_kit(tmp_path, tmp_path / "kit.zip")
    assert not (tmp_path / "kit.zip").exists()


def test_containers_name_files_that_are_there() -> None:
    devcontainer = json.load(io.StringIO((ROOT / ".devcontainer/devcontainer.json").read_text()))
    assert devcontainer["postCreateCommand"] == "make .venv/ready"
    assert "READY := .venv/ready" in (ROOT / "Makefile").read_text()
    pins, package = (ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    assert (ROOT / ".binder" / pins.removeprefix("-r ")).resolve() == ROOT / "requirements.txt"
    assert package == "-e ."  # Binder installs from the repository's own folder
    assert (ROOT / ".binder" / "runtime.txt").read_text().strip() == "python-3.11"
