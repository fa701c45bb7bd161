"""What a late submission costs, and that it is called late, whatever that is."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor

from nbexaminer.late import duration
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline.context import context_of
from nbexaminer.points import as_points


class PenaliseLateness(AssignLatePenalties):  # type: ignore[misc]
    """nbgrader's AssignLatePenalties, with its plugin and its bounds."""

    records = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` as it is; its penalty is in the record."""
        context = context_of(resources)
        record = context.record
        record.penalty = None
        if record.seconds_late > 0:
            self.init_plugin()
            penalty = self.plugin_inst.late_submission_penalty(
                context.student, record.score, record.seconds_late
            )
            if penalty is not None:
                record.penalty = self._check_late_penalty(record, penalty)
        return nb, resources


class RemarkLateness(NbGraderPreprocessor):  # type: ignore[misc]
    """Say how late the submission is and what that costs. Comes after PenaliseLateness."""

    records = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with a remark where it is late."""
        record = context_of(resources).record
        if record.seconds_late > 0:
            points = as_points(record.penalty) if record.penalty else "no"
            unit = "point" if points == "1" else "points"
            late = duration(record.seconds_late)
            add_remark(nb, f"Handed in {late} late; {points} {unit} taken off.")
        return nb, resources
