"""Two packages from one repository: what a student's machine has, and the grader."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_both_have_the_same_licence() -> None:
    """A wheel can only carry what lies in its own folder."""
    assert (ROOT / "nbexaminer/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


@pytest.mark.slow
def test_the_graders_wheel_has_every_file_of_it_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(tmp_path)]
    copy = tmp_path / "nbexaminer"
    tracked = subprocess.run(
        ["git", "ls-files", "nbexaminer"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in tracked:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([*command, str(copy)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        packed = {name for name in file.namelist() if ".dist-info/" not in name}
    only_for_building = {"LICENSE", "README.md", "pyproject.toml"}
    assert packed == set(tracked) - {f"nbexaminer/{name}" for name in only_for_building}
