"""The commands of the documentation, read from its pages and run as a reader types them.

A command stands in a block ```console behind `$ `, with what it prints below it. A page is one
sitting: its commands run in order, in one shell, in a fresh copy of the course. A line `...` stands
for lines that are left out.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbgrader.utils import get_username

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
SERVER = ROOT / "deploy" / "README.md"
"""Run by tests/deploy: as root, and for as long as a hub runs."""
HOME = "/home/you/recurrent-cells"
EXCHANGE = "/usr/local/share/nbgrader/exchange"
"""Where the pages' reader keeps the course, and nbgrader its exchange."""
_COURSE = [
    "course_utils", "nbexaminer", "docs", "notebooks", "release", "source", "tests",
    "nbgrader_config.py", "CONTRIBUTING.md", "README.md", "CHANGELOG.md", "LICENSE",
    "LICENSE-CONTENT", "Makefile", "make", "pyproject.toml", "requirements.txt",
    "requirements-dev.txt",
]  # fmt: skip
_SAME_FOR_ALL = (
    (r"\d{4}-\d\d-\d\d[-T ]\d\d[-:]\d\d[-:]\d\d(?:\.\d+)?(?: UTC|Z)?", "2026-11-20-15-30-00"),
    (r"\d:\d\d:\d\d", "0:00:00"),
    (r"graded in (?:\d+ min )?[\d.]+ s", "graded in 9.0 s"),
    (r"\d+ a minute", "40 a minute"),
    (r"\d+ files already formatted", "50 files already formatted"),
    (r"\d+ files, [\d.]+ MB", "26 files, 4.2 MB"),
    (r"\b\d+ bytes", "40000 bytes"),
    (r"/tmp/tmp\w+", "/tmp/tmp"),
    (r"\d+ deselected in \d+\.\d\ds\b", "1000 deselected in 1.00s"),
    (r"(?m)\+[\w-]{12}$", "+q311wgNAtCkK"),
    (r"\x1b\[[0-9;]*m", ""),
)
"""What two runs differ in, and what stands for it."""


@dataclass(frozen=True)
class Command:
    """A command of a page, and what the page says it prints."""

    page: Path
    line: int
    text: str
    shown: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}: {self.text}"


def blocks(page: Path) -> Iterator[Token]:
    """Yield the code blocks of a page, fenced or indented, in lists and quotes too."""
    for token in MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8")):
        if token.type in ("fence", "code_block"):
            yield token


def commands(page: Path) -> list[Command]:
    """Return what a page tells its reader to type, in order."""
    found = []
    for block in blocks(page):
        if block.info.split(maxsplit=1)[:1] != ["console"]:
            continue
        assert block.map is not None
        lines = block.content.splitlines()
        starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            shown = "\n".join(lines[start + 1 : end])
            found.append(Command(page, block.map[0] + start + 2, lines[start][2:], shown))
    return found


def copy_of_the_course(folder: Path) -> None:
    """Copy the course as a clone has it, with this environment as its .venv."""
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".nbgrader.log")
    for name in _COURSE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").mkdir()
    for path in Path(sys.prefix).iterdir():
        if not path.name.startswith("ready"):
            (folder / ".venv" / path.name).symlink_to(path)
    for name in ("ready", "ready-dev"):  # newer than the pins, and of this folder, for make
        said = "{}.{} in {}\n".format(*sys.version_info[:2], folder.resolve())
        (folder / ".venv" / name).write_text(said)


def run(script: list[str], folder: Path, home: Path) -> list[tuple[int, str]]:
    """Run shell lines in one shell; returns the code and the output of each.

    The shell has a terminal's width and no colours, a home and an exchange of its own.
    """
    results = home / "results"
    results.mkdir(parents=True)
    (home / "exchange").mkdir()
    (home / "exchange").chmod(0o777)
    (home / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(home / 'exchange')!r}\n"
    )
    text = "".join(
        f"{{ {line}\n}} >{results}/{n}.out 2>&1 </dev/null; echo $? >{results}/{n}.code\n"
        for n, line in enumerate(script)
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "PYTEST"))}
    env |= {
        "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home), "JUPYTER_DATA_DIR": str(home / "data"),
        "COURSE": str(folder),
        "PYTHONPATH": str(folder), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
        "TERM": "dumb", "TTY_COMPATIBLE": "1", "COLUMNS": "80",
    }  # fmt: skip
    subprocess.run(["bash", "-c", text], cwd=folder, env=env, check=True)
    return [
        (int((results / f"{n}.code").read_text()), (results / f"{n}.out").read_text())
        for n in range(len(script))
    ]


def normal(text: str, folder: Path | None = None, home: Path | None = None) -> str:
    """Return an output with what two runs differ in taken out: places, times, a person's name."""
    if folder is not None and home is not None:
        text = text.replace(str(folder), HOME).replace(str(home / "exchange"), EXCHANGE)
        text = text.replace(str(home), str(Path(HOME).parent))
        text = re.sub(rf"\b{re.escape(get_username())}\b", Path(HOME).parent.name, text)
    for pattern, instead in _SAME_FOR_ALL:
        text = re.sub(pattern, instead, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def same(shown: str, printed: str, *, in_any_order: bool = False) -> bool:
    """Whether a page shows what was printed; both normal. A line `...` stands for any lines."""
    if in_any_order:
        return sorted(shown.split()) == sorted(printed.split())
    return doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)
