"""A missing tool is said in one line, with the remedy."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # environments are built

ROOT = Path(__file__).parents[2]
COPIED = (
    "nbexaminer/pyproject.toml",
    "course_utils/ipython_kernel_config.json",
    "course_utils/widgets/jupyter_nbconvert_config.json",
    "course_utils/lab/course_utils.json",
)
"""What make looks at, or copies into the environment."""


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A copy of what make reads, without .venv."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "make", tmp_path / "make")
    for name in COPIED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # make test runs these tests: what it tells its own children is not for this make
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    env |= variables
    return subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True)


def script(path: Path, text: str) -> Path:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def stand_in(folder: Path) -> str:
    """A Python whose environments have a pip that does as PIP_SAYS and PIP_ENDS tell it."""
    script(
        folder / "python-of-the-environment",
        f"""case "$*" in
          "-c "*) exec {sys.executable} "$@";;
          "-m pip"*) echo "$PIP_SAYS"; echo "$@" >>pip-was-asked; exit "${{PIP_ENDS:-0}}";;
        esac\n""",
    )
    outer = script(
        folder / "python-of-the-system",
        f"""case "$*" in
          "-m venv --clear .venv") rm -rf .venv && mkdir -p .venv/bin &&
            cp "${{0%/*}}/python-of-the-environment" .venv/bin/python;;
          *) exec {sys.executable} "$@";;
        esac\n""",
    )
    return f"PYTHON={outer}"


def pretend_python(folder: Path, prelude: str) -> Path:
    """An interpreter that runs `prelude` before what it is given with -c."""
    run = f"exec {sys.executable} -c 'import sys; {prelude}; exec(sys.argv.pop(1))' \"$2\"\n"
    return script(folder / "pretend-python", run)


@pytest.mark.parametrize(
    "target", ["lab", "check", "grade", "release", "bench", "book", "kit", "hub"]
)
def test_no_python(fresh: Path, target: str) -> None:
    run = make(fresh, "PYTHON=python-that-is-not-there", target)
    assert run.returncode != 0
    said = [line for line in run.stderr.splitlines() if not line.startswith("make: ***")]
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
    assert "cannot build environments; remedy: sudo apt-get install python3-venv" in run.stderr
    assert not (fresh / ".venv").exists()


@pytest.mark.parametrize(
    ("pip", "said"),
    [
        ("[Errno 28] No space left on device", "the disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded", "the disk is full"),
        ("NewConnectionError: Failed to establish a new connection", "cannot be reached; check"),
        ("Temporary failure in name resolution", "cannot be reached; check"),
        ("ERROR: No matching distribution found for numpy==9", "build/environment.log"),
    ],
)
def test_what_keeps_pip_from_installing_is_said_and_the_next_make_mends_it(
    fresh: Path, pip: str, said: str
) -> None:
    python = stand_in(fresh)
    run = make(fresh, python, ".venv/ready", PIP_SAYS=pip, PIP_ENDS="1")
    assert run.returncode != 0
    assert said in run.stderr.splitlines()[-2]  # the last line is make's own
    assert pip in (fresh / "build/environment.log").read_text()
    assert make(fresh, python, ".venv/ready").returncode == 0
    assert (fresh / ".venv/share/jupyter/lab/settings/overrides.d/course_utils.json").is_file()
    assert (fresh / ".venv/etc/ipython/ipython_kernel_config.json").is_file()


def test_an_environment_is_built_once_and_added_to(fresh: Path) -> None:
    python = stand_in(fresh)
    assert "building .venv" in make(fresh, python, ".venv/ready").stdout
    assert "building" not in make(fresh, python, ".venv/ready").stdout
    added = make(fresh, python, ".venv/ready-dev").stdout
    assert added == "adding requirements-dev.txt to .venv\n"
    asked = (fresh / "pip-was-asked").read_text().splitlines()
    assert [line.split(" -r ")[1] for line in asked] == [
        "requirements.txt -e . -e nbexaminer", "requirements-dev.txt -e . -e nbexaminer",
    ]  # fmt: skip


def moved(folder: Path) -> Path:
    return folder.rename(folder.with_name("elsewhere"))


def of_another_python(folder: Path) -> Path:
    """As after an upgrade of the system: the same name runs another version."""
    script(folder / ".venv/bin/python", "echo 3.99\n")
    return folder


def without_a_python(folder: Path) -> Path:
    (folder / ".venv/bin/python").unlink()
    return folder


def interrupted(folder: Path) -> Path:
    """As Ctrl-C leaves it: make removes the target that it was building."""
    (folder / ".venv/ready").unlink()
    (folder / ".venv/half-installed").touch()
    return folder


@pytest.mark.parametrize("change", [moved, of_another_python, without_a_python, interrupted])
def test_an_environment_that_is_none_any_more_is_built_again(
    fresh: Path, change: Callable[[Path], Path]
) -> None:
    python = stand_in(fresh)
    make(fresh, python, ".venv/ready-dev")
    folder = change(fresh)
    run = make(folder, python.replace(str(fresh), str(folder)), ".venv/ready-dev")
    assert "building .venv" in run.stdout
    assert "adding requirements-dev.txt" in run.stdout
    assert run.returncode == 0
    assert not (folder / ".venv/half-installed").exists()


def test_an_environment_of_another_python_than_the_one_that_is_asked_for(fresh: Path) -> None:
    python = stand_in(fresh)
    make(fresh, python, ".venv/ready")
    newer = script(fresh / "newer", "echo 3.99\n")
    assert "building" not in make(fresh, ".venv/ready").stdout  # none is asked for
    run = make(fresh, f"PYTHON={newer}", ".venv/ready")
    assert "building .venv from requirements.txt with Python 3.99" in run.stdout


def test_missing_programs_are_named_with_the_command(fresh: Path) -> None:
    """Nobody who is not root has packages installed behind their back."""
    for name in ("id", "apt-get"):
        script(fresh / name, "echo 1000\n")
    tools = (fresh / "make/tools").read_text()
    (fresh / "make/tools").write_text(
        tools.replace("need openssl command -v openssl", "need openssl false")
    )
    run = make(fresh, "test", PATH=f"{fresh}:{os.environ['PATH']}")
    assert run.returncode != 0
    assert "remedy: sudo apt-get install" in run.stderr
    assert "openssl" in run.stderr
    assert run.stdout == ""


def test_help_names_every_target_a_person_calls(fresh: Path) -> None:
    said = make(fresh).stdout
    for target in ("lab", "test", "check", "grade", "release", "bench", "book", "kit", "hub"):
        assert f"make {target} " in said


def test_ci_runs_the_command_of_the_readme_and_then_what_takes_long() -> None:
    ci = ROOT / ".ci" / "run"
    assert subprocess.run(["bash", "-n", ci]).returncode == 0
    lines = ci.read_text().splitlines()
    runs = re.compile(r"(?:CI= |timeout .*)?make (?:-C \S+ )?([a-z ]+[a-z])")
    made = [found[1] for line in lines if (found := runs.match(line.strip()))]
    assert made == ["tools oracle", "test", "coverage", "coverage", "long"]
    assert ci.stat().st_mode & stat.S_IXUSR
