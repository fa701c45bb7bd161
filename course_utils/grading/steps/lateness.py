"""What a late submission costs, and that it is called late, whatever that is."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor

from course_utils.grading.context import context_of
from course_utils.grading.late import duration
from course_utils.grading.points import as_points
from course_utils.grading.remarks import add_remark


class PenaliseLateness(AssignLatePenalties):  # type: ignore[misc]
    """nbgrader's AssignLatePenalties, with the gradebook that the run has open."""

    records = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` as it is; its penalty is in the gradebook."""
        context = context_of(resources)
        names = context.assignment, context.student
        self.init_plugin()
        with context.open_gradebook() as gradebook:
            seconds = gradebook.find_submission(*names).total_seconds_late
            notebook = gradebook.find_submission_notebook(context.notebook, *names)
            notebook.late_submission_penalty = None
            if seconds > 0:
                penalty = self.plugin_inst.late_submission_penalty(
                    context.student, notebook.score, seconds
                )
                if penalty is not None:
                    penalty = self._check_late_penalty(notebook, penalty)
                notebook.late_submission_penalty = penalty
            gradebook.db.commit()
        return nb, resources


class RemarkLateness(NbGraderPreprocessor):  # type: ignore[misc]
    """Say how late the submission is and what that costs. Comes after PenaliseLateness."""

    records = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with a remark where it is late."""
        context = context_of(resources)
        names = context.assignment, context.student
        with context.open_gradebook() as gradebook:
            seconds = gradebook.find_submission(*names).total_seconds_late
            notebook = gradebook.find_submission_notebook(context.notebook, *names)
            penalty = notebook.late_submission_penalty
        if seconds > 0:
            points = as_points(penalty) if penalty else "no"
            unit = "point" if points == "1" else "points"
            add_remark(nb, f"Handed in {duration(seconds)} late; {points} {unit} taken off.")
        return nb, resources
