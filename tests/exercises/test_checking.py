"""The self-check inside a test cell."""

from typing import Any

import pytest

from course_utils.exercises import check, check_function, exercise
from tests.exercises.styles import by_matrix


def test_full_marks_are_the_points_as_a_plain_number(capsys: pytest.CaptureFixture[str]) -> None:
    ex = exercise("forget_gate")
    data = ex.draw("s005")
    points = check("forget_gate", dict(ex.solve(data)), data=data, points=4)
    assert repr(points) == "4.0"
    captured = capsys.readouterr()
    assert captured.out == "forget_gate: 4 of 4 points\n  z_f, f_t: Right.\n"
    assert captured.err == ""


def test_partial_credit_is_a_plain_number() -> None:
    ex = exercise("forget_gate")
    right = ex.solve(ex.draw())
    points = check("forget_gate", {"z_f": right["z_f"], "f_t": right["z_f"]}, points=3)
    assert type(points) is float
    assert repr(points) == "1.5"


def test_no_data_means_the_class_data_or_the_exams() -> None:
    ex = exercise("forget_gate")
    assert check("forget_gate", dict(ex.solve(ex.draw("class", 0)))) == 1.0
    assert check("exam_1_embedding", {"x": [2, 3, 3, 4]}, points=2) == 2.0


@pytest.mark.parametrize("data", [{}, 3, {"W_f": 1}, {"W_f": "a", "b_f": [], "h_prev": 1, "x": 2}])
def test_data_that_were_overwritten_are_said_to_be(
    data: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("forget_gate", {"f_t": [1, 2, 3]}, data=data, points=4) == 0.0
    captured = capsys.readouterr()
    assert "draw()" in captured.out
    assert captured.err == ""


def test_an_unknown_exercise_is_the_authors_mistake() -> None:
    with pytest.raises(KeyError, match="forget_gate"):
        check("forget_gat", {})


def test_a_function_is_checked_for_points(capsys: pytest.CaptureFixture[str]) -> None:
    assert repr(check_function("forget_gate", by_matrix, points=5)) == "5.0"
    assert "5 of 5" in capsys.readouterr().out
    assert check_function("forget_gate", None, points=5) == 0.0
    assert "no answer yet" in capsys.readouterr().out


def test_fresh_draws_follow_the_seed() -> None:
    seen: list[Any] = []

    def spy(W: Any, b: Any, h: Any, x: Any) -> Any:
        seen.append(W.tolist())
        return by_matrix(W, b, h, x)

    check_function("forget_gate", spy, seed=1)
    first = list(seen)
    seen.clear()
    check_function("forget_gate", spy, seed=1)
    assert seen == first
    seen.clear()
    check_function("forget_gate", spy, seed=2)
    assert seen != first
