"""What became of a test, as data in the notebook: kept, read again, and what it brings."""

import math

import nbformat
import pytest
from nbformat.v4 import new_notebook, new_output

from nbexaminer.notebook.judgements import (
    Failure,
    Judgement,
    Said,
    begin_judgements,
    joined,
    judgement_of,
    keep_judgement,
    marks_of,
)
from tests.grading.course import answer, graded_test, words

KEPT = [
    Judgement(),
    Judgement(2.5, said=(Said("one"), Said("two", "one_hot"))),
    Judgement(error=Failure("ValueError", "no"), said=(Said("one"),)),
    Judgement(math.inf),
    Judgement(-math.inf),
]


@pytest.mark.parametrize("judgement", KEPT)
def test_a_judgement_comes_back_as_it_was_kept(judgement: Judgement) -> None:
    test, other = graded_test("test", "", 4), graded_test("other", "", 4)
    nb = new_notebook(cells=[test, other])
    keep_judgement(nb, test, judgement)
    again = nbformat.reads(nbformat.writes(nb), as_version=4)
    assert judgement_of(again, again.cells[0]) == judgement
    assert judgement_of(again, again.cells[1]) is None


@pytest.mark.parametrize(
    ("judgement", "marks"),
    [
        (Judgement(), 4), (Judgement(2.5), 2.5), (Judgement(-1.0), 0), (Judgement(9.0), 4),
        (Judgement(math.nan), 0), (Judgement(math.inf), 4), (Judgement(-math.inf), 0),
        (Judgement(3.0, Failure("E", "")), 0), (Judgement(0.0), 0),
    ],
)  # fmt: skip
def test_what_a_test_brings_is_between_nothing_and_its_points(
    judgement: Judgement, marks: float
) -> None:
    test = graded_test("test", "", 4)
    nb = new_notebook(cells=[test])
    keep_judgement(nb, test, judgement)
    assert marks_of(nb, test) == (marks, 4)


def test_what_is_shown_counts_only_where_the_judge_has_not_run_the_test() -> None:
    test = graded_test("test", "", 4)
    test.outputs = [new_output("execute_result", {"text/plain": "3.0"})]
    nb = new_notebook(cells=[test, words("why", 2)])
    assert marks_of(nb, test) == (3, 4)
    keep_judgement(nb, test, Judgement(1.0))
    assert marks_of(nb, test) == (1, 4)
    assert marks_of(nb, nb.cells[1]) == (None, 2)


def test_what_a_submission_says_of_its_own_tests_is_forgotten() -> None:
    test = graded_test("test", "", 4)
    nb = new_notebook(cells=[test, answer("total", "1")])
    keep_judgement(nb, test, Judgement(4.0))
    begin_judgements(nb)
    assert judgement_of(nb, test) is None
    nb.metadata["course_utils"]["judgements"] = {"total": {"score": 4.0}}
    assert judgement_of(nb, nb.cells[1]) is None


def test_what_is_printed_in_a_row_is_one_and_verdicts_stay_apart() -> None:
    pieces = [Said("a"), Said("\n"), Said(""), Said("v", "x"), Said("w", "x"), Said("b")]
    assert joined(pieces) == (Said("a\n"), Said("v", "x"), Said("w", "x"), Said("b"))
