"""Every assignment's model solution earns everything under the judge."""

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from traitlets.config.loader import PyFileConfigLoader

from nbexaminer.runs.solutions import marks_lost_by_solution
from nbexaminer.sandbox.folders import run_folder
from tests.grading.course import KERNEL, ROOT, answer, cell, graded_test

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

CONFIG = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
SOURCES = sorted(
    str(path.relative_to(ROOT / "source")) for path in (ROOT / "source").rglob("*.ipynb")
)


@pytest.mark.parametrize("name", [name for name in SOURCES if ".ipynb_checkpoints" not in name])
def test_the_model_solution_earns_everything(name: str) -> None:
    source = nbformat.read(ROOT / "source" / name, as_version=4)
    released = nbformat.read(ROOT / "release" / name, as_version=4)
    assert marks_lost_by_solution(source, released, CONFIG) == []
    handed_out = run_folder().shown.handouts.rglob("handout.json")
    assert [path for path in handed_out if '"solution"' in path.read_text()] == []


def notebook(*cells: NotebookNode) -> NotebookNode:
    return new_notebook(cells=list(cells), metadata={"kernelspec": KERNEL})


def test_a_test_that_means_something_else_outside_the_kernel_is_found() -> None:
    """The answer overwrites a given number without saying so in what was given out."""
    given = cell("code", "scale = None", "given", locked=True)
    test = graded_test("test_scale", "assert scale == 5", 1)
    source = notebook(given, answer("scale", "scale = 5"), test)
    released = notebook(given, cell("code", "# YOUR CODE HERE", "scale", solution=True), test)
    (lost,) = marks_lost_by_solution(source, released, CONFIG)
    assert lost.cell == "test_scale"
    said_so = cell("code", "scale = None  # YOUR CODE HERE", "scale", solution=True)
    assert marks_lost_by_solution(source, notebook(given, said_so, test), CONFIG) == []
