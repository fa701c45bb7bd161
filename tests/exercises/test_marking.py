"""Marking as a good examiner does: follow-through, one entry off, and whatever may be handed in."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.cells import sigmoid
from course_utils.exercises import exercise, exercises
from course_utils.exercises.definition import Data, Exercise
from course_utils.exercises.lectures import TOPICS
from course_utils.exercises.seed_exams import EXAM_1, HANDWRITTEN_1
from course_utils.exercises.verdict import PartVerdict

GATE = exercise("forget_gate")
DATA = GATE.draw("s042")
RIGHT = GATE.solve(DATA)


def test_right_for_the_students_own_earlier_value_is_followed_through() -> None:
    z = RIGHT["z_f"] + [0.37, -0.81, 0.23]
    verdict = GATE.mark(DATA, {"z_f": z, "f_t": sigmoid(z)})
    assert not verdict.parts["z_f"].correct
    assert verdict.parts["f_t"].followed_through
    assert not verdict.parts["f_t"].correct
    assert verdict.parts["f_t"].score == 1.0
    assert "own earlier values" in verdict.parts["f_t"].message
    assert verdict.score == 0.5


def test_a_slip_on_top_of_an_earlier_error_is_still_named() -> None:
    z = RIGHT["z_f"] + [0.37, -0.81, 0.23]
    verdict = GATE.mark(DATA, {"z_f": z, "f_t": np.tanh(z)})
    assert verdict.parts["z_f"].slips == ()
    assert verdict.parts["f_t"].slips == ("tanh for sigmoid",)


@pytest.mark.parametrize(
    ("student", "f_t", "named"),
    [
        ("s002", [0.943, 0.711, 0.611], True),
        ("s000", [0.786, 0.924, 0.81], True),
        ("s006", [0.13, 0.611, 0.19], True),  # by the formula that it is
        ("s006", [0.13, 0.61, 0.19], False),
    ],
)
def test_a_pair_of_slips_needs_two_entries_of_three_digits(
    student: str, f_t: list[float], named: bool
) -> None:
    slips = GATE.mark(GATE.draw(student), {"f_t": f_t}).parts["f_t"].slips
    assert slips == (("sign lost in the sigmoid", "bias forgotten") if named else ())


def test_where_to_read_stands_apart_from_what_is_said_of_lost_marks() -> None:
    part = GATE.mark(DATA, {"f_t": np.tanh(RIGHT["z_f"])}).parts["f_t"]
    assert part.read == (TOPICS["gates"],)
    assert "notebooks/" not in part.message
    assert part.reason == part.message
    noted = part.noting("Only here.").noting("It costs nothing.")
    assert noted.text == f"{part.message} See {TOPICS['gates']}. Only here. It costs nothing."
    assert noted.reason == part.message
    unread = PartVerdict.wrong("Off.").noting("").noting("It was read as C_{t-1}.")
    assert unread.reason == unread.text == "Off. It was read as C_{t-1}."


def test_a_coarse_intermediate_value_does_not_spoil_a_right_result() -> None:
    z = np.round(RIGHT["z_f"], 1)
    verdict = GATE.mark(DATA, {"f_t": sigmoid(RIGHT["z_f"]), "z_f": z})
    assert verdict.parts["f_t"].correct


def test_one_entry_off_is_an_arithmetic_slip_and_the_method_gets_half() -> None:
    z = RIGHT["z_f"].copy()
    z[1] += 0.3
    verdict = GATE.mark(DATA, {"z_f": z, "f_t": sigmoid(z)})
    assert verdict.parts["z_f"].slips == ()
    assert verdict.parts["z_f"].score == 0.5
    assert verdict.parts["z_f"].message.startswith("Entry 2 is not right, the others are")
    assert verdict.parts["f_t"].followed_through


@pytest.mark.parametrize("blank", [None, ..., "", " "])
def test_one_entry_left_blank_earns_what_one_wrong_entry_does(blank: Any) -> None:
    f = [round(float(value), 3) for value in RIGHT["f_t"]]
    part = GATE.mark(DATA, {"f_t": [f[0], blank, f[2]]}).parts["f_t"]
    assert (part.score, part.correct) == (0.5, False)
    assert part.message == "Entry 2 is not filled in, the others are right."

    z = RIGHT["z_f"] + [0.37, -0.81, 0.23]
    f = [f"{value:.2f}" for value in sigmoid(z)]  # two digits, of one's own z
    part = GATE.mark(DATA, {"z_f": z, "f_t": (blank, *f[1:])}).parts["f_t"]
    assert part.score == 0.5
    assert "right for your own earlier values" in part.message


@pytest.mark.parametrize("value", [[0.1, None, 0.3], [None, None, "r"], [None] * 3, [None, "r"]])
def test_of_blanks_beside_wrong_or_more_blank_entries_nothing_is_earned(value: list[Any]) -> None:
    answer = [RIGHT["f_t"][k] if entry == "r" else entry for k, entry in enumerate(value)]
    assert GATE.mark(DATA, {"f_t": answer}).parts["f_t"].score == 0


def test_a_missing_optional_part_costs_nothing() -> None:
    verdict = GATE.mark(DATA, {"f_t": RIGHT["f_t"]})
    assert verdict.score == 1.0
    assert verdict.parts["z_f"].weight == 0.0


def test_two_slips_that_meet_are_both_explained() -> None:
    slips = {s.name: s for rule in GATE.rules for s in rule.slips}
    pair = (slips["softmax for sigmoid"], slips["bias forgotten"])
    wrong = GATE.run(GATE.given(DATA), pair)
    verdict = GATE.mark(DATA, {"f_t": wrong["f_t"]})
    assert set(verdict.slips) == {"softmax for sigmoid", "bias forgotten"}
    assert "Two slips meet here" in verdict.parts["f_t"].message


def test_nothing_that_fits_is_said_and_the_first_part_pointed_at() -> None:
    verdict = GATE.mark(DATA, {"z_f": [5.0, 6.0, 7.0], "f_t": [0.11, 0.22, 0.33]})
    assert verdict.slips == ()
    assert "no slip that is known" in verdict.parts["z_f"].message
    assert "start looking here" in verdict.parts["z_f"].message
    assert "start looking here" not in verdict.parts["f_t"].message


@pytest.mark.slow
@pytest.mark.slow
def test_messages_do_not_give_the_right_numbers_away() -> None:
    for ex in exercises().values():
        if any(part.read for part in ex.parts):
            continue
        data = ex.draw("s077")
        right = ex.solve(data)
        secret = {
            f"{v:.{d}f}"
            for value in right.values()
            for v in value.ravel()
            for d in (3, 4)
            if abs(v - round(v)) > 1e-9
        }
        answers: dict[str, Any] = {name: value + 0.4 for name, value in right.items()}
        said = " ".join(part.message for part in ex.mark(data, answers).parts.values())
        assert not any(number in said for number in secret), said


class Hostile:
    """An object that will not be looked at."""

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("no")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __len__(self) -> int:
        raise RuntimeError("no")

    __hash__ = object.__hash__


BAD = {
    "a string": ("0.5", "text"),
    "strings": (["a", "b", "c"], "text"),
    "NaN": ([0.1, float("nan"), 0.3], "NaN"),
    "infinity": ([0.1, float("inf"), 0.3], "inf"),
    "huge numbers": ([1e300, 1e300, 1e300], "1e+300"),
    "a huge whole number": ([10**400, 1, 1], "expected 3 numbers"),
    "a ragged list": ([[1, 2], [3]], "ragged"),
    "two numbers": ([1, 2], "shape (2,)"),
    "a matrix": (np.zeros((3, 3)), "shape (3, 3)"),
    "a huge array": (np.broadcast_to(0.0, (10**6, 10**6)), "more than"),
    "a long list": ([0.0] * 100_000, "more than"),
    "complex numbers": ([1j, 2, 3], "complex"),
    "a dictionary": ({"f": 1}, "dict"),
    "a set": ({1, 2, 3}, "set"),
    "a function": (lambda: 1, "function"),
    "a class": (int, "type"),
    "an entry not filled in": ([0.1, ..., 0.3], "not filled in"),
    "a hostile object": (Hostile(), "cannot be read"),
    "a date": (np.array(["2020-01-01"] * 3, dtype="datetime64"), "datetime64"),
    "nothing": (None, "no answer yet"),
    "the cell as it came": (..., "no answer yet"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_answers_get_one_clear_sentence(case: str) -> None:
    answer, says = BAD[case]
    part = GATE.mark(DATA, {"f_t": answer}).parts["f_t"]
    assert part.score == 0.0
    assert not part.correct
    assert says in part.message
    assert "f_t" in part.message
    assert "expected 3 numbers" in part.message


@pytest.mark.parametrize("answers", [None, ..., "f_t", 3, [1, 2, 3], Hostile(), {}, {1: 2}])
def test_answers_that_are_no_dictionary_of_parts(answers: Any) -> None:
    verdict = GATE.mark(DATA, answers)
    assert verdict.score == 0.0
    assert all(part.message for part in verdict.parts.values())


def test_an_unknown_part_is_remarked_on() -> None:
    verdict = GATE.mark(DATA, {"f_t": RIGHT["f_t"], "ft": 1})
    assert verdict.score == 1.0
    assert "no part called ft" in verdict.notes[0]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=12,
)


@given(z=anything, f=anything)
@settings(max_examples=200)
def test_mark_never_raises(z: Any, f: Any) -> None:
    verdict = GATE.mark(DATA, {"z_f": z, "f_t": f})
    assert 0.0 <= verdict.score < 1.0


@pytest.mark.slow
@given(scale=st.floats(-1e12, 1e12))
@settings(max_examples=12)
def test_absurd_but_finite_intermediate_values_are_marked(scale: float) -> None:
    for ex, data, right in solved_exercises():
        first = ex.parts[0].name
        answers = right | {first: np.full(right[first].shape, scale)}
        assert 0.0 <= ex.mark(data, answers).score <= 1.0


@cache
def solved_exercises() -> list[tuple[Exercise, Data, dict[str, Any]]]:
    """Every exercise whose answers are arrays, drawn for one student, with the right answers."""
    drawn = [
        (ex, ex.draw("s001"))
        for ex in exercises().values()
        if not any(part.read for part in ex.parts)
    ]
    return [
        (ex, data, {part.name: ex.solve(data)[part.name] for part in ex.parts})
        for ex, data in drawn
    ]


class TestTheHandwrittenExam:
    def test_the_embedding_is_right(self) -> None:
        ex = exercise("exam_1_embedding")
        assert ex.mark(ex.draw(), {"x": HANDWRITTEN_1["x"]}).score == 1.0

    def test_the_gate_is_softmax_for_sigmoid_though_its_digits_are_off(self) -> None:
        ex = exercise("exam_1_gate")
        part = ex.mark(ex.draw(), {"i_t": HANDWRITTEN_1["i_t"]}).parts["i_t"]
        assert part.slips == ("softmax for sigmoid",)
        assert part.score == 0.0
        assert "digits are off" in part.message

    def test_the_gates_data_are_the_exams_and_carry_a_warning(self) -> None:
        ex = exercise("exam_1_gate")
        np.testing.assert_array_equal(ex.draw("anyone", 7)["W_i"], EXAM_1["W_i"])
        np.testing.assert_array_equal(ex.draw()["x"], [2, 3, 3, 4])
        np.testing.assert_allclose(ex.solve(ex.draw())["z_i"], [48.64, 53.12, 47.40, 30.20])
        assert "does not show" in ex.warning
        forgotten = [s for rule in ex.rules for s in rule.slips if s.name == "bias forgotten"]
        same = ex.run(ex.given(ex.draw()), tuple(forgotten))["i_t"]
        assert ex.mark(ex.draw(), {"i_t": same}).score == 1.0  # which is what the warning says


def test_the_notes_own_total_is_named_whatever_is_said_of_pytorch() -> None:
    ex = exercise("notes_counts_9")
    right = dict(ex.solve(ex.draw()))
    verdict = ex.mark(ex.draw(), right | {"total": 154})
    assert verdict.parts["total"].slips == ("biases not added",)
    assert verdict.parts["pytorch"].correct
