"""release/ is what nbgrader makes of source/: generated, committed, and compared byte for byte."""

import filecmp
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path


class ReleaseError(RuntimeError):
    """An assignment cannot be given out. The message says why."""


def make_release(
    root: Path,
    assignments: Sequence[str] = (),
    *,
    check_solutions: bool = True,
    say: Callable[[str], object] = lambda line: None,
) -> list[str]:
    """Generate `root`/release from `root`/source; returns the names of the assignments.

    Only `assignments`, where some are named. What nbgrader and its steps warn of goes to `say`.
    Every solution is first marked as a submission is, outside of its kernel, and has to earn
    everything. Raises ReleaseError, and leaves release/ as it was, where one does not, or where
    nbgrader fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder).resolve()
        names = generate_release(root, fresh, assignments, say)
        if check_solutions:
            _check_solutions(root, fresh, names)
        for name in names:
            committed = root / "release" / name
            shutil.rmtree(committed, ignore_errors=True)
            shutil.copytree(fresh / name, committed)
    return names


def _check_solutions(root: Path, released: Path, names: list[str]) -> None:
    """Let the grader mark the solutions; it is a program of its own, as nbgrader is."""
    command = [sys.executable, "-m", "nbexaminer.runs.solutions", str(released), *names]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if run.returncode == 1 and run.stdout.strip():
        raise ReleaseError(run.stdout.strip())
    if run.returncode:
        raise ReleaseError(f"the solutions could not be marked: {_reason(run.stderr)}")


def generate_release(
    root: Path,
    target: Path,
    assignments: Sequence[str] = (),
    say: Callable[[str], object] = lambda line: None,
) -> list[str]:
    """Generate every assignment of `root`/source, or those named, into `target`; returns them.

    The gradebook is not touched. Raises ReleaseError for an assignment that is not there, and when
    nbgrader fails, with the error that it names, as a rubric that does not add up.
    """
    names = sorted(folder.name for folder in (root / "source").iterdir() if folder.is_dir())
    missing = sorted(set(assignments) - set(names))
    if missing:
        raise ReleaseError(
            f"there is no assignment {', '.join(missing)} in source/, which has {', '.join(names)}"
        )
    names = [name for name in names if not assignments or name in assignments]
    for name in names:
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", name]
        command += ["--force", "--no-db", f"--CourseDirectory.release_directory={target}"]
        command += ["--AssignmentExporter.check_solution=False"]  # it is checked for itself
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if run.returncode:
            raise ReleaseError(f"nbgrader could not generate {name}: {_reason(run.stderr)}")
        for warning in re.findall(r"\| WARNING\] (.+)", run.stderr):
            say(f"{name}/{warning}")
    return names


def _reason(log: str) -> str:
    """Return the error that a log names, else the whole log."""
    named = re.findall(r"^\s*(?:\w+\.)*\w*(?:Error|Exception): .+", log, flags=re.MULTILINE)
    return str(named[-1]).strip() if named else f"\n{log.strip()}"


def release_differences(root: Path, assignments: Sequence[str] = ()) -> list[str]:
    """Regenerate release/ beside the committed one; returns the files that differ, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder).resolve()
        generate_release(root, fresh, assignments)
        committed = root / "release"
        return [
            line
            for path in sorted(_files(fresh) | _files(committed))
            if (not assignments or path.parts[0] in assignments)
            and (line := _difference(path, fresh, committed))
        ]


def _files(folder: Path) -> set[Path]:
    ignored = {".ipynb_checkpoints", "__pycache__"}
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and not ignored & set(path.parts)
    }


def _difference(path: Path, fresh: Path, committed: Path) -> str:
    if not (committed / path).exists():
        return f"release/{path} is missing"
    if not (fresh / path).exists():
        return f"release/{path} is not generated from source/"
    if not filecmp.cmp(fresh / path, committed / path, shallow=False):
        return f"release/{path} differs from what source/ generates"
    return ""
