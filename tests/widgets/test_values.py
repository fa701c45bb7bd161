"""Changing one number: what is taken, what is refused, and in which words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import CellInputError
from course_utils.widgets.values import Field, change, matrix_tab, nice_above

VALUES = {"W": np.array([[1.0, -2.5], [0.0, 3.0]]), "b": np.array([0.5, 12.0])}
FIELD = Field("W", (0, 1), "W, unit 1, from x_1", 10.0, 0.1)


@given(st.floats(-10, 10))
def test_a_number_in_range_is_taken_and_nothing_else_changes(number: float) -> None:
    changed = change(VALUES, FIELD, number)
    assert changed["W"][0, 1] == number
    assert changed["W"].tolist()[1] == [0.0, 3.0]
    assert changed["b"] is VALUES["b"]
    assert VALUES["W"][0, 1] == -2.5


@pytest.mark.parametrize(
    ("typed", "number"), [("1.5", 1.5), (" 2 ", 2), ("0,25", 0.25), ("−3", -3), ("1e-2", 0.01)]
)
def test_numbers_are_read_as_people_write_them(typed: str, number: float) -> None:
    assert change(VALUES, FIELD, typed)["W"][0, 1] == number


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "the box is empty, expected a number"),
        ("   ", "the box is empty, expected a number"),
        ("two", "“two” is not a number"),
        ("nan", "“nan” is not a number"),
        ("inf", "“inf” is not a number"),
        (None, "“None” is not a number"),
        ("1" * 400, "is not a number"),
        ("10.5", "10.5 is outside −10 to 10"),
        (-11, "−11 is outside −10 to 10"),
    ],
)
def test_what_is_refused_is_said_with_what_stays(raw: object, said: str) -> None:
    with pytest.raises(CellInputError) as caught:
        change(VALUES, FIELD, raw)
    message = str(caught.value)
    assert message.startswith("W, unit 1, from x_1: ")
    assert said in message
    assert message.endswith("It stays at −2.5.")
    assert len(message) < 120


@given(st.floats(1e-6, 1e9))
def test_nice_above_is_above_and_near(size: float) -> None:
    assert size <= nice_above(size) <= 2 * size * (1 + 1e-12)


def test_a_slider_reaches_every_number_of_its_matrix() -> None:
    tab = matrix_tab("t", "t", "plain", [("W", "W", ["h_1", "x_1"]), ("b", "b", ["b"])], VALUES)
    assert tab.columns == ("h_1", "x_1", "b")
    fields = [field for row in tab.rows for field in row.fields]
    assert [(f.key, f.at) for f in fields][:3] == [("W", (0, 0)), ("W", (0, 1)), ("b", (0,))]
    assert {f.key: f.limit for f in fields} == {"W": 10.0, "b": 15.0}
    assert fields[1].label == "W, unit 1, from x_1"
