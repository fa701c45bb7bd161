"""A word as a one-hot vector."""

from collections.abc import Generator
from typing import Any

import numpy.typing as npt

from course_utils.cells import one_hot
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import row
from course_utils.exercises.rules import Rule, Slip
from course_utils.exercises.tolerance import EXACT

_WORDS = ("the", "writer", "of", "books", "is", "tickets", "printer", "toner", "store", "sequel")

RULES = (
    Rule(
        "place",
        0,
        (
            Slip(
                "counted from 1",
                -1,
                "The 1 stands one place too early.",
                "Words are numbered from 0, so that word 0 has its 1 in the first place.",
                "embedding",
            ),
            Slip(
                "one place too far",
                1,
                "The 1 stands one place too late.",
                "Words are numbered from 0, so that word 0 has its 1 in the first place.",
                "embedding",
            ),
        ),
    ),
    Rule(
        "mark",
        lambda token: 1,
        (
            Slip(
                "number for 1",
                lambda token: token,
                "The word's number was written in its place.",
                "A one-hot vector holds a single 1: the place says which word it is, not the size.",
                "embedding",
            ),
        ),
    ),
    Rule(
        "rest",
        lambda x: x,
        (
            Slip(
                "zeros and ones swapped",
                lambda x: 1 - x,
                "Every word is marked but the one that is meant.",
                "One-hot means one 1 and zeros elsewhere.",
                "embedding",
            ),
        ),
    ),
)


def sample(draws: Draws, V: int) -> dict[str, npt.ArrayLike]:
    """A word of V, not the first and not the last."""
    return {"token": draws.integer(2, V - 2), "vocabulary_size": V}


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    token, size = int(given.token), int(given.vocabulary_size)
    place = (token + rule.place) % size
    yield "x", rule.rest(one_hot(place, size)) * rule.mark(token)


def statement(given: Any) -> str:
    size, token = int(given.vocabulary_size), int(given.token)
    words = [_WORDS[k] if k < len(_WORDS) else f"word {k}" for k in range(size)]
    listed = ", ".join(f"{k} *{word}*" for k, word in enumerate(words))
    return (
        f"A vocabulary of {size} words, numbered from 0: {listed}.\n\n"
        f"Write word number {token}, *{words[token]}*, as a one-hot vector `x` of {size} numbers."
    )


def worked(given: Any, value: Any) -> list[str]:
    token, size = int(given.token), int(given.vocabulary_size)
    return [
        rf"x_k &= 1 \text{{ for }} k = {token}, \quad 0 \text{{ for every other }} "
        rf"k \in \{{0, \dots, {size - 1}\}}",
        rf"x &= {row(value.x)}",
    ]


EXERCISES = (
    Exercise(
        id="one_hot",
        title="A word as a one-hot vector",
        parts=(Part("x", "x", tolerance=EXACT, method_marks=False),),
        rules=RULES,
        reference=reference,
        sample=sample,
        sizes={"V": 6},
        statement_text=statement,
        worked=worked,
        arguments=("token", "vocabulary_size"),
        returns=("x",),
        whole=("token", "vocabulary_size"),
    ),
)
