"""Typing a number: what is taken, what is refused, and in which words; and the axis of the bars."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.widgets import CellExplorer
from course_utils.widgets.values import nice_above
from tests.widgets.in_node import seen


def typed(raw: Any) -> tuple[Any, str]:
    """What exam 2's b_f of unit 1, which is 1, becomes, and what is said."""
    explorer = CellExplorer("lstm", preset="exam_2")
    view = seen(explorer, changes=[["forget.b", [0], raw]])
    assert explorer.params.forget.b[1] == 0
    return explorer.params.forget.b[0], view["message"]


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("1.5", 1.5),
        (" 2 ", 2),
        ("0,25", 0.25),
        ("−3", -3),
        ("1e-2", 0.01),
        (-0.5, -0.5),
        ("+.5", 0.5),
    ],
)
def test_numbers_are_read_as_people_write_them(raw: Any, number: float) -> None:
    assert typed(raw) == (number, "")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "the box is empty, expected a number"),
        ("   ", "the box is empty, expected a number"),
        ("two", "“two” is not a number"),
        ("nan", "“nan” is not a number"),
        ("inf", "“inf” is not a number"),
        ("0x10", "“0x10” is not a number"),
        (None, "“null” is not a number"),
        ("1" * 400, "is not a number"),
        ("10.5", "10.5 is outside −10 to 10"),
        (-11, "−11 is outside −10 to 10"),
    ],
)
def test_what_is_refused_is_said_with_what_stays(raw: Any, said: str) -> None:
    number, message = typed(raw)
    assert number == 1
    assert message.startswith("b_f, unit 1: ")
    assert said in message
    assert message.endswith("It stays at 1.")
    assert len(message) < 120


@given(st.floats(1e-6, 1e9))
def test_nice_above_is_above_and_near(size: float) -> None:
    assert size <= nice_above(size) <= 2 * size * (1 + 1e-12)


def test_a_slider_reaches_every_number_of_its_matrix() -> None:
    explorer = CellExplorer("lstm", preset="exam_1")
    tab = seen(explorer)["layout"]["tabs"][0]
    fields = [field for row in tab["rows"] for field in row["fields"]]
    assert {f["key"]: f["limit"] for f in fields} == {"forget.W": 10, "forget.b": 20}
    assert tab["columns"][-1] == "b"
    assert fields[0]["label"] == "W_f, unit 1, from h_1"
    assert [f["at"] for f in fields[:2]] == [[0, 0], [0, 1]]
