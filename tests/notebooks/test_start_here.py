"""The start page: its links, and a self-check that tells the truth."""

import importlib
import re
import sys
from typing import Any

import pytest

from tests.notebooks.stored import NOTEBOOKS, cell, notebook

START = notebook("00_start_here.ipynb")
_LINK = re.compile(r"\]\(([^)#]+\.ipynb)\)")


def self_check(capsys: pytest.CaptureFixture[str]) -> str:
    exec(compile(cell(START, "self-check").source, "self-check", "exec"), {})
    return capsys.readouterr().out


def links(name: str) -> set[str]:
    return {
        link
        for c in notebook(name).cells
        if c.cell_type == "markdown"
        for link in _LINK.findall(c.source)
    }


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_links_between_notebooks_lead_somewhere(path: Any) -> None:
    assert [link for link in links(path.name) if not (NOTEBOOKS / link).is_file()] == []


def test_the_map_links_every_lecture_there_is() -> None:
    lectures = {p.name for p in NOTEBOOKS.glob("*.ipynb")} - {"00_start_here.ipynb"}
    rows = [r for r in cell(START, "map").source.splitlines() if r.startswith("|")]
    linked = {link for row in rows for link in _LINK.findall(row)}
    assert linked == lectures
    assert not [row for row in rows if _LINK.search(row) and "coming" in row]


def test_the_assignments_it_names_exist() -> None:
    named = set(re.findall(r"`(\d_\w+)`", cell(START, "map").source))
    assert named
    assert named <= {p.name for p in (NOTEBOOKS.parent / "source").iterdir()}


def test_self_check_says_ok(capsys: pytest.CaptureFixture[str]) -> None:
    said = self_check(capsys)
    assert said.startswith("OK. ")
    assert said == cell(START, "self-check").outputs[0].text


@pytest.mark.parametrize("package", ["anywidget", "course_utils"])
def test_self_check_names_a_missing_package_and_the_remedy(
    package: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def without(name: str, *rest: Any) -> Any:
        if name == package:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    said = self_check(capsys)
    assert said.startswith(f"{package} does not load")
    assert "make lab" in said
    assert len(said.splitlines()) == 1


def test_self_check_names_an_old_python(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert "needs 3.11 or newer" in self_check(capsys)


def test_self_check_notices_a_wrong_cell(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from course_utils import cells

    right = cells.lstm_step

    def wrong(params: Any, x: Any, state: Any) -> Any:
        new, trace = right(params, x, state)
        return new._replace(h=new.h * 1.01), trace

    monkeypatch.setattr(cells, "lstm_step", wrong)
    assert "expected" in self_check(capsys)
