"""Tests that mean outside of a notebook what they mean in it, before they are given out."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.notebook.magics import MagicError, check_magics
from nbexaminer.notebook.released import grade_id, is_test


class CheckTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Stop where a test uses a magic that grading does not run: everybody would pass it, or nobody.

    `%%time` and `%%capture` around a test are left away, and `%matplotlib` and its like change no
    result.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` as it is; raises MagicError."""
        for cell in filter(is_test, nb.cells):
            try:
                check_magics(cell.source)
            except MagicError as error:
                notebook = resources["nbgrader"]["notebook"]
                raise MagicError(f"{notebook}.ipynb, {grade_id(cell)}: {error}") from None
        return nb, resources
