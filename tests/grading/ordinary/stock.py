"""What plain nbgrader gives: its own Execute in an ordinary kernel, and its own marks."""

from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import Execute

from nbexaminer.notebook.released import grade_id, is_test
from nbexaminer.runs.trials import as_nbgrader_marks
from nbexaminer.sandbox.handouts import write_files

ARGUMENTS = [
    "--IPKernelApp.exec_lines=import sys; sys.stderr = sys.stdout",
    "--HistoryManager.hist_file=:memory:",
]
"""A warning costs nothing, as the course's configuration has it for both."""


def stock_marks(
    nb: NotebookNode, files: Mapping[str, bytes], folder: Path, timeout: int = 30
) -> dict[str, float]:
    """Run a notebook as `nbgrader autograde` does; return the marks of its tests."""
    write_files(files, folder)
    step = Execute(extra_arguments=ARGUMENTS, timeout=timeout)
    nb, _ = step.preprocess(nb, {"metadata": {"path": str(folder)}})
    return {str(grade_id(cell)): as_nbgrader_marks(cell) for cell in filter(is_test, nb.cells)}
