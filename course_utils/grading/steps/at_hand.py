"""The whole notebook, for steps whose work nbgrader gives out cell by cell."""

from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode


class NotebookAtHand(Preprocessor):
    """Mixed into a step of nbgrader's, in front of it: keeps the notebook that it goes through."""

    nb: NotebookNode

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Do the step, with `nb` at hand."""
        self.nb = nb
        nb, resources = super().preprocess(nb, resources)  # type: ignore[no-untyped-call]
        return nb, resources
