"""The vectors of a sentence: one row of the embedding matrix for each of its words."""

from collections.abc import Generator
from typing import Any

import numpy.typing as npt

from course_utils.cells import embedding_lookup
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix, row
from course_utils.exercises.rules import Rule, Slip
from course_utils.exercises.tolerance import EXACT

_COUNTING = "Tokens count from 0: token 0 is the first row."

RULES = (
    Rule(
        "axis",
        lambda E: E,
        (
            Slip(
                "column for row",
                lambda E: E.T,
                "These are columns of E.",
                "A word's vector is a row of E: it has one number from every column.",
                "embedding",
            ),
        ),
    ),
    Rule(
        "place",
        0,
        (
            Slip("row above", -1, "These are the rows before.", _COUNTING, "embedding"),
            Slip("row below", 1, "These are the rows after.", _COUNTING, "embedding"),
        ),
    ),
    Rule(
        "sequence",
        lambda x: x,
        (
            Slip(
                "sentence backwards",
                lambda x: x[::-1],
                "The sentence stands backwards.",
                "The first vector belongs to the first word.",
                "embedding",
            ),
        ),
    ),
)


def sample(draws: Draws, V: int, E: int, T: int) -> dict[str, npt.ArrayLike]:
    """A matrix of single digits, and a sentence of T words (V at most), none of them twice."""
    tokens = draws.distinct(0, V - 1, 1, min(T, V))
    return {"E": draws.grid(0, 6, 1, (V, E)), "tokens": tokens.astype(int)}


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    E = rule.axis(given.E)
    tokens = (given.tokens.astype(int) + rule.place) % E.shape[0]
    yield "x", rule.sequence(embedding_lookup(E, tokens))


def statement(given: Any) -> str:
    return (
        "Look up the embeddings `x` of a sentence, a row for each of its words, in the embedding "
        "matrix E (a word's vector is its row):\n\n"
        + display(rf"\text{{tokens}} = {row(given.tokens)}", rf"E = {matrix(given.E)}")
    )


def worked(given: Any, value: Any) -> list[str]:
    return [
        rf"x_t &= \text{{row }} {int(token)} \text{{ of }} E = {row(vector)}"
        for token, vector in zip(given.tokens, value.x, strict=True)
    ]


EXERCISES = (
    Exercise(
        id="sentence_lookup",
        title="The vectors of a sentence",
        parts=(Part("x", "x", tolerance=EXACT),),
        rules=RULES,
        reference=reference,
        sample=sample,
        sizes={"V": 4, "E": 4, "T": 3},
        statement_text=statement,
        worked=worked,
        arguments=("E", "tokens"),
        returns=("x",),
        batched=("tokens",),
        whole=("tokens",),
    ),
)
