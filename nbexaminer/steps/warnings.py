"""A right answer that prints a warning is a right answer."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.notebook.released import is_test


class WarningsCostNothing(NbGraderPreprocessor):  # type: ignore[misc]
    """Show what a test cell wrote to stderr as ordinary output.

    nbgrader gives no points to a cell with any output on stderr, so that one NumPy warning costs
    the whole question. Errors remain errors.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell with its stderr turned to stdout."""
        if is_test(cell):
            for output in cell.outputs:
                if output.output_type == "stream":
                    output.name = "stdout"
        return cell, resources
