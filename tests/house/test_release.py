"""release/ is what nbgrader makes of source/, and nobody passes by handing in the blank."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.utils import determine_grade, is_grade

from nbexaminer.runs.releasing import release_differences

ROOT = Path(__file__).parents[2]
RELEASED = sorted((ROOT / "release").rglob("*.ipynb"))
SOLVED = sorted((ROOT / "source").rglob("*.ipynb"))


def grades(notebook: nbformat.NotebookNode) -> dict[str, tuple[float | None, float]]:
    """Score and maximum of every graded cell, as nbgrader determines them."""
    cells = [cell for cell in notebook.cells if is_grade(cell)]
    return {cell.metadata.nbgrader.grade_id: determine_grade(cell) for cell in cells}


def executed(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": path.parent}}
    return NotebookClient(notebook, allow_errors=True, timeout=120, resources=folder).execute()


def test_there_is_a_release_for_every_source() -> None:
    assert SOLVED
    assert [p.relative_to(ROOT / "source") for p in SOLVED] == [
        p.relative_to(ROOT / "release") for p in RELEASED
    ]


@pytest.mark.slow
def test_release_is_generated_from_source_byte_for_byte() -> None:
    assert release_differences(ROOT) == []


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_no_solution_and_no_hidden_test_is_released(path: Path) -> None:
    text = path.read_text()
    for secret in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "Model answer", ".solve("):
        assert secret not in text


@pytest.mark.parametrize("path", SOLVED, ids=lambda path: path.stem)
def test_the_solution_stores_full_marks(path: Path) -> None:
    for grade_id, (score, maximum) in grades(nbformat.read(path, as_version=4)).items():
        assert score in (maximum, None), grade_id  # None: read by a person


@pytest.mark.kernel
@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_the_blank_earns_nothing(path: Path) -> None:
    for grade_id, (score, _) in grades(executed(path)).items():
        assert score == 0, grade_id
