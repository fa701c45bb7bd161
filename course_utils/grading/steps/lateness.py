"""A late submission is called late, whatever it costs."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from course_utils.grading.gradebook import opened
from course_utils.grading.late import duration
from course_utils.grading.remarks import add_remark


class RemarkLateness(NbGraderPreprocessor):  # type: ignore[misc]
    """Say how late the submission is and what that costs. Comes after AssignLatePenalties."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with a remark where it is late."""
        names = resources["nbgrader"]
        with opened(resources) as gradebook:
            submission = gradebook.find_submission(names["assignment"], names["student"])
            seconds = submission.total_seconds_late
            penalty = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            ).late_submission_penalty
        if seconds > 0:
            points = f"{penalty:g} point{'s' if penalty != 1 else ''}" if penalty else "no points"
            add_remark(nb, f"Handed in {duration(seconds)} late; {points} taken off.")
        return nb, resources
