"""Every script that a browser is sent: linted, its types checked, and bundled from its sources."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.widgets import views

ROOT = Path(__file__).parents[2]
WIDGETS = ROOT / "course_utils" / "widgets"
SOURCES = WIDGETS / "browser"
STATIC = WIDGETS / "static"
SINGLE = [ROOT / "course_utils" / "authoring", ROOT / "nbexaminer" / "formgrader"]
"""Folders with scripts that are sent as they are."""
OUTSIDE = {"bringToLife", "check", "follow", "picture", "pictures"}
"""What pages and the views of a kind look for."""
RULES = {
    "env": {"browser": True, "es2024": True},
    "categories": {"correctness": "error"},
    "rules": {
        "no-undef": "error",
        "no-redeclare": "error",
        "no-var": "error",
        "prefer-const": "error",
        "eqeqeq": "error",
        "no-unused-vars": "error",
        "no-useless-spread": "off",  # a copy that says what is copied
    },
    "overrides": [{"files": ["build.js"], "env": {"node": True}}],
}


def linted(rules: Path, *folders: Path) -> list[dict[str, str]]:
    """What the linter says of the scripts below folders."""
    rules.write_text(json.dumps(RULES), encoding="utf-8")
    oxlint = Path(sys.executable).with_name("oxlint")
    command = [oxlint, "-c", rules, "-f", "json", *folders]
    done = subprocess.run(command, capture_output=True, text=True)
    said = json.loads(done.stdout)
    assert said["number_of_files"] > 0
    remarks: list[dict[str, str]] = said["diagnostics"]
    return remarks


def test_the_linter_finds_a_name_that_nobody_defines(tmp_path: Path) -> None:
    (tmp_path / "view.js").write_text("export default { render() { gone(); } };\n")
    (remark,) = linted(tmp_path / "rules.json", tmp_path)
    assert "'gone' is not defined" in remark["message"]


def test_no_script_breaks_a_rule(tmp_path: Path) -> None:
    remarks = linted(tmp_path / "rules.json", SOURCES, *SINGLE)
    assert [(one["filename"], one["message"]) for one in remarks] == []


def test_whatever_a_module_exports_another_imports() -> None:
    modules = [path.read_text("utf-8") for path in SOURCES.rglob("*.js")]
    exported = {
        name
        for text in modules
        for name in re.findall(r"^export (?:async )?(?:const|class|function\*?) (\w+)", text, re.M)
    }
    imported = {
        name.split()[0]
        for text in modules
        for names in re.findall(r"^import \{(.*?)\} from", text, re.M | re.S)
        for name in names.split(",")
    }
    assert len(imported) > 50
    assert exported - imported == OUTSIDE


@pytest.mark.bundler
def test_the_types_are_right() -> None:
    """JavaScript with types in remarks, read as strictly as TypeScript."""
    tsc = ROOT / "build/browser/node_modules/.bin/tsc"
    done = subprocess.run([tsc, "--project", SOURCES], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.bundler
def test_the_bundles_are_what_the_sources_give(tmp_path: Path) -> None:
    """What differs is renewed by `make browser`."""
    subprocess.run(["node", SOURCES / "build.js", tmp_path], check=True)
    made, kept = (
        {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}
        for folder in (tmp_path, STATIC)
    )
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_every_kind_of_view_has_a_bundle_and_every_bundle_a_kind() -> None:
    assert {path.stem for path in (STATIC / "views").iterdir()} == set(views.__all__)
