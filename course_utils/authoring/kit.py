"""The students' kit: one zip with notebooks, wheel and pins, for a machine without git or make."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = "recurrent-cells"
LICENSES = ("LICENSE", "LICENSE-CONTENT")
GLOSSARY = "docs/glossary.md"
"""The page of symbols, which the lectures link to."""
_FIRST_TIME = (1980, 1, 1, 0, 0, 0)
"""What a zip can say at the earliest; the same content gives the same bytes."""

README = """\
Windows:       py -3 -m venv .venv  &&  .venv\\Scripts\\pip install -r requirements.txt  &&  \
.venv\\Scripts\\jupyter lab notebooks\\00_start_here.ipynb
macOS, Linux:  python3 -m venv .venv  &&  .venv/bin/pip install -r requirements.txt  &&  \
.venv/bin/jupyter lab notebooks/00_start_here.ipynb
The grader is not in here: to mark work, take the course's repository.
"""


class KitError(RuntimeError):
    """The kit cannot be made. The message says what is missing or what pip printed."""


def make_kit(root: Path, target: Path) -> list[str]:
    """Write the kit of the course in `root` to the zip `target`; returns the names in it.

    Lectures, the page of symbols, the assignments as released, a wheel of the package, its pins,
    the licences and a README. Raises KitError.
    """
    content = dict(_files(root))
    with tempfile.TemporaryDirectory() as folder:
        wheel = _build_wheel(root, Path(folder))
        content[wheel.name] = wheel.read_bytes()
        content["requirements.txt"] = _pins(root, wheel.name).encode()
        content["README.txt"] = README.encode()
        content |= {name: (root / name).read_bytes() for name in (*LICENSES, GLOSSARY)}
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(content):
            info = zipfile.ZipInfo(f"{FOLDER}/{name}", _FIRST_TIME)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content[name])
    part.replace(target)
    return sorted(content)


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield lectures and released assignments by the name they have in the kit."""
    for source, name in (("notebooks", "notebooks"), ("release", "assignments")):
        folder = root / source
        if not folder.is_dir():
            raise KitError(f"{root} has no {source}/; call this in the course's folder")
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            hidden = any(part.startswith((".", "__")) for part in inner.parts)
            if path.is_file() and not hidden:
                yield f"{name}/{inner.as_posix()}", path.read_bytes()


def _build_wheel(root: Path, folder: Path) -> Path:
    """Build from a copy: what earlier builds left in the course's folder is not in the wheel."""
    copy = folder / "source"
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    shutil.copytree(root / "course_utils", copy / "course_utils", ignore=ignore)
    for name in ("pyproject.toml", "README.md", *LICENSES):
        shutil.copy(root / name, copy)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(folder), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KitError(f"pip could not build the wheel:\n{done.stderr.strip()}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def _pins(root: Path, wheel: str) -> str:
    """Return requirements.txt, after the wheel that its packages are for."""
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return "\n".join([f"./{wheel}", *pins]) + "\n"
