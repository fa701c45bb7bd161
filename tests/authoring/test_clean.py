import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.authoring import cleaned, faults, read_notebook, written
from nbexaminer.cli import main


def notebook(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=list(cells))


def shown(source: str, **output: object) -> NotebookNode:
    data = {"text/plain": "4"}
    result = new_output("execute_result", data=data, execution_count=17, **output)
    return new_code_cell(source, outputs=[result], execution_count=17)


def test_counts_are_renumbered_and_editors_leftovers_go() -> None:
    cell = shown("2 + 2", metadata={"isolated": True})
    cell.metadata = NotebookNode(
        {"nbgrader": {"grade_id": "sum"}, "tags": ["a"], "scrolled": True, "execution": {}}
    )
    dirty = notebook(new_markdown_cell("# T"), new_code_cell(""), shown("x = 2"), cell)
    dirty.metadata.update({"language_info": {"version": "3.13.1"}, "widgets": {"state": {}}})
    clean = cleaned(dirty)
    assert [c.get("execution_count") for c in clean.cells] == [None, None, 1, 2]
    assert clean.cells[3].outputs[0].execution_count == 2
    assert clean.cells[3].outputs[0].metadata == {}
    assert clean.cells[3].metadata == {"nbgrader": {"grade_id": "sum"}, "tags": ["a"]}
    assert set(clean.metadata) == {"kernelspec"}


def test_ids_are_grade_ids_kept_or_places_and_never_twice(tmp_path: Path) -> None:
    cells: list[dict] = [{"id": "why-memory", "cell_type": "markdown"} for _ in range(2)]
    cells += [{"id": "x", "cell_type": "raw", "metadata": {"nbgrader": {"grade_id": "gate"}}}]
    cells += [{"cell_type": "raw"}]
    whole = [{"metadata": {}, "source": ""} | cell for cell in cells]
    path = tmp_path / "n.ipynb"
    path.write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": whole})
    )
    ids = [c.id for c in cleaned(read_notebook(path)).cells]
    assert ids == ["why-memory", "why-memory-1", "gate", "cell-3"]


def test_cleaning_twice_changes_nothing_and_the_argument_is_left_alone() -> None:
    dirty = notebook(shown("2 + 2"))
    before = written(dirty)
    once = cleaned(dirty)
    assert written(dirty) == before
    assert written(cleaned(once)) == written(once)
    nbformat.validate(once)


def test_pieces_of_a_stream_are_joined_and_streams_kept_apart() -> None:
    pieces = [new_output("stream", name=n, text=t) for n, t in (("stdout", "a"), ("stdout", "b"))]
    pieces.append(new_output("stream", name="stderr", text="c"))
    clean = cleaned(notebook(new_code_cell("f()", outputs=pieces, execution_count=1)))
    assert [o.text for o in clean.cells[0].outputs] == ["ab", "c"]


def test_what_a_book_folds_is_folded_in_jupyterlab_too() -> None:
    cell = shown("2 + 2")
    cell.metadata = NotebookNode(tags=["hide-output"], jupyter={"source_hidden": True})
    clean = cleaned(notebook(cell)).cells[0]
    assert clean.metadata == {"tags": ["hide-output"], "jupyter": {"outputs_hidden": True}}
    cell.metadata = NotebookNode(tags=["hide-cell"])
    folded = cleaned(notebook(cell)).cells[0].metadata.jupyter
    assert folded == {"outputs_hidden": True, "source_hidden": True}


def test_the_words_for_a_picture_stay() -> None:
    metadata = {"image/png": {"alt": "a curve", "width": 300}, "isolated": True}
    data = {"image/png": "aGk=", "text/plain": "<Figure>"}
    cell = new_code_cell("f", outputs=[new_output("display_data", data=data, metadata=metadata)])
    assert cleaned(notebook(cell)).cells[0].outputs[0].metadata == {"image/png": {"alt": "a curve"}}


def test_a_widgets_random_id_goes_where_a_picture_stays() -> None:
    view = "application/vnd.jupyter.widget-view+json"
    data = {view: {"model_id": "f00"}, "image/png": "aGk=", "text/plain": "CellExplorer(lstm)"}
    cell = new_code_cell("explorer", outputs=[new_output("display_data", data=data)])
    assert set(cleaned(notebook(cell)).cells[0].outputs[0].data) == {"image/png", "text/plain"}


@pytest.mark.parametrize(
    "source",
    ["2 + 2", "x = 1\nx", "print(3)", "plt.show()", "%matplotlib inline\nx", "for i in x:\n  i\ny"],
)
def test_a_cell_that_shows_something_must_store_it(source) -> None:
    (fault,) = faults(notebook(new_code_cell(source)))
    assert "should show something, but no output is stored" in fault


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 2 + 2",
        "plt.plot(x);",
        "np.testing.assert_allclose(a, b)",
        "assert x",
        "def f(): ...",
    ],
)
def test_a_cell_that_shows_nothing_need_not(source) -> None:
    assert faults(notebook(new_code_cell(source))) == []


@pytest.mark.parametrize("source", ['print("OK")', "import platform\n\nplatform.node()"])
def test_what_belongs_to_one_computer_is_not_stored_and_need_not_be(source: str) -> None:
    cell = shown(source)
    cell.metadata["tags"] = ["nbval-ignore-output"]
    clean = cleaned(notebook(cell))
    assert clean.cells[0].outputs == []
    assert clean.cells[0].execution_count is None
    assert faults(clean) == []


@pytest.mark.parametrize("tag", ["hide-input", "hide-cell"])
@pytest.mark.parametrize(
    ("first", "is_title"),
    [
        ("# Draws the two memories", True),
        ("#  Commits ten mistakes, one at a time", True),
        ("fig, ax = plt.subplots()", False),
        ("# fig = plt.figure()", False),
        ("# Figure", False),
        ("#", False),
        ("", False),
        ('"""Draws the figure."""', False),
        ("%matplotlib inline", False),
    ],
)
def test_a_folded_cell_begins_with_words(tag: str, first: str, is_title: bool) -> None:
    cell = new_code_cell(f"{first}\nx = 1", metadata={"tags": [tag]})
    found = faults(notebook(cell))
    assert found == [] if is_title else "first line is code" in found[0]
    cell.metadata["tags"] = ["hide-output"]
    assert faults(notebook(cell)) == []


def test_errors_warnings_and_addresses_are_faults() -> None:
    outputs = [
        new_output("error", ename="ValueError", evalue="no", traceback=[]),
        new_output("stream", name="stderr", text="RuntimeWarning: overflow"),
        new_output("stream", name="stdout", text="<object object at 0x7f11d2c0>"),
    ]
    found = "\n".join(faults(notebook(new_code_cell("f()", outputs=outputs))))
    assert "stores an error, ValueError: no" in found
    assert "stores text on stderr" in found
    assert "stores a memory address" in found


def test_the_command_checks_without_changing_and_then_cleans(tmp_path: Path) -> None:
    path = tmp_path / "lecture.ipynb"
    dirty = notebook(shown("2 + 2"))
    dirty.metadata["scrolled"] = True
    path.write_text(nbformat.writes(dirty))
    before = path.read_bytes()
    check = CliRunner().invoke(main, ["clean", "--check", str(path)])
    assert check.exit_code == 1
    assert "is not clean" in check.output
    assert path.read_bytes() == before
    assert CliRunner().invoke(main, ["clean", str(path)]).exit_code == 0
    assert CliRunner().invoke(main, ["clean", "--check", str(tmp_path)]).exit_code == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b'{"cells": 3}', b'{"nbformat": 3}']
)
def test_a_file_that_is_no_notebook_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    result = CliRunner().invoke(main, ["clean", str(path)])
    assert result.exit_code == 1
    assert "broken.ipynb is not" in result.output
    assert path.read_bytes() == content


@pytest.mark.kernel
def test_running_stores_outputs(tmp_path: Path) -> None:
    path = tmp_path / "lecture.ipynb"
    path.write_text(nbformat.writes(notebook(new_code_cell("2 + 2"), new_code_cell("print(5)"))))
    first = CliRunner().invoke(main, ["clean", "--run", str(path)])
    assert first.exit_code == 0, first.output
    once = path.read_bytes()
    assert read_notebook(path).cells[0].outputs[0].data["text/plain"] == "4"
    CliRunner().invoke(main, ["clean", "--run", str(path)])
    assert path.read_bytes() == once
