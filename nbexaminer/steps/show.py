"""The remarks, where student and instructor see them: on top of the graded notebook."""

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.notebook.remarks import KEY, ROLE, markdown_text, remarks_of

TITLE = "Remarks of the grader"


class ShowRemarks(NbGraderPreprocessor):  # type: ignore[misc]
    """Put a cell with all remarks on top; formgrader and the feedback page show it."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with its remarks to be read first."""
        remarks = remarks_of(nb)
        if remarks:
            lines = "\n".join(f"- {markdown_text(str(remark))}" for remark in remarks)
            cell = new_markdown_cell(f"### {TITLE}\n\n{lines}", metadata={KEY: {"role": ROLE}})
            nb.cells.insert(0, cell)
        return nb, resources
