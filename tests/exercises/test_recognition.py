"""An answer to another student's numbers is recognised as such."""

import pytest

from course_utils.exercises import exercise
from course_utils.exercises.recognition import right_for
from tests.exercises.styles import significant

CLASS = ["s001", "s002", "s003", "s004"]


def test_an_answer_is_traced_to_whose_numbers_it_fits() -> None:
    ex = exercise("forget_gate")
    answers = {"f_t": significant(ex.solve(ex.draw("s003"))["f_t"]).tolist()}
    assert right_for(ex, answers, CLASS) == ["s003"]
    assert right_for(ex, answers, CLASS, attempt=1) == []


def test_one_part_that_is_wrong_fits_nobody() -> None:
    ex = exercise("forget_gate")
    right = ex.solve(ex.draw("s003"))
    assert right_for(ex, {"f_t": right["f_t"], "z_f": right["f_t"]}, CLASS) == []


def test_few_numbers_fit_by_chance_and_do_not_count() -> None:
    ex = exercise("vanishing")
    right = ex.solve(ex.draw("s001"))
    assert right_for(ex, {"product": right["product"]}, CLASS) == []
    assert right_for(ex, {"factors": right["factors"]}, CLASS) == ["s001"]


@pytest.mark.parametrize("answers", [None, {}, {"f_t": "text"}, {"f_t": [1, 2]}, {"f_t": None}])
def test_what_is_no_answer_fits_nobody(answers: object) -> None:
    assert right_for(exercise("forget_gate"), answers, CLASS) == []
