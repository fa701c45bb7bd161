"""Reading a forget gate: what is left of a cell state, and after how many letters half of it."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import number, row
from course_utils.exercises.rules import Rule, Slip

_KEEPS = "f is the share that is kept: 1 keeps all, 0 clears."
_CHAIN = "Every letter multiplies what is left by its f."
_HALF = "It is the n with f^n = 1/2: n = ln(1/2) / ln f."


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "gates")


RULES = (
    Rule(
        "share",
        lambda f: f,
        (
            _slip(
                "f as what is lost", lambda f: 1 - f, "f was read as the share that goes.", _KEEPS
            ),
        ),
    ),
    Rule(
        "chain",
        np.cumprod,
        (
            _slip(
                "each f by itself",
                lambda f: f,
                "Each f was applied to the first cell state.",
                f"{_CHAIN} What the letters before took is gone.",
            ),
            _slip(
                "losses added",
                lambda f: 1 - np.cumsum(1 - f),
                "The losses were added up.",
                f"{_CHAIN} A loss is a share of what is left, not of the beginning.",
            ),
            _slip(
                "mean of the gates",
                lambda f: np.cumsum(f) / np.arange(1, len(f) + 1),
                "This is the mean of the gates so far.",
                _CHAIN,
            ),
        ),
    ),
    Rule(
        "half",
        lambda f: np.log(0.5) / np.log(f),
        (
            _slip(
                "half of the loss kept",
                lambda f: np.log(0.5) / np.log(1 - f),
                "1 - f stands in the place of f.",
                f"{_HALF} {_KEEPS}",
            ),
            _slip(
                "one over the loss",
                lambda f: 1 / (1 - f),
                "This is 1 / (1 - f).",
                f"{_HALF} 1 / (1 - f) is the time in which about a third is left.",
            ),
            _slip(
                "losses added to a half",
                lambda f: 0.5 / (1 - f),
                "This is half divided by the loss of one letter.",
                f"{_HALF} {_CHAIN}",
            ),
            _slip(
                "the fraction upside down",
                lambda f: np.log(f) / np.log(0.5),
                "The fraction is upside down.",
                _HALF,
            ),
        ),
    ),
)


def sample(draws: Draws) -> dict[str, npt.ArrayLike]:
    return {
        "c_0": float(draws.distinct(1.5, 3, 0.5, 1)[0]) * (-1.0) ** draws.integer(0, 1),
        "f": draws.distinct(0.3, 0.95, 0.05, 3),
        "steady": float(draws.distinct(0.75, 0.98, 0.01, 1)[0]),
    }


def accept(given: Any, value: Any) -> bool:
    """No gate near one half, where kept and lost are the same."""
    return bool(np.abs(given.f - 0.5).min() >= 0.1 and abs(value.kept[-1]) >= 0.2)


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    yield "kept", given.c_0 * rule.chain(rule.share(given.f))
    yield "half_life", rule.half(given.steady)


def statement(given: Any) -> str:
    return (
        "A unit of the writing network holds "
        f"$C_0 = {number(given.c_0)}$ at a quotation mark. Over the next three letters nothing is "
        f"written into it, $i_t \\circ \\tilde C_t = 0$, and its forget gate is\n\n"
        f"$$(f_1, f_2, f_3) = {row(given.f)}$$\n\n"
        "Compute what is `kept`, $C_1, C_2, C_3$. Another unit keeps its forget gate at "
        f"$f = {number(given.steady)}$ for good. After how many letters is half of its cell state "
        "left? Give this `half_life` as a number, not rounded to whole letters."
    )


def worked(given: Any, value: Any) -> list[str]:
    before = [given.c_0, *value.kept[:-1]]
    steps = [
        rf"C_{t} &= {number(f)} \cdot ({number(c)}) = {number(kept)}"
        for t, (f, c, kept) in enumerate(zip(given.f, before, value.kept, strict=True), 1)
    ]
    return [
        *steps,
        rf"n &= \ln \tfrac12 / \ln {number(given.steady)} = {number(value.half_life)}",
    ]


EXERCISES = (
    Exercise(
        id="gate_reading",
        title="Reading a forget gate",
        parts=(Part("kept", "(C_1, C_2, C_3)"), Part("half_life", "n")),
        rules=RULES,
        reference=reference,
        sample=sample,
        accept=accept,
        statement_text=statement,
        worked=worked,
    ),
)
