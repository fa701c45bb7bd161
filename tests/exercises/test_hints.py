"""Hints: an equation, its numbers, what comes first; never what is asked for."""

import re
from itertools import pairwise

import pytest

from course_utils.exercises import exercise, exercises
from course_utils.exercises.hints import MOST, hints
from course_utils.exercises.latex import matrix


def test_three_sizes_of_the_first_quantity() -> None:
    gate = exercise("forget_gate")
    data = gate.draw(student="practice")
    small, middle, large = gate.hints(data)
    assert "W_f \\cdot [h_{t-1}, x_t] + b_f" in small
    assert "bmatrix" not in small
    assert middle.startswith(small.removesuffix("\n\\end{aligned}"))
    assert middle.count("bmatrix") > 0
    z = gate.solve(data)["z_f"]
    assert matrix(z) in large
    assert matrix(z) not in middle


def test_a_hint_is_about_the_line_that_is_asked_for() -> None:
    states = exercise("lstm_states")
    data = states.draw(student="practice")
    assert states.hints(data, "h_t")[0].startswith("\\begin{aligned}\nh_t &= ")
    assert states.hints(data, "C_t")[0].startswith("\\begin{aligned}\nC_t &= ")
    assert states.hints(data, "z_i") == states.hints(data)


@pytest.mark.parametrize("id", exercises())
def test_no_hint_gives_away_what_its_quantity_comes_to(id: str) -> None:
    """What a line ends with stays for the steps, and each hint holds the one before."""
    practised = exercise(id)
    data = practised.draw("s001")
    steps = practised.steps(data)
    for part in practised.parts:
        found = practised.hints(data, part.name)
        assert len(found) <= MOST
        for before, after in pairwise(found):
            assert after.startswith(before.removesuffix("\n\\end{aligned}"))
        for hint in found:
            last = re.split(r"&= ", hint.removesuffix("\n\\end{aligned}"))[-1]
            assert last in steps
            if hint.splitlines()[1].startswith(f"{part.latex} &="):
                assert last != matrix(practised.solve(data)[part.name])


def test_a_line_with_nothing_between_equation_and_result_has_one_hint() -> None:
    assert hints(["h &= a + b = 3"]) == ("\\begin{aligned}\nh &= a + b\n\\end{aligned}",)
    assert hints(["h &= 3"]) == ()
