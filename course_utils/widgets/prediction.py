"""Predictions: a question that is answered before the answer opens.

The view asks, takes the commitment and only then sets what came out beside it; it needs no kernel.
Python keeps the guesses, so that a lecture can say at its end how near they were.
"""

import html
from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from course_utils.cells import CellInputError
from course_utils.widgets.values import nice_above

_STATIC = Path(__file__).parent / "static"
MIME = "application/vnd.recurrent-cell-prediction+json"
"""The kind of a stored question, for a page that brings it to life."""
_MOST_POINTS = 12


class Prediction(anywidget.AnyWidget):
    """One question; `predict` makes it."""

    _esm = _STATIC / "prediction.js"
    _css = _STATIC / "prediction.css"

    asked = traitlets.Dict().tag(sync=True)
    """The question, its kind and its answer."""
    guess = traitlets.Any(None, allow_none=True).tag(sync=True)
    """What was committed: a number, an option, or one number per step; None before."""

    @property
    def answer(self) -> Any:
        """What came out."""
        return self.asked["answer"]

    def __repr__(self) -> str:
        return f"Predict: {self.asked['question']}"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The question that can be answered, and for pages the question with its answer folded."""
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        asked = dict(self.asked)
        stored = {MIME: asked, "text/html": folded(asked), "text/plain": repr(self)}
        return {**data, **stored}, metadata


def folded(asked: Mapping[str, Any]) -> str:
    """Return a question as HTML, with its answer folded below it."""
    question, answer = html.escape(asked["question"]), asked["answer"]
    if asked["kind"] != "choice":
        values = answer if asked["kind"] == "curve" else [answer]
        answer = ", ".join(f"{value:.4g}" for value in values).replace("-", "−")
    return f"<details><summary>Predict. {question}</summary>{html.escape(answer)}</details>"


_MADE: dict[str, Prediction] = {}


def predict(
    question: str,
    answer: Any,
    *,
    options: Sequence[str] | None = None,
    low: float | None = None,
    high: float | None = None,
    at: Sequence[int] | None = None,
) -> Prediction:
    """Ask for a prediction; the answer opens once one is committed.

    `answer` is a number, one of `options`, or a curve of 2 to 12 numbers, one per step, which is
    drawn by hand between `low` and `high` (by default round numbers on both sides of zero) over the
    steps `at` (by default 1, 2, …). Numbers
    are kept to six digits, so that a stored question is the same on every machine.

    Raises CellInputError where the answer is none of these or lies outside.
    """
    asked: dict[str, Any] = {"question": question}
    if options is not None:
        if answer not in options or len(set(options)) != len(options) or len(options) < 2:
            raise CellInputError(f"answer is {answer!r}, expected one of options, each given once")
        asked |= {"kind": "choice", "options": list(options), "answer": answer}
    elif isinstance(answer, Real) or (isinstance(answer, np.ndarray) and answer.ndim == 0):
        asked |= {"kind": "number", "answer": _finite(answer)}
    else:
        asked |= _curve(answer, low, high)
        if at is not None:
            asked["at"] = _steps(at, len(asked["answer"]))
    _MADE[question] = made = Prediction(asked=asked)
    return made


def _finite(value: Any) -> float:
    number = float(value)
    if not np.isfinite(number):
        raise CellInputError(f"answer is {number}, expected a finite number")
    return _rounded(number)


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")


def _curve(answer: Any, low: float | None, high: float | None) -> dict[str, Any]:
    try:
        values = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        values = np.empty(())
    if values.ndim != 1 or not 2 <= len(values) <= _MOST_POINTS or not np.isfinite(values).all():
        raise CellInputError(
            f"answer is {answer!r}, expected a number, one of options, or 2 to {_MOST_POINTS} "
            "finite numbers"
        )
    values = np.array([_rounded(v) for v in values])
    size = nice_above(max(1.0, float(np.abs(values).max())))  # a narrow range would tell
    low = (-size if values.min() < 0 else 0.0) if low is None else float(low)
    high = (size if values.max() > 0 else 0.0) if high is None else float(high)
    if not low <= values.min() <= values.max() <= high or low == high:
        raise CellInputError(f"answer leaves {low:g} to {high:g}, expected a range that holds it")
    return {"kind": "curve", "answer": values.tolist(), "low": low, "high": high}


def _steps(at: Sequence[int], count: int) -> list[int]:
    if len(at) != count:
        raise CellInputError(f"at names {len(at)} steps, expected {count}, one per number")
    return [int(step) for step in at]


class Predictions:
    """How near the predictions of this kernel's session were: shown as a table."""

    def _rows(self) -> list[tuple[str, str, str]]:
        return [
            (each.asked["question"], _written(each.guess), _written(each.answer))
            for each in _MADE.values()
            if each.guess is not None
        ]

    def __repr__(self) -> str:
        rows = self._rows()
        head = f"{len(rows)} of {len(_MADE)} predictions committed."
        return "\n".join([head, *(f"{q} You said {g}; it is {a}." for q, g, a in rows)])

    def _repr_html_(self) -> str:
        rows = self._rows()
        head = f"<p>{len(rows)} of {len(_MADE)} predictions committed.</p>"
        if not rows:
            return head
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(part)}</td>" for part in row) + "</tr>"
            for row in rows
        )
        names = "".join(f'<th scope="col">{n}</th>' for n in ("Question", "You said", "It is"))
        return f"{head}<table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>"


def predictions() -> Predictions:
    """Return what was predicted in this session, beside what came out."""
    return Predictions()


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(f"{v:.2f}" for v in value)
    return f"{value:.4g}" if isinstance(value, Real) else str(value)
