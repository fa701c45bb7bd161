"""requirements.txt: every package once, exactly, and what pyproject.toml asks for among them."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def pins(name: str) -> list[Requirement]:
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-r")]


LEAN, MORE = pins("requirements.txt"), pins("requirements-dev.txt")
PINS = LEAN + MORE
PROMISED = [
    "jupyterlab",
    "numpy",
    "matplotlib",
    "ipywidgets",
    "nbgrader",
    "pytest",
    "nbval",
]
HEAVY = ["sphinx", "jupyterhub", "distributed", "playwright", "onnx", "mypy"]


def direct_dependencies() -> set[str]:
    files = (ROOT / "pyproject.toml", ROOT / "nbexaminer" / "pyproject.toml")
    projects = [tomllib.loads(file.read_text())["project"] for file in files]
    extras = chain.from_iterable(one["optional-dependencies"].values() for one in projects)
    wanted = chain(chain.from_iterable(extras), *(one["dependencies"] for one in projects))
    names = {canonicalize_name(Requirement(line).name) for line in wanted}
    return names - {one["name"] for one in projects}


def test_who_reads_and_grades_is_spared_what_tests_and_hub_need() -> None:
    lean = {canonicalize_name(pin.name) for pin in LEAN}
    assert set(PROMISED) <= lean
    assert not set(HEAVY) & lean
    assert set(HEAVY) <= {canonicalize_name(pin.name) for pin in MORE}
    assert (ROOT / "requirements-dev.txt").read_text().startswith("-r requirements.txt\n")


def test_they_can_be_installed_from_any_folder() -> None:
    """A path would be looked for in the folder of whoever calls pip."""
    assert not re.search(r"^(-e|\.)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_every_package_is_pinned_exactly_and_once() -> None:
    for pin in PINS:
        assert re.fullmatch(r"==[^*,]+", str(pin.specifier)), pin
        assert pin.url is None, pin
    names = [canonicalize_name(pin.name) for pin in PINS]
    assert len(names) == len(set(names))


def test_what_the_project_asks_for_is_pinned() -> None:
    pinned = {canonicalize_name(pin.name) for pin in PINS}
    assert direct_dependencies() <= pinned, direct_dependencies() - pinned
    assert "torch" not in pinned, "PyTorch is too heavy for a student's machine"


def test_what_is_installed_is_what_is_pinned() -> None:
    here = [pin for pin in PINS if pin.marker is None or pin.marker.evaluate()]
    pinned = {pin.name: str(pin.specifier).removeprefix("==") for pin in here}
    assert {name: importlib.metadata.version(name) for name in pinned} == pinned


def test_reading_a_notebook_builds_no_parsers() -> None:
    """Four fifths of the time that each command takes to begin: why jsonschema has a bound."""
    loaded = "import nbformat, sys; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
