"""The steps that record set values, and need no gradebook for it."""

from datetime import timedelta
from typing import Any

import pytest
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from nbexaminer.gradebook import Comment, HandRecord, Mark, NotebookRecord
from nbexaminer.gradebook.counting import Convention, counted, uncounted
from nbexaminer.hand_marking.reconcile import ANSWER_CHANGED, reconciled_words
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.steps import PenaliseLateness, RemarkLateness, SaveGradesAndRemarks
from tests.grading.course import RIGHT, filled, resources, source_notebook

WORDS = filled(source_notebook(), **RIGHT)


def recorded(nb: NotebookNode, record: NotebookRecord, *steps: Any) -> NotebookRecord:
    known = resources(source_notebook(), record=record)
    for step in steps:
        nb, known = step.preprocess(nb, known)
    return record


def fresh(**marks: Mark) -> NotebookRecord:
    names = ("total", "add", "why")
    known = {"test_total": Mark(points=2), "test_add": Mark(points=3), "why": Mark(points=3)}
    return NotebookRecord(
        known | marks, {name: Comment(None, f"by hand: {name}") for name in names}
    )


def test_scores_go_where_a_person_has_given_none_and_words_wait() -> None:
    found = recorded(WORDS, fresh(why=Mark(manual=2.5, points=3)), SaveGradesAndRemarks())
    assert found.marks["test_total"] == Mark(auto=2.0, points=2)
    assert (found.marks["why"].score, found.marks["why"].open) == (2.5, True)  # nothing is known
    assert found.comments["why"] == Comment(None, "by hand: why")
    assert found.by_hand["why"].graded


def test_a_blank_answer_is_called_so_as_nbgrader_does() -> None:
    nb = source_notebook()
    for cell in nb.cells:
        if cell.id == "why":
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    found = recorded(nb, fresh(), SaveGradesAndRemarks())
    assert found.comments["why"].auto == "No response."
    assert found.marks["why"] == Mark(auto=0.0, points=3)


@pytest.mark.parametrize(("digest", "is_open"), [("as it was", False), ("another", True)])
def test_a_mark_by_hand_is_looked_at_again_where_its_answer_is_another(
    digest: str, is_open: bool
) -> None:
    before = Mark(manual=2.0, points=3)
    kept = HandRecord(graded="as it was")
    mark, now, reason = reconciled_words(before, before, kept, digest)
    assert (mark.open, reason) == (is_open, ANSWER_CHANGED if is_open else None)
    assert now == HandRecord(graded=digest, marked="as it was")


def test_a_penalty_is_worked_out_of_the_record_and_said() -> None:
    record = fresh(test_total=Mark(auto=2.0, points=2), test_add=Mark(auto=1.0, points=3))
    record.seconds_late = timedelta(days=1, hours=1).total_seconds()
    config = Config(
        AssignLatePenalties={"plugin_class": "nbexaminer.late.LatePolicy"},
        LatePolicy={"percent_per_day": 25},
    )
    nb = source_notebook()
    recorded(nb, record, PenaliseLateness(config=config), RemarkLateness())
    assert record.penalty == 1.5
    assert [one.text for one in remarks_of(nb)] == [
        "Handed in 1 day 1 hour late; 1.5 points taken off."
    ]


@pytest.mark.parametrize("way", ["full_marks", "left_out", "bonus"])
@pytest.mark.parametrize("manual", [None, 1.0, 4.0])
def test_what_a_decision_gives_is_taken_back_whole(way: Convention, manual: float | None) -> None:
    mark = Mark(auto=2.0, manual=manual, points=3)
    now = counted(mark, way)
    given = {"full_marks": max(3.0, mark.score), "left_out": 0.0, "bonus": mark.score}
    if manual is None and way == "full_marks":
        given[way] = 3.0
    assert now.score == given[way]
    assert uncounted(now, way).manual == manual
    if manual is not None:
        assert uncounted(now, way) == mark
