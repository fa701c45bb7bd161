"""Submissions put right against what was given out, without a gradebook or a kernel."""

import json
from copy import deepcopy
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.preprocessors import ClearSolutions, LockCells
from nbgrader.utils import is_solution

from nbexaminer.notebook.released import grade_id, graded_cells
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.steps import DeduplicateCells, IdentifyCells, RestoreCells
from nbexaminer.submission.reading import read_submission
from tests.grading.course import RIGHT, by_id, filled, resources, source_notebook


def released() -> NotebookNode:
    nb, _ = ClearSolutions().preprocess(source_notebook(), {})
    nb, _ = LockCells().preprocess(nb, {})
    return nb


def put_right(nb: NotebookNode, given_out: NotebookNode | None = None) -> NotebookNode:
    nb = read_submission(json.dumps(nb).encode())
    known = resources(given_out or released())
    for step in (IdentifyCells(), DeduplicateCells(), RestoreCells()):
        nb, known = step.preprocess(nb, known)
    nbformat.validate(nb)
    return nb


def said(nb: NotebookNode) -> str:
    return "\n".join(remark.text for remark in remarks_of(nb))


def names(nb: NotebookNode) -> list[str | None]:
    return [grade_id(cell) for cell in nb.cells]


def assert_as_given_out(nb: NotebookNode) -> None:
    """Every cell given out is there once, in order, with its metadata; only answers may differ."""
    given_out = graded_cells(released())
    found = [cell for cell in nb.cells if grade_id(cell)]
    assert [grade_id(cell) for cell in found] == list(given_out)
    for cell in found:
        given = given_out[grade_id(cell) or ""]
        assert cell.metadata == given.metadata
        assert cell.cell_type == given.cell_type
        if not is_solution(given):
            assert cell.source == given.source


def test_an_honest_submission_is_left_alone() -> None:
    nb = filled(released(), **RIGHT)
    after = put_right(nb)
    assert [c.source for c in after.cells] == [c.source for c in nb.cells]
    assert names(after) == names(nb)
    assert said(after) == ""


@pytest.mark.parametrize("name", list(graded_cells(source_notebook())))
def test_a_deleted_cell_is_put_back(name: str) -> None:
    nb = filled(released(), **RIGHT)
    nb.cells.remove(by_id(nb, name))
    after = put_right(nb)
    assert_as_given_out(after)
    assert f"{name!r} was deleted" in said(after)


def test_an_answer_retyped_in_a_cell_of_its_own_is_the_answer() -> None:
    nb = filled(released(), **RIGHT)
    index = nb.cells.index(by_id(nb, "total"))
    nb.cells[index] = new_code_cell("total = 1 + 2")
    after = put_right(nb)
    assert_as_given_out(after)
    assert by_id(after, "total").source == "total = 1 + 2"


def test_an_answer_retyped_in_several_cells_comes_after_the_empty_one() -> None:
    nb = filled(released(), **RIGHT)
    index = nb.cells.index(by_id(nb, "total"))
    nb.cells[index : index + 1] = [new_code_cell("one = 1"), new_code_cell("total = one + 2")]
    after = put_right(nb)
    assert_as_given_out(after)
    order = [cell.source for cell in after.cells]
    assert order.index("total = one + 2") > order.index(by_id(after, "total").source)
    assert order.index("total = one + 2") < order.index(by_id(after, "test_total").source)


def test_a_notebook_from_an_editor_that_keeps_no_metadata_is_known_by_text_and_place() -> None:
    nb = filled(released(), **RIGHT)
    for cell in nb.cells:
        cell.metadata = nbformat.from_dict({})
        del cell["id"]
    nb.nbformat_minor = 4
    after = put_right(nb)
    assert_as_given_out(after)
    for name, source in RIGHT.items():
        assert by_id(after, name).source == source
    assert len(after.cells) == len(nb.cells)


def test_of_copies_of_an_answer_the_last_answered_one_counts_before_its_test() -> None:
    nb = filled(released(), **RIGHT)
    first = by_id(nb, "total")
    first.source = "total = 1"
    second, empty = deepcopy(first), deepcopy(by_id(released(), "total"))
    second.source = "total = 3"
    nb.cells += [second, empty]
    after = put_right(nb)
    assert_as_given_out(after)
    assert by_id(after, "total").source == "total = 3"
    sources = [cell.source for cell in after.cells]
    assert sources.index("total = 1") < sources.index("total = 3")
    assert sources.index("total = 3") < sources.index("assert total == 3")
    assert sum("NotImplementedError" in source for source in sources) == 0
    assert "3 times; the last answered one counts" in said(after)


def test_a_copied_test_is_run_once() -> None:
    nb = filled(released(), **RIGHT)
    copy = deepcopy(by_id(nb, "test_total"))
    copy.source = "total = 3"
    nb.cells.append(copy)
    after = put_right(nb)
    assert_as_given_out(after)
    assert "'test_total' was there 2 times; it was run once" in said(after)


def test_a_changed_test_is_undone_and_said() -> None:
    nb = filled(released(), **RIGHT)
    by_id(nb, "test_total").source = "pass"
    after = put_right(nb)
    assert_as_given_out(after)
    assert "'test_total' was changed" in said(after)


def test_edited_flags_and_points_are_undone() -> None:
    nb = filled(released(), **RIGHT)
    by_id(nb, "test_total").metadata.nbgrader.update(points=99, solution=True, locked=False)
    by_id(nb, "total").metadata.nbgrader.update(grade=True, points=99)
    assert_as_given_out(put_right(nb))


@pytest.mark.parametrize("make", [new_markdown_cell, new_raw_cell])
def test_an_answer_turned_into_text_is_code_again(make: Any) -> None:
    nb = filled(released(), **RIGHT)
    index = nb.cells.index(by_id(nb, "total"))
    nb.cells[index] = make("total = 3", metadata=nb.cells[index].metadata)
    after = put_right(nb)
    assert_as_given_out(after)
    assert by_id(after, "total").source == "total = 3"
    assert "was turned into" in said(after)


@pytest.mark.parametrize("damage", [{}, {"nbgrader": {"grade_id": "renamed", "solution": True}}])
def test_a_lost_or_edited_grade_id_is_known_by_the_cells_own_id(damage: dict[str, Any]) -> None:
    nb = filled(released(), **RIGHT)
    by_id(nb, "total").metadata = nbformat.from_dict(damage)
    after = put_right(nb)
    assert_as_given_out(after)
    assert by_id(after, "total").source == "total = 3"
    assert "known again" in said(after)


def test_an_invented_grade_id_earns_nothing() -> None:
    nb = filled(released(), **RIGHT)
    nb.cells.append(
        new_code_cell("7", metadata={"nbgrader": {"grade_id": "bonus", "grade": True, "points": 7}})
    )
    after = put_right(nb)
    assert_as_given_out(after)
    assert after.cells[-1].source == "7"


def test_white_space_is_not_an_answer() -> None:
    nb = filled(released(), why="  \n", total="\n" + by_id(released(), "total").source + "\n ")
    after = put_right(nb)
    assert by_id(after, "why").source == by_id(released(), "why").source
    assert by_id(after, "total").source == by_id(released(), "total").source


@given(data=st.data())
def test_any_shuffling_copying_and_deleting_ends_as_given_out(data: st.DataObject) -> None:
    """...and no answered cell is lost, whatever is done to the order and number of cells."""
    nb = filled(released(), **RIGHT)
    picked = data.draw(st.lists(st.integers(0, len(nb.cells) - 1), max_size=14))
    kept = [deepcopy(nb.cells[i]) for i in picked]
    for i, cell in enumerate(kept):
        if is_solution(cell):
            cell.source += f"\n# copy {i}"
    nb.cells = kept
    after = put_right(nb)
    assert_as_given_out(after)
    sources = {cell.source for cell in after.cells}
    assert all(cell.source in sources for cell in kept if is_solution(cell))
