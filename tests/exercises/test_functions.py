"""Functions: every right style passes, every wrong one gets a sentence, none gets away."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_utils.cells import Affine, affine, sigmoid
from course_utils.exercises import exercise

GATE = exercise("forget_gate")


def by_matrix(W_f: Any, b_f: Any, h_prev: Any, x: Any) -> Any:
    return 1 / (1 + np.exp(-(W_f @ np.concatenate([h_prev, x]) + b_f)))


def by_loops(W: Any, b: Any, h: Any, x: Any) -> Any:
    v = [*h, *x]
    out = []
    for row, bias in zip(W, b, strict=True):
        z = sum(w * value for w, value in zip(row, v, strict=True)) + bias
        out.append(1 / (1 + np.exp(-z)))
    return out


def by_blocks(W, b, h, x):  # type: ignore[no-untyped-def]
    H = b.shape[0]
    z = np.einsum("ij,...j->...i", W[:, :H], h) + np.einsum("ij,...j->...i", W[:, H:], x) + b
    return 0.5 * (1 + np.tanh(z / 2))


def by_columns(W_f: Any, b_f: Any, h_prev: Any, x: Any) -> Any:
    hx = np.vstack([np.reshape(h_prev, (-1, 1)), np.reshape(x, (-1, 1))])
    return sigmoid(np.dot(W_f, hx) + np.reshape(b_f, (-1, 1)))


def in_another_order(x: Any, h_prev: Any, b_f: Any, W_f: Any) -> Any:
    return by_matrix(W_f, b_f, h_prev, x)


RIGHT: dict[str, Callable[..., Any]] = {
    "matrix product": by_matrix,
    "loops and a list": by_loops,
    "blocks and tanh": by_blocks,
    "columns": by_columns,
    "named arguments in another order": in_another_order,
    "keyword only": lambda *, W_f, b_f, h_prev, x: by_matrix(W_f, b_f, h_prev, x),
    "positional only": lambda W, b, h, x, /: by_matrix(W, b, h, x),
    "any arguments": lambda *a: by_matrix(*a),
    "a default more": lambda W_f, b_f, h_prev, x, debug=False: by_matrix(W_f, b_f, h_prev, x),
    "both parts": lambda W, b, h, x: (np.zeros_like(b), by_matrix(W, b, h, x)),
    "a dictionary": lambda W, b, h, x: {"f_t": by_matrix(W, b, h, x)},
    "the course's cells": lambda W, b, h, x: sigmoid(
        affine(Affine(W, b), np.concatenate([h, x], axis=-1))
    ),
    "a tuple": lambda W, b, h, x: tuple(by_matrix(W, b, h, x)),
    "float32 result": lambda W, b, h, x: by_matrix(W, b, h, x).astype(np.float32),
    "row product": lambda W, b, h, x: sigmoid(np.hstack([h, x]) @ W.T + b),
    "numpy.matmul": lambda W, b, h, x: sigmoid(np.add(np.matmul(W, np.append(h, x)), b)),
    "exponentials of both signs": lambda W, b, h, x: (lambda z: np.exp(z) / (np.exp(z) + 1))(
        W @ np.r_[h, x] + b
    ),
    "in place on its own copy": lambda W, b, h, x: _in_place(W, b, h, x),
    "a vectorised scalar function": lambda W, b, h, x: np.vectorize(lambda z: 1 / (1 + np.exp(-z)))(
        W @ np.concatenate((h, x)) + b
    ),
}


def _in_place(W: Any, b: Any, h: Any, x: Any) -> Any:
    z = W @ np.concatenate([h, x]) + b
    z = -z
    np.exp(z, out=z)
    z += 1
    return 1 / z


@pytest.mark.parametrize("style", RIGHT)
def test_every_right_style_gets_full_marks(style: str) -> None:
    verdict = GATE.mark_function(RIGHT[style])
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
def test_a_wrong_function_gets_a_sentence_and_nothing_else(case: str) -> None:
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
    verdict = GATE.mark_function(_in_place)
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
