"""release/ is what nbgrader makes of source/: generated, committed, and compared byte for byte."""

import filecmp
import re
import subprocess
import sys
import tempfile
from pathlib import Path


class ReleaseError(RuntimeError):
    """nbgrader could not generate an assignment. The message holds what it printed."""


def generate_release(root: Path, target: Path) -> list[str]:
    """Generate every assignment of `root`/source into `target`; returns their names.

    The gradebook is not touched. Raises ReleaseError when nbgrader fails, with the error that it
    names, as a rubric that does not add up.
    """
    names = sorted(folder.name for folder in (root / "source").iterdir() if folder.is_dir())
    for name in names:
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", name]
        command += ["--force", "--no-db", f"--CourseDirectory.release_directory={target}"]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if run.returncode:
            raise ReleaseError(f"nbgrader could not generate {name}: {_reason(run.stderr)}")
    return names


def _reason(log: str) -> str:
    """Return the error that a log names, else the whole log."""
    named = re.findall(r"^\s*(?:\w+\.)*\w*(?:Error|Exception): .+", log, flags=re.MULTILINE)
    return str(named[-1]).strip() if named else f"\n{log.strip()}"


def release_differences(root: Path) -> list[str]:
    """Regenerate release/ beside the committed one; returns the files that differ, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder).resolve()
        generate_release(root, fresh)
        committed = root / "release"
        return [
            line
            for path in sorted(_files(fresh) | _files(committed))
            if (line := _difference(path, fresh, committed))
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
