"""What is left of an explorer where no kernel runs: in a stored notebook and in an HTML export."""

import copy
import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from course_utils.widgets import CellExplorer
from course_utils.widgets.page import CELL

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SOURCE = 'from course_utils.widgets import CellExplorer\nCellExplorer("lstm", preset="exam_2")'


@pytest.fixture(scope="module")
def executed() -> nbformat.NotebookNode:
    """A notebook with one explorer, run by nbclient as nbconvert and nbval do."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE, id="explorer")])
    return NotebookClient(notebook, kernel_name="python3", timeout=120).execute()


@pytest.fixture
def stored(executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The same as the course stores it: no widget state, whose models are gone with the kernel."""
    notebook = copy.deepcopy(executed)
    notebook.metadata.pop("widgets", None)
    return notebook


def test_the_output_has_the_view_the_picture_and_the_numbers(
    executed: nbformat.NotebookNode,
) -> None:
    (output,) = executed.cells[0].outputs
    assert set(output.data) == {WIDGET_VIEW, CELL, "image/png", "text/plain"}
    assert output.data["text/plain"] == repr(CellExplorer("lstm", preset="exam_2"))


def test_an_export_shows_the_picture(stored: nbformat.NotebookNode) -> None:
    page, _ = HTMLExporter().from_notebook_node(stored)
    (picture,) = re.findall(r"<img[^>]* src=\"data:image/png;base64,([^\"]*)", page)
    (output,) = stored.cells[0].outputs
    assert picture.strip() == output.data["image/png"].strip()
    assert WIDGET_VIEW not in page


def test_the_numbers_stand_beside_the_picture_in_words(stored: nbformat.NotebookNode) -> None:
    """nbconvert 7 does not read it; whoever turns the notebook into pages can."""
    (output,) = stored.cells[0].outputs
    assert "f_t = 0.9773, 0.4291" in output.metadata["image/png"]["alt"]


def test_two_runs_store_the_same(executed: nbformat.NotebookNode) -> None:
    """What nbval compares, and the picture too; only the model's id may differ."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE, id="explorer")])
    again = NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    one, other = (copy.deepcopy(n.cells[0].outputs) for n in (executed, again))
    assert one[0].data.pop(WIDGET_VIEW) != other[0].data.pop(WIDGET_VIEW)
    assert one == other
