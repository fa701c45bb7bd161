"""Rubrics that can be marked by, before an assignment is given out."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.hand_marking.rubric import RubricError, rubric_of
from nbexaminer.notebook.released import grade_id, is_hand_marked


class CheckRubrics(NbGraderPreprocessor):  # type: ignore[misc]
    """Stop where a rubric cannot be read, does not add up or would be given out.

    A question without a rubric is allowed: it is marked by points alone.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` as it is; raises RubricError."""
        notebook = resources["nbgrader"]["notebook"]
        for cell in nb.cells:
            try:
                criteria = rubric_of(cell)
            except RubricError as error:
                raise RubricError(f"{notebook}.ipynb, {error}") from None
            if is_hand_marked(cell) and not criteria:
                self.log.warning(
                    "%s.ipynb, %s: a person marks this question, and it has no rubric",
                    notebook, grade_id(cell),
                )  # fmt: skip
        return nb, resources
