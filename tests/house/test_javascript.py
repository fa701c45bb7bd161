"""Every script that a browser is sent, put together as it is sent, read by a linter."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anywidget
import nbformat
import pytest

from course_utils.authoring import trying_page
from course_utils.widgets import page, views  # noqa: F401, for its kinds are found as subclasses
from nbexaminer import formgrader

ROOT = Path(__file__).parents[2]
RULES = {
    "env": {"browser": True, "es2024": True},
    "categories": {"correctness": "error"},
    "rules": {
        "no-undef": "error",  # a helper's file that was not put in front
        "no-redeclare": "error",
        "no-var": "error",
        "prefer-const": "error",
        "eqeqeq": "error",
        "no-unused-vars": "error",
        "no-useless-spread": "off",  # a copy that says what is copied
    },
}
UNUSED = "eslint(no-unused-vars)"


def kinds(parent: type) -> Iterator[Any]:
    """Every class of widget of ours that brings a script."""
    for kind in parent.__subclasses__():
        yield from kinds(kind)
        if kind.__module__.startswith("course_utils") and getattr(kind, "_esm", None):
            yield kind


def scripts() -> dict[str, str]:
    """What a browser is sent, by what it is called here."""
    sent = {}
    for kind in kinds(anywidget.AnyWidget):
        code = kind._esm
        sent[kind.__name__] = code.read_text("utf-8") if isinstance(code, Path) else str(code)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        lecture = nbformat.read(path, as_version=4)
        outputs = (output for cell in lecture.cells for output in cell.get("outputs", []))
        if found := page.stored(outputs):
            sent[f"page of {path.stem}"] = page.script(found)
    for package in (formgrader, trying_page):
        for path in Path(package.__file__).parent.rglob("*.js"):
            sent[path.stem] = path.read_text("utf-8")
    return sent


@pytest.fixture(scope="module")
def remarks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """What the linter says of each script: rule and sentence."""
    folder = tmp_path_factory.mktemp("scripts")
    for name, code in scripts().items():
        (folder / f"{name}.js").write_text(code, encoding="utf-8")
    (folder / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    command = [Path(sys.executable).with_name("oxlint"), "-c", "rules.json", "-f", "json", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    said: dict[str, list[tuple[str, str]]] = {name: [] for name in scripts()}
    for one in json.loads(done.stdout)["diagnostics"]:
        said[Path(one["filename"]).stem].append((one["code"], one["message"]))
    return said


def test_the_linter_finds_a_name_that_nobody_defines(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    (tmp_path / "view.js").write_text("export default { render() { gone(); } };\n")
    command = [Path(sys.executable).with_name("oxlint"), "-c", "rules.json", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "'gone' is not defined" in done.stdout


def test_no_script_breaks_a_rule(remarks: dict[str, list[tuple[str, str]]]) -> None:
    assert len(remarks) > 20
    found = {name: [one for one in said if one[0] != UNUSED] for name, said in remarks.items()}
    assert {name: said for name, said in found.items() if said} == {}


def test_every_helper_is_used_by_some_script(remarks: dict[str, list[tuple[str, str]]]) -> None:
    """A file of helpers goes along whole; what none of the scripts uses is dead."""
    unused = {
        name: {text for code, text in said if code == UNUSED} for name, said in remarks.items()
    }
    everywhere = set()
    for text in set().union(*unused.values()):
        declared = text.split("'")[1]
        having = [name for name, code in scripts().items() if f" {declared}" in code]
        if all(text in unused[name] for name in having):
            everywhere.add(text)
    assert everywhere == set()
