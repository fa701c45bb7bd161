"""requirements.txt: every package once, exactly, and what pyproject.toml asks for among them."""

import importlib.metadata
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINES = [
    line.split("#")[0].strip()
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if line.split("#")[0].strip()
]
PINS = [Requirement(line) for line in LINES if not line.startswith("-")]
PROMISED = [
    "jupyterlab",
    "numpy",
    "matplotlib",
    "ipywidgets",
    "nbgrader",
    "pytest",
    "nbval",
    "onnx",
]


def direct_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *chain.from_iterable(extras)]
    names = {canonicalize_name(Requirement(line).name) for line in wanted}
    return names - {canonicalize_name(project["name"])}  # an extra that names other extras


def test_the_package_itself_is_installed_from_this_folder() -> None:
    assert [line for line in LINES if line.startswith("-")] == ["-e ."]


def test_every_package_is_pinned_exactly_and_once() -> None:
    for pin in PINS:
        assert re.fullmatch(r"==[^*,]+", str(pin.specifier)), pin
        assert pin.url is None, pin
    names = [canonicalize_name(pin.name) for pin in PINS]
    assert len(names) == len(set(names))


def test_what_the_project_asks_for_is_pinned() -> None:
    pinned = {canonicalize_name(pin.name) for pin in PINS}
    assert direct_dependencies() <= pinned, direct_dependencies() - pinned
    assert set(PROMISED) <= pinned
    assert "torch" not in pinned, "PyTorch is too heavy for a student's machine"


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)
def test_what_is_installed_is_what_is_pinned(pin: Requirement) -> None:
    if pin.marker is None or pin.marker.evaluate():
        assert importlib.metadata.version(pin.name) == str(pin.specifier).removeprefix("==")
