"""Functions: every right style passes, every wrong one gets a sentence, none gets away."""

from typing import Any

import numpy as np
import pytest

from course_utils.exercises import exercise
from tests.exercises.styles import FUNCTIONS, by_blocks, by_matrix, in_place

GATE = exercise("forget_gate")


@pytest.mark.parametrize("style", FUNCTIONS)
def test_every_right_style_gets_full_marks(style: str) -> None:
    verdict = GATE.mark_function(FUNCTIONS[style])
    assert verdict.score == 1.0, verdict
    assert verdict.slips == ()


def _raises(*args: Any) -> Any:
    raise ValueError("shapes (3,5) and (4,) not aligned\nmore")


def _exits(*args: Any) -> Any:
    raise SystemExit(0)


def _loops(*args: Any) -> Any:
    while True:
        pass


def _loops_and_catches(*args: Any) -> Any:
    while True:
        try:
            while True:
                pass
        except Exception:
            continue


def _recurses(*args: Any) -> Any:
    return _recurses(*args)


def _changes(W: Any, b: Any, h: Any, x: Any) -> Any:
    result = by_matrix(W, b, h, x)
    h *= 0
    return result


WRONG: dict[str, tuple[Any, str]] = {
    "raises": (_raises, "raised ValueError: shapes (3,5) and (4,) not aligned."),
    "exits": (_exits, "raised SystemExit"),
    "loops": (_loops, "did not return within"),
    "loops and catches": (_loops_and_catches, "did not return within"),
    "recurses": (_recurses, "raised RecursionError"),
    "returns nothing": (lambda *a: None, "returns nothing"),
    "not written": (lambda *a: ..., "returns nothing"),
    "returns text": (lambda *a: "0.5", "text"),
    "returns NaN": (lambda W, b, h, x: b * np.nan, "NaN"),
    "returns the wrong shape": (lambda W, b, h, x: b[:2], "shape (2,)"),
    "wants more arguments": (lambda a, b, c, d, e: 1, "raised TypeError"),
    "is no function": (3, "is of type int, expected a function"),
    "is missing": (None, "no answer yet"),
    "returns a constant": (lambda *a: [0.5, 0.5, 0.5], "f_t"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_function_gets_a_sentence_and_nothing_else(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_utils.exercises.functions.SECONDS", 0.3)
    function, says = WRONG[case]
    verdict = GATE.mark_function(function)
    assert verdict.score == 0.0
    assert any(says in f"f_t {part.message}" for part in verdict.parts.values()), verdict


def test_changing_an_argument_costs_marks_and_is_named() -> None:
    verdict = GATE.mark_function(_changes)
    assert verdict.parts["f_t"].correct
    assert verdict.parts["arguments"].score == 0.0
    assert "h_prev" in verdict.parts["arguments"].message
    assert 0 < verdict.score < 1


def test_batch_axes_cost_marks_only_where_they_are_asked_for() -> None:
    assert GATE.mark_function(by_matrix, batch=False).score == 1.0
    asked = GATE.mark_function(by_matrix, batch=True)
    assert asked.parts["batch"].score == 0.0
    assert asked.score < 1.0
    assert GATE.mark_function(by_blocks, batch=True).score == 1.0


def test_integer_input_that_fails_is_remarked_on_and_costs_nothing() -> None:
    verdict = GATE.mark_function(in_place)
    assert verdict.score == 1.0
    assert "int64" in verdict.notes[0]


def test_float32_input_that_fails_costs_marks() -> None:
    def picky(W: Any, b: Any, h: Any, x: Any) -> Any:
        assert x.dtype == np.float64
        return by_matrix(W, b, h, x)

    verdict = GATE.mark_function(picky)
    assert verdict.parts["dtype"].score == 0.0
    assert 0 < verdict.score < 1


def test_printing_is_kept_away_and_remarked_on(capsys: pytest.CaptureFixture[str]) -> None:
    def chatty(W: Any, b: Any, h: Any, x: Any) -> Any:
        print("hello")
        np.log(np.array(-1.0))  # a warning
        return by_matrix(W, b, h, x)

    verdict = GATE.mark_function(chatty)
    assert verdict.score == 1.0
    assert "prints" in verdict.notes[0]
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_a_function_that_knows_one_example_only_is_found_out() -> None:
    data = GATE.draw()
    answer = GATE.solve(data)["f_t"]
    assert GATE.mark_function(lambda *a: answer).score == 0.0
