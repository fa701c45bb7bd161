"""Predictions: what can be asked, what is kept, and what a page without a kernel has of it."""

from typing import Any

import numpy as np
import pytest

from course_utils.cells import CellInputError
from course_utils.widgets import page, predict, predictions
from course_utils.widgets.prediction import _MADE, folded


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_utils.widgets.prediction._MADE", {})


@pytest.mark.parametrize(
    ("answer", "more", "asked"),
    [
        (0.5, {}, {"kind": "number", "answer": 0.5}),
        (np.float32(2), {}, {"kind": "number", "answer": 2.0}),
        (1 / 3, {}, {"kind": "number", "answer": 0.333333}),
        (np.array(3), {}, {"kind": "number", "answer": 3.0}),
        ("b", {"options": ("a", "b")}, {"kind": "choice", "options": ["a", "b"], "answer": "b"}),
        ([0.5, 0.2], {}, {"kind": "curve", "answer": [0.5, 0.2], "low": 0.0, "high": 1.0}),
        ([-2, 1], {}, {"kind": "curve", "answer": [-2.0, 1.0], "low": -2.0, "high": 2.0}),
        ([-0.1, -0.2], {}, {"kind": "curve", "answer": [-0.1, -0.2], "low": -1.0, "high": 0.0}),
        ([1, 2], {"low": 0.5, "high": 4}, {"low": 0.5, "high": 4.0}),
        ([1, 2], {"at": range(2, 5, 2)}, {"kind": "curve", "at": [2, 4]}),
    ],
)
def test_a_number_a_choice_or_a_curve(answer: Any, more: Any, asked: dict[str, Any]) -> None:
    made = predict("What?", answer, **more)
    assert {"question": "What?", **asked}.items() <= made.asked.items()
    assert (made.guess, made.answer) == (None, made.asked["answer"])
    assert repr(made) == "Predict: What?", "the stored text does not tell"


@pytest.mark.parametrize(
    ("answer", "more", "said"),
    [
        ("c", {"options": ["a", "b"]}, "answer is 'c', expected one of options"),
        ("a", {"options": ["a", "a"]}, "each given once"),
        (float("nan"), {}, "answer is nan, expected a finite number"),
        ("yes", {}, "answer is 'yes', expected a number, one of options, or 2 to 12"),
        ([1.0], {}, "2 to 12 finite numbers"),
        ([0.0] * 13, {}, "2 to 12 finite numbers"),
        ([1, float("inf")], {}, "2 to 12 finite numbers"),
        ([[1, 2], [3, 4]], {}, "2 to 12 finite numbers"),
        ([1, 2], {"at": [1]}, "at names 1 steps, expected 2, one per number"),
        ([0, 3], {"high": 2}, "answer leaves 0 to 2, expected a range that holds it"),
    ],
)
def test_what_cannot_be_asked_is_said(answer: Any, more: Any, said: str) -> None:
    with pytest.raises(CellInputError, match=said):
        predict("What?", answer, **more)
    assert _MADE == {}


def test_guesses_stand_beside_what_came_out() -> None:
    one = predict("How much?", 0.25)
    two = predict("Which?", "a", options=["a", "b <c>"])
    predict("A curve?", [0.1, 0.2])
    assert repr(predictions()) == "0 of 3 predictions committed."
    one.guess, two.guess = 0.5, "b <c>"
    assert repr(predictions()).splitlines() == [
        "2 of 3 predictions committed.",
        "How much? You said 0.5; it is 0.25.",
        "Which? You said b <c>; it is a.",
    ]
    assert "<td>b &lt;c&gt;</td>" in predictions()._repr_html_()
    predict("How much?", 0.25)  # the cell is run again
    assert "1 of 3" in repr(predictions())


def test_a_page_without_a_script_has_the_answer_folded() -> None:
    asked = predict("Is a < b?", [-0.5, 0.25]).asked
    twin = folded(asked)
    assert twin == "<details><summary>Predict. Is a &lt; b?</summary>−0.5, 0.25</details>"
    assert page.figure(page.PREDICTION, asked, twin).startswith('<div class="live-prediction" ')
