"""The total on a feedback page is the one that scores, report and exports have."""

import pytest
from nbformat.v4 import new_notebook

from nbexaminer.feedback import FeedbackExporter
from nbexaminer.gradebook import Mark, QuestionId, StudentMarks
from tests.grading.feedback.pages import checked_cell, read


@pytest.mark.parametrize(("score", "penalty"), [(3.0, 0.0), (3.0, 1.5), (1.0, 1.0), (1.0, 2.5)])
def test_a_penalty_takes_no_more_than_there_is(score: float, penalty: float) -> None:
    nb = new_notebook(cells=[checked_cell("a", "assert x", score, 4)])
    names = {
        "student": "s1", "assignment": "ps1", "notebook": "sums", "max_score": 4.0,
        "score": score - penalty, "late_penalty": penalty,
    }  # fmt: skip
    exporter = FeedbackExporter(parent=None)
    exporter.default_preprocessors = []
    html, _ = exporter.from_notebook_node(nb, {"nbgrader": names})
    same = StudentMarks("s1", {QuestionId("sums", "a"): Mark(score)}, {"sums": penalty})
    assert f"{same.total:g} of 4 points" in read(html).text
    assert ("taken off for handing in late" in read(html).text) == bool(penalty)
