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

from nbexaminer.earlier import as_now
from nbexaminer.exercises import modules, packages

_ENGINE = (
    "nbexaminer.pipeline.exporter",
    "nbexaminer.runs.pure",
    "nbexaminer.runs.writer",
    "nbexaminer.sandbox.inside",  # started as programs of their own, by their paths
)
_SECTIONS = ("Autograde", "AssignLatePenalties", "BaseConverter")
"""Where the configuration names classes and functions that marks follow from."""
_PACKAGES = ("nbgrader", "numpy")
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]*)|import[ \t]+([\w.]+))",
    re.MULTILINE,
)


def marking_code(config: Config) -> str:
    """Return the digest of the files that marks follow from, and of packages' versions.

    Those are the grader's, and those of the exercises that a package offers.
    """
    return _digest(tuple(sorted({*_named(config), *modules()})))


@cache
def _digest(steps: tuple[str, ...]) -> str:
    found = hashlib.sha256(repr([(name, version(name)) for name in _PACKAGES]).encode())
    for name, path in sorted(marking_files(steps).items()):
        found.update(name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def marking_files(steps: tuple[str, ...]) -> dict[str, Path]:
    """Return by module the files of `steps`, and of all of ours that they import.

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
            yield as_now(value).rpartition(".")[0]
        elif callable(value):
            yield str(value.__module__)


def _imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield what of our packages a file imports: a module, and whether as a whole."""
    for origin, names, module in _IMPORT.findall(path.read_text(encoding="utf-8")):
        if not _is_ours(origin or module):
            continue
        yield origin or module, False
        for name in re.findall(r"(\w+)(?:[ \t]+as[ \t]+\w+)?[ \t]*(?:,|\)|$|\n|#)", names):
            yield f"{origin}.{name}", True


def _is_ours(module: str) -> bool:
    """Whether a module is the grader's, or of the package whose exercises it asks."""
    return module.partition(".")[0] in {"course_utils", "nbexaminer", *packages()}


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:k]) for k in range(1, len(parts))] if _is_ours(module) else []


def _below(package: str, init: Path) -> list[str]:
    """Return the modules in a package of ours, and in those below it."""
    if not _is_ours(package):
        return []
    paths = (path.relative_to(init.parent) for path in sorted(init.parent.rglob("*.py")))
    modules = (
        path.parent if path.name == "__init__.py" else path.with_suffix("") for path in paths
    )
    return [".".join((package, *module.parts)) for module in modules if module.parts]


def _file(module: str) -> Path | None:
    """Return a module's file: one of ours, or of an instructor's own step; else None."""
    first, *rest = module.split(".")
    if _is_ours(module):
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
