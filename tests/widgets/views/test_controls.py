"""One setting changed: what is taken, what is refused, and in which words."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.cells import CellInputError
from course_utils.widgets.views.controls import Check, Choice, Slider, TextBox, changed


def letters(text: str, typing: bool) -> str:
    """A text of letters; while typing the last of them is left out."""
    if not text.isalpha():
        raise CellInputError("not only letters")
    return text[:-1] if typing else text


CONTROLS = (
    Slider("gain", "gain", -1.5, 4.0, 0.05),
    Slider("size", "size", 1, 40, 1, typed_up_to=1000),
    Choice("cell", "cell", (("rnn", "RNN"), ("gru", "GRU"))),
    Check("tied", "tied"),
    TextBox("text", "text", letters),
)
START: dict[str, Any] = {"gain": 1.0, "size": 5, "cell": "rnn", "tied": False, "text": "abc"}


@given(st.floats(-1.5, 4.0))
def test_a_number_of_the_range_is_taken_as_it_is_or_as_typed(number: float) -> None:
    assert changed(CONTROLS, START, "gain", number)["gain"] == number
    typed = f" {number!r} ".replace(".", ",").replace("-", "−")
    assert changed(CONTROLS, START, "gain", typed)["gain"] == number


def test_the_old_settings_stay_as_they_were() -> None:
    new = changed(CONTROLS, START, "gain", "2")
    assert (new["gain"], START["gain"]) == (2.0, 1.0)
    assert {k: v for k, v in new.items() if k != "gain"} == {
        k: v for k, v in START.items() if k != "gain"
    }


def test_a_whole_number_may_be_typed_beyond_the_sliders_end() -> None:
    size = changed(CONTROLS, START, "size", "1000")["size"]
    assert (size, type(size)) == (1000, int)


@pytest.mark.parametrize(
    ("key", "raw", "said"),
    [
        ("gain", "", "gain: the box is empty, expected a number. It stays at 1."),
        ("gain", "two", "gain: “two” is not a number. It stays at 1."),
        ("gain", "nan", "gain: “nan” is not a number. It stays at 1."),
        ("gain", "-2", "gain: −2 is outside −1.5 to 4. It stays at 1."),
        ("gain", None, "gain: “None” is not a number. It stays at 1."),
        ("size", "1001", "size: 1001 is outside 1 to 1000. It stays at 5."),
        ("size", 2.5, "size: 2.5 is not a whole number. It stays at 5."),
        ("size", "x" * 60, f"size: “{'x' * 19}…” is not a number. It stays at 5."),
        ("cell", "lstm", "cell: “lstm” is none of rnn, gru. It stays at “rnn”."),
        ("tied", "maybe", "tied: “maybe” is neither yes nor no. It stays at no."),
        ("text", "1", "text: not only letters. It stays at “abc”."),
        ("size2", 1, "“size2” is no setting, expected gain, size, cell, tied, text"),
    ],
)
def test_what_cannot_be_taken_is_said(key: str, raw: Any, said: str) -> None:
    with pytest.raises(CellInputError) as caught:
        changed(CONTROLS, START, key, raw)
    assert str(caught.value) == said


def test_a_line_of_digits_that_is_no_number_is_refused_at_once() -> None:
    started = time.process_time()
    with pytest.raises(CellInputError, match="“1111111111111111111…” is not a number"):
        changed(CONTROLS, START, "gain", "1" * 40_000 + "x")
    assert time.process_time() - started < 1


def test_a_text_may_be_unfinished_while_it_is_typed() -> None:
    assert changed(CONTROLS, START, "text", "wri", typing=True)["text"] == "wr"
    assert changed(CONTROLS, START, "text", "wri")["text"] == "wri"
