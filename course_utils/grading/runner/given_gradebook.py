"""nbgrader's own steps, on the gradebook that the run has open.

Each opens the gradebook by its URL for every notebook. Here they take the one in
`resources["course_utils"]["gradebook"]`: a worker's snapshot, or the writer's.
"""

import json
from collections.abc import Mapping
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    AssignLatePenalties,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from course_utils.grading.gradebook import opened

Both = tuple[NotebookNode, dict[str, Any]]


def on_given_gradebook(step: type[Preprocessor]) -> type[Preprocessor]:
    """Return `step`; where it is one of nbgrader's, or stands on one, on the open gradebook.

    The class that is returned has the name of `step`, and so its configuration.
    """
    for theirs, ours in _ON_GIVEN.items():
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


def _take_names(step: Any, resources: dict[str, Any]) -> None:
    names = resources["nbgrader"]
    step.notebook_id, step.assignment_id = names["notebook"], names["assignment"]
    step.student_id = names["student"]


_ON_GIVEN: Mapping[type[Preprocessor], type[Preprocessor]] = {
    OverwriteCells: _OverwriteCells,
    OverwriteKernelspec: _OverwriteKernelspec,
    SaveAutoGrades: _SaveAutoGrades,
    AssignLatePenalties: _AssignLatePenalties,
}
