"""What was checked and said, kept in the graded notebook for the report on the class."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.notebook.marked_answers import keep_marked_answers, marked_answer
from nbexaminer.pipeline.context import context_of


class KeepMarkedAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Write every check's answers and verdict into the notebook's metadata, over what is there."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with the record of its checks."""
        checks = context_of(resources).checks
        keep_marked_answers(
            nb,
            [
                marked_answer(cell, one.exercise, one.attempt, one.answers, one.verdict)
                for cell, made in checks.items()
                for one in made
            ],
        )
        return nb, resources
