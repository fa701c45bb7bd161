"""Which code marks: a mark given by other code may be another one.

It is followed from the steps that the configuration names, import by import, so that no list has to
be kept.
"""

import hashlib
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from traitlets.config import Config

_OURS = ("course_utils", "nbexaminer")
_ENGINE = (
    "nbexaminer.exporter",
    "nbexaminer.runner.pure",
    "nbexaminer.runner.writer",
    "nbexaminer.sandbox.inside",  # started as programs of their own, by their paths
)
_SECTIONS = ("Autograde", "AssignLatePenalties", "BaseConverter")
"""Where the configuration names classes and functions that marks follow from."""
_PACKAGES = ("nbgrader", "numpy")
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+((?:course_utils|nbexaminer)[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]*)"
    r"|import[ \t]+((?:course_utils|nbexaminer)[\w.]*))",
    re.MULTILINE,
)


def marking_code(config: Config) -> str:
    """Return the digest of the files that marks follow from, and of packages' versions."""
    return _digest(tuple(sorted(set(_named(config)))))


@cache
def _digest(steps: tuple[str, ...]) -> str:
    found = hashlib.sha256(repr([(name, version(name)) for name in _PACKAGES]).encode())
    for name, path in sorted(marking_files(steps).items()):
        found.update(name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def marking_files(steps: tuple[str, ...]) -> dict[str, Path]:
    """Return by module the files of `steps`, and of all of the course's that they import.

    A package that is itself imported from another one is taken with all below it: its modules are
    then found by its folder, as the catalogue's are.
    """
    found: dict[str, Path] = {}
    waiting = [(name, True) for name in (*_ENGINE, *steps)]
    while waiting:
        name, is_whole = waiting.pop()
        path = _file(name)
        if path is None:
            continue
        names = [name, *_below(name, path)] if is_whole and path.name == "__init__.py" else [name]
        for one in names:
            waiting += [(parent, False) for parent in _parents(one)]
            if one not in found and (file := _file(one)) is not None:
                found[one] = file
                waiting += _imported(file)
    return found


def _named(config: Config) -> Iterator[str]:
    """Yield the modules that the configuration names for grading."""
    waiting: list[Any] = [dict(config.get(section, {})) for section in _SECTIONS]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, str) and re.fullmatch(r"\w+(\.\w+)+", value):
            yield value.rpartition(".")[0]
        elif callable(value):
            yield str(value.__module__)


def _imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield what of the course a file imports: a module, and whether as a whole."""
    for origin, names, module in _IMPORT.findall(path.read_text(encoding="utf-8")):
        if module:
            yield module, False
            continue
        yield origin, False
        for name in re.findall(r"(\w+)(?:[ \t]+as[ \t]+\w+)?[ \t]*(?:,|\)|$|\n|#)", names):
            yield f"{origin}.{name}", True


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:k]) for k in range(1, len(parts))] if parts[0] in _OURS else []


def _below(package: str, init: Path) -> list[str]:
    """Return the modules in a package of the course, and in those below it."""
    if package.split(".")[0] not in _OURS:
        return []
    paths = (path.relative_to(init.parent) for path in sorted(init.parent.rglob("*.py")))
    modules = (
        path.parent if path.name == "__init__.py" else path.with_suffix("") for path in paths
    )
    return [".".join((package, *module.parts)) for module in modules if module.parts]


def _file(module: str) -> Path | None:
    """Return a module's file: of the course, or of an instructor's own step; else None."""
    first, *rest = module.split(".")
    if first in _OURS:
        path = Path(str(import_module(first).__file__)).parent.joinpath(*rest)
        files = (path / "__init__.py", path.with_suffix(".py"))
        return next((file for file in files if file.is_file()), None)
    if first in _PACKAGES:  # told by its version
        return None
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(found.origin) if found and found.has_location and found.origin else None
