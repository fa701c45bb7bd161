"""`course release` gives nothing out whose own solution would lose marks."""

import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat.v4 import new_notebook

from nbexaminer.commands import release
from tests.grading.course import KERNEL, ROOT, answer, cell, graded_test

pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one assignment that can be given out."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "source" / "good").mkdir(parents=True)
    _write(tmp_path / "source" / "good" / "sums.ipynb", "total = int(open('n.txt').read())", "3")
    (tmp_path / "source" / "good" / "n.txt").write_text("3")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write(path: Path, solution: str, right: str) -> None:
    cells = [
        cell("code", "scale = None", "setup", locked=True),
        answer("total", solution),
        graded_test("test_total", f"assert total == {right}, 'the total is wrong'", 2),
        graded_test("test_scale", "assert scale is None or scale == 5", 1),
    ]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)


def _release(*words: str) -> Result:
    return CliRunner().invoke(release, words)


def _released(root: Path) -> dict[str, bytes]:
    found = (path for path in sorted((root / "release").rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_a_solution_that_loses_marks_is_not_given_out(root: Path) -> None:
    done = _release()
    assert done.exit_code == 0, done.output
    before = _released(root)
    assert set(before) == {"release/good/n.txt", "release/good/sums.ipynb"}

    (root / "source" / "bad").mkdir()
    _write(root / "source" / "bad" / "more.ipynb", "total = 4", "5")
    _write(root / "source" / "good" / "sums.ipynb", "total = 1 / 0", "3")
    refused = _release()
    assert refused.exit_code == 1
    lost = [line for line in refused.output.splitlines() if "test_total" in line]
    assert lost == [
        "Error: source/bad/more.ipynb, test_total: the solution itself earns 0 of 2 points when it "
        "is marked as a submission: AssertionError: the total is wrong",
        "source/good/sums.ipynb, test_total: the solution itself earns 0 of 2 points when it is "
        "marked as a submission: total stopped with ZeroDivisionError: division by zero",
    ]
    assert "test_scale" not in refused.output
    assert _released(root) == before

    assert _release("--unchecked").exit_code == 0
    assert set(_released(root)) == {*before, "release/bad/more.ipynb"}


def test_where_solutions_cannot_be_marked_it_is_said(root: Path) -> None:
    """A machine without a sandbox, and a way on by name."""
    path = root / "nbgrader_config.py"
    path.write_text(path.read_text() + "c.Sandbox.provisioner = 'nothing'\n")
    refused = _release()
    assert refused.exit_code == 1
    assert "No kernel provisioner is called 'nothing'" in refused.output
    assert not (root / "release").exists()
