"""Tests that mean outside of a notebook what they mean in it, before they are given out."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.judge.places import may_be_inside
from nbexaminer.notebook.magics import MagicError, check_magics
from nbexaminer.notebook.released import grade_id, is_test
from nbexaminer.steps.execute import Execute


class CheckTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Stop where a test that is judged outside uses a magic: everybody would pass it, or nobody.

    These are tests that ask an exercise, and all where `c.Execute.judge_tests` is "outside". Of
    others it is found whether they have to be judged inside. `%%time` and `%%capture` around a test
    are left away, and `%matplotlib` and its like change no result.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` as it is; raises MagicError."""
        forced = Execute(parent=self).judge_tests == "outside"
        for cell in filter(is_test, nb.cells):
            if not forced and may_be_inside(cell):
                continue
            try:
                check_magics(cell.source)
            except MagicError as error:
                notebook = resources["nbgrader"]["notebook"]
                raise MagicError(f"{notebook}.ipynb, {grade_id(cell)}: {error}") from None
        return nb, resources
