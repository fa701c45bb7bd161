"""Whose numbers an assignment shows and marks."""

import numpy as np
import pytest

from course_utils.exercises import check, exercise, own_data, personal, sign_in


@pytest.fixture(autouse=True)
def nobody_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "_signed_in", personal.CLASS)
    monkeypatch.delenv(personal.GRADED_STUDENT, raising=False)


def solution(student: str) -> dict[str, np.ndarray]:
    ex = exercise("forget_gate")
    return dict(ex.solve(ex.draw(student)))


def same(a, b) -> bool:
    return all(np.array_equal(a[name], b[name]) for name in b)


def test_without_signing_in_everybody_has_the_class_data() -> None:
    assert same(own_data("forget_gate"), exercise("forget_gate").draw("class", 0))


def test_signed_in_everybody_has_their_own_and_they_are_marked_by_them() -> None:
    sign_in(" ana ")
    assert same(own_data("forget_gate"), exercise("forget_gate").draw("ana", 0))
    assert check("forget_gate", solution("ana"), points=4) == 4.0
    assert check("forget_gate", {"f_t": solution("ben")["f_t"]}, points=4) == 0.0


def test_the_grader_decides_whose_work_it_is(monkeypatch, capsys) -> None:
    monkeypatch.setenv(personal.GRADED_STUDENT, "ana")
    sign_in("ben")
    assert "Worked as 'ben', graded with the numbers of 'ana'" in capsys.readouterr().out
    assert same(own_data("forget_gate"), exercise("forget_gate").draw("ana", 0))


@pytest.mark.parametrize("id", ["", "  ", "YOUR STUDENT ID", None, 17])
def test_a_missing_id_is_asked_for(id) -> None:
    with pytest.raises(ValueError, match="expected your student id"):
        sign_in(id)


def test_another_attempt_has_other_numbers() -> None:
    assert not same(own_data("forget_gate", 1), own_data("forget_gate"))
    ex = exercise("forget_gate")
    answers = {"f_t": ex.solve(ex.draw("class", 1))["f_t"]}
    assert check("forget_gate", answers, attempt=1) == 1.0
    assert check("forget_gate", answers) == 0.0


def test_nothing_is_left_for_a_grader_that_is_not_there(capsys) -> None:
    check("forget_gate", solution("class"))
    assert "vnd.course-utils" not in capsys.readouterr().out
