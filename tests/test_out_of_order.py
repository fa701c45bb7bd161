"""A cell run out of order: the sentence that says which one comes first, and when none is said."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.out_of_order import comes_first, load_ipython_extension
from tests.notebooks.stored import NOTEBOOKS

CELLS = [
    new_markdown_cell("# A lecture"),
    new_code_cell("# Tools\nimport numpy as np\nfrom os import path as where"),
    new_markdown_cell("Text.\n\n## 2 · Clipping\n\nText."),
    new_code_cell("%matplotlib inline\ndef my_clip(g):\n    inner = g\n    return inner"),
    new_markdown_cell("### Every entry"),
    new_code_cell(
        "for k in range(3):\n    last = [j for j in range(k)]\nwith open('x') as file: a, *b = 1, 2"
    ),
    new_code_cell("this does not parse ("),
]


@pytest.fixture
def lecture(tmp_path: Path) -> Path:
    path = tmp_path / "lecture.ipynb"
    nbformat.write(new_notebook(cells=CELLS), path)
    return path


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("np", "the first cell"),
        ("where", "the first cell"),
        ("my_clip", "the cell in section “2 · Clipping” that begins “%matplotlib inline”"),
        *(
            (name, "the cell in section “Every entry” that begins “for k in range(3):”")
            for name in ("k", "last", "file", "a", "b")
        ),
    ],
)
def test_the_cell_that_makes_a_name_is_named(lecture: Path, name: str, cell: str) -> None:
    said = comes_first(lecture, name)
    assert said
    assert said.startswith(f"{name} is made by {cell}, which has not been run.")


@pytest.mark.parametrize("name", ["inner", "j", "g", "path", "os", "nowhere", ""])
def test_nothing_is_said_of_a_name_that_no_cell_makes(lecture: Path, name: str) -> None:
    assert comes_first(lecture, name) is None


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_a_file_that_is_no_notebook_says_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "broken.ipynb"
    path.write_bytes(content)
    assert comes_first(path, "np") is None
    assert comes_first(path.with_name("absent.ipynb"), "np") is None


@pytest.mark.parametrize(
    "cells", [[1], [{}], {"a": 1}, "cells", [{"cell_type": "code", "source": 3}]]
)
def test_cells_of_another_form_say_nothing(tmp_path: Path, cells: object) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert comes_first(path, "np") is None


def test_every_lecture_sends_a_reader_who_skipped_its_first_cell_there() -> None:
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))[1:]:
        said = comes_first(path, "plt")
        assert said, path.name
        assert said.startswith("plt is made by the first cell"), path.name


def test_the_shell_shows_the_error_and_then_the_sentence(
    lecture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(lecture))
    shell = InteractiveShell()
    load_ipython_extension(shell)
    shell.run_cell("my_clip(3)")
    told = capsys.readouterr().out
    assert "name 'my_clip' is not defined" in told
    assert told.rstrip().endswith("Run up to Selected Cell.")
    shell.run_cell("1 / 0")
    assert "which has not been run" not in capsys.readouterr().out


def test_outside_of_a_notebook_a_shell_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shell = InteractiveShell()
    load_ipython_extension(shell)
    assert shell.custom_exceptions == ()


@pytest.mark.kernel
def test_a_kernel_of_this_environment_loads_it(lecture: Path) -> None:
    nb = new_notebook(cells=[new_code_cell("np.ones(3)")])
    client = NotebookClient(nb, timeout=60, allow_errors=True)
    client.execute(env={**os.environ, "JPY_SESSION_NAME": str(lecture)})
    streams = [o.text for o in nb.cells[0].outputs if o.output_type == "stream"]
    assert "np is made by the first cell" in "".join(streams)
    assert any(o.output_type == "error" for o in nb.cells[0].outputs)
