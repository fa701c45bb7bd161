"""Whether what a page names is there: commands with their options, settings, files."""

import importlib.util
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from markdown_it import MarkdownIt
from nbgrader.apps import NbGraderApp
from traitlets.config import Configurable

# What has settings is found where it is imported.
from nbexaminer import feedback, formgrader, late, platforms, sandbox, steps  # noqa: F401
from nbexaminer.cli import main
from tests.docs.pages import ROOT, commands

_PROGRAMS = {"course", "dask", "jupyter", "lint-imports", "make", "mypy", "nbgrader", "pytest"}
_FOLDERS = (
    "course_utils|nbexaminer|notebooks|source|release|tests|benchmarks|docs|deploy|make|changelog.d"
    "|.ci|.binder"
)
_PATH = re.compile(rf"(?:{_FOLDERS})/[\w./-]*")


def named(page: Path) -> Iterator[str]:
    """Yield what a page sets as code in its text and tables, and the commands of its blocks."""
    for token in MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8")):
        for child in token.children or ():
            if child.type == "code_inline":
                yield child.content
    for command in commands(page):
        yield command.text


def fault(said: str) -> str:
    """Return what is wrong with a command, a setting or a path; "" where it is as it should be."""
    for one in re.split(r"\s+(?:&&|\|\|?)\s+", said):
        if found := _fault(one.strip()):
            return f"{one}: {found}"
    return ""


def _fault(said: str) -> str:
    if match := re.fullmatch(r"(?:c\.)?([A-Z]\w+)\.(\w+)(?: = .*)?", said):
        return _no_setting(match[1], match[2]) if said.startswith("c.") else ""
    if _PATH.fullmatch(said):
        return "" if (ROOT / said).exists() else "there is no such file"
    try:
        words = shlex.split(said)
    except ValueError:
        return ""  # a formula, a piece of code
    words = words[1:] if words[:1] == ["sudo"] else words
    if not words:
        return ""
    program = Path(words[0]).name if words[0].startswith(".venv/bin/") else words[0]
    rest = words[1:]
    if program in ("python", "python3") and rest[:1] == ["-m"]:
        return "" if _is_module(rest[1]) else "there is no such module"
    if program not in _PROGRAMS or not rest:
        return ""
    match program:
        case "course":
            return _no_course(rest)
        case "make":
            return _no_make(rest)
        case "nbgrader":
            return _no_nbgrader(rest)
    return "" if shutil.which(program, path=str(Path(sys.executable).parent)) else "not installed"


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _no_course(words: list[str]) -> str:
    context = click.Context(main)
    command = main.get_command(context, words[0])
    if command is None:
        return f"course has {', '.join(main.list_commands(context))}"
    if isinstance(command, click.Group):
        inner = command.get_command(context, words[1])
        if inner is None:
            return f"course {words[0]} has {', '.join(command.list_commands(context))}"
        command, words = inner, words[1:]
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    options.add("--help")
    unknown = [w for w in words[1:] if w.startswith("-") and w.split("=")[0] not in options]
    return f"course {words[0]} has no {', '.join(unknown)}" if unknown else ""


def _no_make(words: list[str]) -> str:
    text = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(READY)", ".venv/ready")
    targets = set(re.findall(r"^([\w./-]+):", text, re.MULTILINE))
    unknown = [word for word in words if "=" not in word and word not in targets]
    return f"the Makefile has no {', '.join(unknown)}" if unknown else ""


def _no_nbgrader(words: list[str]) -> str:
    app = NbGraderApp()
    while words and words[0] in app.subcommands:
        app = app.subcommands[words.pop(0)][0]()
    if app.subcommands:
        return f"{app.name} has {', '.join(sorted(app.subcommands))}"
    keys = [*app.aliases, *app.flags, "help", "help-all"]
    options = {name for key in keys for name in (key if isinstance(key, tuple) else (key,))}
    for word in words:
        option = word.split("=")[0].removeprefix("--")
        if match := re.fullmatch(r"(\w+)\.(\w+)", option):
            if found := _no_setting(*match.groups()):
                return found
        elif word.startswith("-") and option not in options:
            return f"{app.name} has no --{option}"
    return ""


def _no_setting(owner: str, trait: str) -> str:
    found = [one for one in _configurables(Configurable) if one.__name__ == owner]
    if not found:
        return f"nothing that is configured is called {owner}"
    known = any(trait in one.class_traits(config=True) for one in found)
    return "" if known else f"{owner} has no setting {trait}"


def _configurables(base: type[Any]) -> Iterator[type[Any]]:
    for one in base.__subclasses__():
        yield one
        yield from _configurables(one)
