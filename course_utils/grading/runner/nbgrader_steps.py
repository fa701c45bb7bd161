"""nbgrader's own steps, for many submissions in one process.

Each opens the gradebook by its URL for every notebook. Here they take the one in
`resources["course_utils"]["gradebook"]`: a worker's snapshot, or the writer's. CheckCellMetadata
reads its schema from files and checks the schema itself for every cell; here it remembers which
metadata it has found valid.
"""

import json
from collections.abc import Mapping
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from course_utils.grading.gradebook import opened

Both = tuple[NotebookNode, dict[str, Any]]


def for_many(step: type[Preprocessor]) -> type[Preprocessor]:
    """Return `step`; where it is one of nbgrader's, or stands on one, the form for many.

    The class that is returned has the name of `step`, and so its configuration.
    """
    for theirs, ours in _FOR_MANY.items():
        if issubclass(step, theirs):
            bases = (ours,) if step is theirs else (step, ours)
            return type(step.__name__, bases, {"__module__": step.__module__})
    return step


class _OverwriteCells(OverwriteCells):  # type: ignore[misc]
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Both:
        _take_names(self, resources)
        with opened(resources) as self.gradebook:
            nb, resources = Preprocessor.preprocess(self, nb, resources)
            if self.add_missing_cells:
                nb, resources = self.add_missing_grade_cells(nb, resources)
                nb, resources = self.add_missing_task_cells(nb, resources)
        return nb, resources


class _OverwriteKernelspec(OverwriteKernelspec):  # type: ignore[misc]
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Both:
        names = resources["nbgrader"]
        with opened(resources) as gradebook:
            known = gradebook.find_notebook(names["notebook"], names["assignment"]).kernelspec
        kernelspec = None if known is None else json.loads(known)
        if kernelspec:
            nb.metadata["kernelspec"] = kernelspec
        return nb, resources


class _SaveAutoGrades(SaveAutoGrades):  # type: ignore[misc]
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Both:
        _take_names(self, resources)
        with opened(resources) as self.gradebook:
            done: Both = Preprocessor.preprocess(self, nb, resources)
        return done


class _AssignLatePenalties(AssignLatePenalties):  # type: ignore[misc]
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Both:
        _take_names(self, resources)
        self.init_plugin()
        with opened(resources) as gradebook:
            submission = gradebook.find_submission(self.assignment_id, self.student_id)
            notebook = gradebook.find_submission_notebook(
                self.notebook_id, self.assignment_id, self.student_id
            )
            notebook.late_submission_penalty = None
            if submission.total_seconds_late > 0:
                penalty = self.plugin_inst.late_submission_penalty(
                    self.student_id, notebook.score, submission.total_seconds_late
                )
                if penalty is not None:
                    penalty = self._check_late_penalty(notebook, penalty)
                notebook.late_submission_penalty = penalty
            gradebook.db.commit()
        return nb, resources


class _RememberingValidator(MetadataValidator):  # type: ignore[misc]
    """What is checked of a cell is a function of its metadata and its type."""

    def __init__(self) -> None:
        super().__init__()
        self._valid: set[tuple[str, str]] = set()

    def validate_cell(self, cell: NotebookNode) -> None:
        checked = (cell.cell_type, json.dumps(cell.metadata.get("nbgrader"), sort_keys=True))
        if checked not in self._valid:
            super().validate_cell(cell)
            self._valid.add(checked)


_VALIDATOR = _RememberingValidator()


class _CheckCellMetadata(CheckCellMetadata):  # type: ignore[misc]
    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Both:
        _VALIDATOR.validate_nb(nb)
        return nb, resources


def _take_names(step: Any, resources: dict[str, Any]) -> None:
    names = resources["nbgrader"]
    step.notebook_id, step.assignment_id = names["notebook"], names["assignment"]
    step.student_id = names["student"]


_FOR_MANY: Mapping[type[Preprocessor], type[Preprocessor]] = {
    OverwriteCells: _OverwriteCells,
    OverwriteKernelspec: _OverwriteKernelspec,
    SaveAutoGrades: _SaveAutoGrades,
    AssignLatePenalties: _AssignLatePenalties,
    CheckCellMetadata: _CheckCellMetadata,
}
