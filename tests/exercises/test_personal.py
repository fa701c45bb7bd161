"""Whose numbers an assignment shows and marks."""

import json

import numpy as np
import pytest

from course_utils.exercises import (
    check,
    check_function,
    exercise,
    own_data,
    personal,
    sign_in,
)
from course_utils.exercises.as_given import GivenExercise
from course_utils.exercises.entries import entry
from course_utils.exercises.registry import marked
from tests.exercises.styles import by_matrix


@pytest.fixture(autouse=True)
def nobody_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "_signed_in", personal.CLASS)


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


def test_the_grader_decides_whose_work_it_is(capsys) -> None:
    with personal.Graded("ana", salt=""):
        sign_in("ben")
        assert same(own_data("forget_gate"), exercise("forget_gate").draw("ana", 0))
    assert "Worked as 'ben', graded with the numbers of 'ana'" in capsys.readouterr().out
    assert same(own_data("forget_gate"), exercise("forget_gate").draw("ben", 0))


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


def test_while_grading_the_answers_are_kept_for_the_steps_after() -> None:
    answers = solution("ana")
    graded = personal.Graded("ana", salt="")
    with graded:
        check("forget_gate", answers, points=4)
    (made,) = graded.checks
    assert made[:3] == ("forget_gate", 0, answers)
    assert made.verdict.correct
    check("forget_gate", answers)
    assert len(graded.checks) == 1


def test_while_grading_every_input_is_the_submissions_own() -> None:
    def inputs(seed: object, salt: str) -> list:
        seen: list = []

        def spy(W_f, b_f, h_prev, x):
            seen.append(W_f.tolist())
            return by_matrix(W_f, b_f, h_prev, x)

        with personal.Graded("ana", salt):
            assert check_function("forget_gate", spy, seed=seed) == 1.0
        return seen

    assert inputs("hidden", "one") == inputs("hidden", "one") != inputs("hidden", "two")
    assert inputs(0, "one") == inputs(0, "one") != inputs(0, "two")
    assert inputs(0, "one") != inputs("hidden", "one")


@pytest.mark.parametrize("id", ["equations", "mock_exam"])
def test_numbers_that_equations_are_judged_on_are_not_handed_out(id: str) -> None:
    shown = own_data(id)
    assert not any(name.endswith("C_t") for name in shown)
    one = marked(id)
    assert one.statement(shown) == one.statement(one.draw())
    assert one.steps(shown) == one.steps(one.draw())
    assert set(one.solve(shown)) == set(one.solve(one.draw()))
    with personal.Graded("class", "salt"):
        assert check(id, one.solve(own_data(id))) == 1
    given = GivenExercise(id, entry(id, "ana", [0, 1]))
    assert given.statement(given.draw("ana", 1)) == one.statement(one.draw("ana", 1))
    handed_out = json.dumps([draw["data"] for draw in entry(id, "ana", [0])["draws"]])
    assert "C_t" not in handed_out


def test_a_curve_through_the_numbers_of_the_self_check_earns_nothing_while_grading() -> None:
    data = exercise("equations").draw()
    names = ("f_t", "i_t", "c_prev")
    answers = {}
    for part, name in zip(("C_t", "h_t"), names, strict=False):
        wanted = exercise("equations").run(exercise("equations").given(data))[part]
        powers = np.polyfit(data[name], wanted, 3)
        terms = (f"{c:.9f} " + f"* {name} " * k for k, c in enumerate(powers[::-1]))
        answers[part] = f"{part} = " + " + ".join(terms).replace("+ -", "- ")
    assert check("equations", answers) > 0  # to show that the curve is one
    for salt in ("one", "two"):
        with personal.Graded("class", salt):
            assert check("equations", answers) == 0
            assert check("equations", exercise("equations").solve(own_data("equations"))) == 1
