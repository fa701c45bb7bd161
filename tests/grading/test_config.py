"""nbgrader_config.py: every value reaches a class; a misspelt name would pass in silence."""

from typing import Any

import pytest
from nbconvert import exporters
from nbconvert.preprocessors import Preprocessor
from nbgrader import apps, converters, coursedir, plugins, preprocessors
from nbgrader.exchange import ExchangeFactory
from traitlets.config import Configurable
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader
from traitlets.utils.importstring import import_item

from nbexaminer import feedback, late, sandbox, steps
from nbexaminer.pipeline import exporter
from nbexaminer.submission import collecting
from tests.grading.course import ROOT

CONFIG = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
MODULES = [
    collecting,
    exporter,
    exporters,
    feedback,
    late,
    sandbox,
    steps,
    apps,
    converters,
    coursedir,
    plugins,
    preprocessors,
]
VALUES = [(name, trait) for name, section in CONFIG.items() for trait in section]


def classes(name: str) -> list[type[Configurable]]:
    found = [getattr(module, name) for module in [*MODULES] if hasattr(module, name)]
    return [ExchangeFactory] if name == "ExchangeFactory" else found


@pytest.mark.parametrize(("name", "trait"), VALUES)
def test_every_value_is_one_of_its_class(name: str, trait: str) -> None:
    owners = [c for c in classes(name) if trait in c.class_traits(config=True)]
    assert owners, f"c.{name}.{trait}: no class {name} has this trait"
    owners[0](config=CONFIG)


def strings(value: Any) -> list[str]:
    if isinstance(value, LazyConfigValue):  # a list that is added to
        return [text for added in value.to_dict().values() for text in _flat(added)]
    return _flat(value)


def _flat(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [t for v in value for t in _flat(v)] if isinstance(value, (list, tuple)) else []


@pytest.mark.parametrize(
    "path",
    [
        text
        for section in CONFIG.values()
        for value in section.values()
        for text in strings(value)
        if text.startswith(("course_utils.", "nbgrader.", "nbconvert."))
    ],
)
def test_every_class_it_names_exists(path: str) -> None:
    assert callable(import_item(path))


def test_our_steps_are_all_in_use() -> None:
    named = {text for s in CONFIG.values() for v in s.values() for text in strings(v)}
    ours = [name for name in steps.__all__ if issubclass(getattr(steps, name), Preprocessor)]
    assert {f"nbexaminer.steps.{name}" for name in ours} <= named
