"""A missing tool is said in one line, with the remedy."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A copy of what make reads, without .venv."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # make test runs these tests: what it tells its own children is not for this make
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True)


def pretend_python(folder: Path, prelude: str) -> Path:
    """An interpreter that runs `prelude` before what it is given with -c."""
    script = folder / "pretend-python"
    run = f"exec {sys.executable} -c 'import sys; {prelude}; exec(sys.argv.pop(1))' \"$2\"\n"
    script.write_text("#!/bin/sh\n" + run)
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


@pytest.mark.parametrize(
    "target", ["lab", "test", "check", "grade", "release", "bench", "book", "kit", "hub"]
)
def test_no_python(fresh: Path, target: str) -> None:
    run = make(fresh, "PYTHON=python-that-is-not-there", target)
    assert run.returncode != 0
    said = run.stdout.strip().splitlines()
    assert len(said) == 1
    assert "no python-that-is-not-there found; remedy: sudo apt-get install python3" in said[0]


def test_an_old_python(fresh: Path) -> None:
    old = pretend_python(fresh, 'sys.version_info = (3, 9, 2, "final", 0)')
    run = make(fresh, f"PYTHON={old}", "lab")
    assert run.returncode != 0
    expected = "Python 3.9 is too old, the course needs 3.11 or newer; remedy: make PYTHON="
    assert expected in run.stderr


def test_a_python_that_cannot_build_environments(fresh: Path) -> None:
    bare = pretend_python(fresh, 'sys.modules["ensurepip"] = None')
    run = make(fresh, f"PYTHON={bare}", "lab")
    assert run.returncode != 0
    assert "cannot build environments; remedy: sudo apt-get install python3-venv" in run.stdout
    assert not (fresh / ".venv").exists()


def test_help_names_every_target_a_person_calls(fresh: Path) -> None:
    said = make(fresh).stdout
    for target in ("lab", "test", "check", "grade", "release", "bench", "book", "kit", "hub"):
        assert f"make {target} " in said


def test_ci_script_parses_and_ends_in_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert script.read_text().rstrip().endswith("make test")
    assert script.stat().st_mode & stat.S_IXUSR
