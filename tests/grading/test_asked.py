"""What a cell asks: one set of rules for what a kernel is given and for the worked solutions."""

import pytest

from nbexaminer.notebook.asked import Asked, asked_in


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('check("forget_gate", {"f_t": f})', ("forget_gate", 0, "check", False)),
        ('check("one_hot", answers, attempt=2)', ("one_hot", 2, "check", False)),
        ('ex.check("one_hot", answers)', ("one_hot", 0, "check", False)),
        ('%%time\ncheck("one_hot", answers)', ("one_hot", 0, "check", False)),
        ('check("one_hot", 24)', ("one_hot", 0, "check", False)),
        ('check("one_hot", answers, data=mine)', ("one_hot", 0, "check", True)),
        ('check_function("forget_gate", f)', ("forget_gate", 0, "check_function", False)),
        ('own_data("one_hot", 1)', ("one_hot", 1, "own_data", False)),
        ('exercise("one_hot").draw("ada", k)', ("one_hot", 0, "exercise", False)),
    ],
)
def test_a_call_says_what_it_asks(source: str, found: tuple[str, int, str, bool]) -> None:
    assert asked_in(source) == (Asked(*found),)


@pytest.mark.parametrize(
    "source", ["assert x == 3", 'check("no_such", {})', "check(name, {})", "def broken(", "\0"]
)
def test_nothing_is_asked_by_what_names_no_exercise(source: str) -> None:
    assert asked_in(source) == ()


def test_only_a_check_of_numbers_that_the_course_draws_is_worked_through() -> None:
    checks = (
        'check("one_hot", {})\ncheck("one_hot", {}, data=mine)\n'
        'check_function("forget_gate", f)\nown_data("one_hot")'
    )
    assert [one.has_worked_solution for one in asked_in(checks)] == [True, False, False, False]
