"""How good a network writes: surprise in bits, cross-entropy and perplexity."""

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import number, row
from course_utils.exercises.rules import Rule, Slip

_BITS = "A surprise in bits is -log₂ p: log₂ p = ln p / ln 2."
_MEAN = "The cross-entropy is the mean of the surprises."
_POWER = "The perplexity is 2 to the power of the cross-entropy in bits."


def _slip(name: str, use: Any, did: str, why: str) -> Slip:
    return Slip(name, use, did, why, "surprise")


RULES = (
    Rule(
        "surprise",
        lambda p: -np.log2(p),
        (
            _slip("natural logarithm", lambda p: -np.log(p), "This is in nats.", _BITS),
            _slip("logarithm to 10", lambda p: -np.log10(p), "This is log₁₀.", _BITS),
            _slip(
                "minus lost",
                np.log2,
                "The minus sign is missing.",
                "A surprise is positive: p is below 1, and its logarithm negative.",
            ),
            _slip(
                "one over p",
                lambda p: 1 / p,
                "This is 1 / p, without a logarithm.",
                _BITS,
            ),
        ),
    ),
    Rule(
        "mean",
        lambda bits, p: np.mean(bits),
        (
            _slip("summed", lambda bits, p: np.sum(bits), "The surprises were added.", _MEAN),
            _slip(
                "weighted by p",
                lambda bits, p: np.sum(p * bits),
                "Each surprise was weighted by its probability.",
                f"{_MEAN} Each letter that came counts once.",
            ),
            _slip(
                "surprise of the mean",
                lambda bits, p: -np.log2(np.mean(p)),
                "This is the surprise of the mean probability.",
                f"{_MEAN} The logarithm comes first.",
            ),
        ),
    ),
    Rule(
        "power",
        lambda h: 2.0**h,
        (
            _slip("e for 2", np.exp, "This is e to the power of the bits.", _POWER),
            _slip("10 for 2", lambda h: 10.0**h, "This is 10 to the power of the bits.", _POWER),
            _slip("squared", lambda h: h**2, "The cross-entropy was squared.", _POWER),
            _slip(
                "one over the power",
                lambda h: 2.0**-h,
                "This is 2 to the power of minus the bits.",
                f"{_POWER} It says among how many letters the network hesitates.",
            ),
        ),
    ),
)


def sample(draws: Draws) -> dict[str, npt.ArrayLike]:
    return {"p": draws.distinct(0.05, 0.9, 0.05, 4)}


def accept(given: Any, value: Any) -> bool:
    return bool(1 <= value.cross_entropy <= 2.6 and abs(value.cross_entropy - 2) >= 0.1)


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    bits = yield "surprises", rule.surprise(given.p)
    mean = yield "cross_entropy", rule.mean(bits, given.p)
    yield "perplexity", rule.power(mean)


def statement(given: Any) -> str:
    return (
        "Four letters came, one after the other. The network had given them these probabilities:"
        f"\n\n$$p = {row(given.p)}$$\n\n"
        "Compute the four `surprises` in bits, their `cross_entropy` in bits per letter, and the "
        "`perplexity`."
    )


def worked(given: Any, value: Any) -> list[str]:
    terms = " + ".join(number(b) for b in value.surprises)
    return [
        rf"-\log_2 p &= {row(value.surprises)}",
        rf"\text{{cross-entropy}} &= \tfrac14 ({terms}) = {number(value.cross_entropy)}",
        rf"\text{{perplexity}} &= 2^{{{number(value.cross_entropy)}}} = {number(value.perplexity)}",
    ]


EXERCISES = (
    Exercise(
        id="surprise",
        title="Surprise, cross-entropy, perplexity",
        parts=(
            Part("surprises", r"-\log_2 p"),
            Part("cross_entropy", r"\text{cross-entropy}"),
            Part("perplexity", r"\text{perplexity}"),
        ),
        rules=RULES,
        reference=reference,
        sample=sample,
        accept=accept,
        statement_text=statement,
        worked=worked,
    ),
)
