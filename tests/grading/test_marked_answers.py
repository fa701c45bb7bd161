"""The record of every check in the graded notebook: written by the judge's side alone."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_notebook

from course_utils.exercises import exercise
from course_utils.exercises.lectures import TOPICS
from nbexaminer.notebook.marked_answers import (
    keep_marked_answers,
    marked_answer,
    marked_answers,
)
from tests.grading.course import filled
from tests.grading.test_personal import course_with


def test_a_record_comes_back_as_it_was_kept() -> None:
    one = exercise("forget_gate")
    data = one.draw()
    answers = {"z_f": [1, 2, 3], "f_t": np.array([0.5, 0.5, 0.5]), "odd": object(), "t": "text"}
    verdict = one.mark(data, answers)
    kept = marked_answer("test_gate", "forget_gate", 2, answers, verdict)
    nb = new_notebook()
    keep_marked_answers(nb, [kept, marked_answer("f", "forget_gate", 0, None, verdict)])
    first, second = marked_answers(nbformat.reads(nbformat.writes(nb), as_version=4))
    assert list(first.parts) == ["z_f", "f_t"]
    assert first == kept
    assert first.answers == {"z_f": [1, 2, 3], "f_t": [0.5] * 3, "odd": None, "t": "text"}
    assert first.slips == verdict.slips
    assert second.answers == {}


def test_all_that_was_said_is_kept_with_where_to_read() -> None:
    one = exercise("forget_gate")
    verdict = one.mark(one.draw(), {"f_t": np.tanh(one.solve(one.draw())["z_f"])})
    kept = marked_answer("test_gate", "forget_gate", 0, {}, verdict).parts["f_t"].message
    assert kept == verdict.parts["f_t"].text
    assert kept.endswith(f"See {TOPICS['gates']}.")


HUGE = [10**400, -(10**900), Fraction(10**400, 3), Decimal("1e999"), [1.0, [2.0]], [10**400] * 3]


@pytest.mark.parametrize("value", HUGE, ids=lambda value: type(value).__name__)
def test_a_number_beyond_all_floats_is_marked_and_not_kept(value: Any) -> None:
    one = exercise("forget_gate")
    verdict = one.mark(one.draw(), {"z_f": value, "f_t": [0.5] * 3})
    kept = marked_answer("test_gate", "forget_gate", 0, {"z_f": value}, verdict)
    assert (kept.answers["z_f"], kept.parts["z_f"].score) == (None, 0)


@pytest.mark.kernel
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_grading_keeps_what_was_checked_whatever_the_submission_says_of_it(tmp_path: Path) -> None:
    course = course_with(tmp_path, personal=False)
    nb = filled(course.released(), gate="f_t = [0.2, 0.3, 0.5]")
    nb.metadata["course_utils"] = {"marked": [{"cell": "forged"}]}
    course.submit("ana", nb)
    (kept,) = marked_answers(course.grade("ana"))
    assert (kept.cell, kept.exercise, kept.attempt) == ("test_gate", "forget_gate", 0)
    assert kept.answers == {"f_t": [0.2, 0.3, 0.5]}
    assert kept.parts["f_t"].score < 1
