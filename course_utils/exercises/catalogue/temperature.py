"""Writing: scores become probabilities at a temperature, and a random number picks a letter."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import sigmoid, softmax
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import matrix, number, row
from course_utils.exercises.rules import Rule, Slip
from course_utils.exercises.tolerance import EXACT

_DIVIDE = "The scores are divided by T before the softmax."
_PROBABILITIES = "Probabilities are positive and sum to 1: the softmax of the divided scores."
_WALK = "Add the probabilities from the left: the first letter at which the sum exceeds u is drawn."


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "temperature")


HEATED = (
    Rule(
        "scale",
        lambda z, T: z / T,
        (
            _slip("multiplied by T", lambda z, T: z * T, "T multiplies the scores.", _DIVIDE),
            _slip("T left out", lambda z, T: z, "The temperature plays no part.", _DIVIDE),
            _slip(
                "T subtracted",
                lambda z, T: z - T * np.arange(len(z)),
                "T was subtracted again at each letter.",
                _DIVIDE,
            ),
        ),
    ),
    Rule(
        "shares",
        lambda z, T: softmax(z),
        (
            _slip(
                "probabilities divided by T",
                lambda z, T: softmax(z) / T,
                "The probabilities were divided by T.",
                f"{_DIVIDE} What comes out sums to 1 and stays as it is.",
            ),
            _slip(
                "exponentials not divided",
                lambda z, T: np.exp(z),
                "The exponentials were not divided by their sum.",
                _PROBABILITIES,
            ),
            _slip(
                "without exponentials",
                lambda z, T: z / z.sum(),
                "The scores were divided by their sum.",
                _PROBABILITIES,
            ),
            _slip(
                "sigmoid of each",
                lambda z, T: sigmoid(z),
                "Each score went through the sigmoid.",
                _PROBABILITIES,
            ),
        ),
    ),
)


def sample_heated(draws: Draws, K: int) -> dict[str, npt.ArrayLike]:
    return {
        "logits": draws.distinct(-1.5, 3, 0.5, K),
        "T": float(draws.distinct(0.4, 2.0, 0.2, 1)[0]),
    }


def accept_heated(given: Any, value: Any) -> bool:
    z, p = given.logits, value.probabilities
    return bool(
        abs(given.T - 1) >= 0.3
        and np.abs(z).max() / given.T <= 6
        and abs(z.sum()) >= 1
        and p.min() >= 0.005
        and p.max() <= 0.9
    )


def reference_heated(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    scaled = yield "scaled", rule.scale(given.logits, given.T)
    yield "probabilities", rule.shares(scaled, given.T)


def statement_heated(given: Any) -> str:
    return (
        "A network gives four letters these scores, and is to write at the temperature $T$:\n\n"
        f"$$s = {row(given.logits)}, \\quad T = {number(given.T)}$$\n\n"
        "Compute the `probabilities` with which it draws."
    )


def worked_heated(given: Any, value: Any) -> list[str]:
    powers = " + ".join(f"e^{{{number(s)}}}" for s in value.scaled)
    return [
        rf"s / T &= {row(value.scaled)}",
        rf"\textstyle\sum e^{{s/T}} &= {powers} = {number(np.exp(value.scaled).sum())}",
        rf"p &= \text{{softmax}}(s / T) = {row(value.probabilities)}",
    ]


DRAWN = (
    Rule(
        "draw",
        lambda p, u: 1 + np.searchsorted(np.cumsum(p), u, side="right"),
        (
            _slip(
                "likeliest always",
                lambda p, u: np.full(len(u), 1 + np.argmax(p)),
                "The likeliest letter was taken each time.",
                f"That is the temperature 0. {_WALK}",
            ),
            _slip(
                "counted from the right",
                lambda p, u: len(p) - np.searchsorted(np.cumsum(p[::-1]), u, side="right"),
                "The probabilities were added from the right.",
                _WALK,
            ),
            _slip(
                "nearest probability",
                lambda p, u: 1 + np.abs(p - u[:, None]).argmin(axis=1),
                "The letter whose probability is nearest to u was taken.",
                _WALK,
            ),
            _slip(
                "equally wide",
                lambda p, u: 1 + np.floor(u * len(p)),
                "All letters have an equal share of the line from 0 to 1.",
                f"Each has a piece as long as its probability. {_WALK}",
            ),
        ),
    ),
)


def sample_drawn(draws: Draws) -> dict[str, npt.ArrayLike]:
    """Borders are multiples of 0.05; each u lies between two of these."""
    return {
        "p": (0.05 * draws.grid(1, 9, 1, 4)).round(6),
        "u": (draws.distinct(0, 0.95, 0.05, 3) + 0.025).round(6),
    }


def accept_drawn(given: Any, value: Any) -> bool:
    """Shares that differ and sum to 1; not the same letter three times."""
    return bool(
        abs(given.p.sum() - 1) < 1e-9
        and len(set(value.drawn)) >= 2
        and len(set(given.p)) == len(given.p)
    )


def reference_drawn(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    yield "drawn", rule.draw(given.p, given.u)


def statement_drawn(given: Any) -> str:
    return (
        "Four letters, number 1 to 4, have these probabilities, and three letters are to be drawn "
        "with these random numbers between 0 and 1:\n\n"
        f"$$p = {row(given.p)}, \\quad u = {row(given.u)}$$\n\n"
        "Lay the probabilities side by side on a line from 0 to 1, in their order: each $u$ falls "
        "on one of them. Give the three numbers of the letters `drawn`."
    )


def worked_drawn(given: Any, value: Any) -> list[str]:
    return [
        rf"\text{{borders}} &= {row(np.cumsum(given.p))}",
        rf"u &= {row(given.u)}",
        rf"\text{{drawn}} &= {matrix(value.drawn.reshape(1, -1))}",
    ]


EXERCISES = (
    Exercise(
        id="temperature",
        title="Probabilities at a temperature",
        parts=(
            Part("scaled", "s / T", optional=True),
            Part("probabilities", "p"),
        ),
        rules=HEATED,
        reference=reference_heated,
        sample=sample_heated,
        sizes={"K": 4},
        accept=accept_heated,
        statement_text=statement_heated,
        worked=worked_heated,
        arguments=("logits", "T"),
        returns=("probabilities",),
    ),
    Exercise(
        id="drawing_a_letter",
        title="Drawing letters with given random numbers",
        parts=(Part("drawn", r"\text{drawn}", tolerance=EXACT),),
        rules=DRAWN,
        reference=reference_drawn,
        sample=sample_drawn,
        accept=accept_drawn,
        statement_text=statement_drawn,
        worked=worked_drawn,
    ),
)
