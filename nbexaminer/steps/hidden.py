"""Hidden tests stay hidden on the student's feedback page."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests

from nbexaminer.notebook.released import is_test


class HideHiddenTests(ClearHiddenTests):  # type: ignore[misc]
    """nbgrader's ClearHiddenTests for graded notebooks: in test cells only, tracebacks included.

    The error itself stays; the lines of code that IPython quotes around it go.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell without its hidden tests."""
        if is_test(cell) and self._remove_hidden_test_region(cell):
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources
