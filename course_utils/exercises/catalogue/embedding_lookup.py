"""A word's vector: the row of the embedding matrix that its one-hot vector picks."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from course_utils.cells import embedding_lookup, one_hot
from course_utils.cells.checks import Array
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.drawing import Draws
from course_utils.exercises.latex import display, matrix, row
from course_utils.exercises.rules import Rule, Slip
from course_utils.exercises.seed_exams import EXAM_1
from course_utils.exercises.tolerance import EXACT

_COUNTING = "The first place of the one-hot vector belongs to the first row: rows count from 0."

RULES = (
    Rule(
        "axis",
        lambda E: E,
        (
            Slip(
                "column for row",
                lambda E: E.T,
                "This is a column of E.",
                "The one-hot vector stands on the left, as a row: it picks a row of E, "
                "one number from every column.",
                "embedding",
            ),
        ),
    ),
    Rule(
        "place",
        0,
        (
            Slip("row above", -1, "This is the neighbour before.", _COUNTING, "embedding"),
            Slip("row below", 1, "This is the neighbour after.", _COUNTING, "embedding"),
        ),
    ),
    Rule(
        "picked",
        lambda E, place: embedding_lookup(E, place),
        (
            Slip(
                "all rows added",
                lambda E, place: E.sum(axis=0),
                "All the rows were added up.",
                "The zeros of the one-hot vector silence every row but one.",
                "embedding",
            ),
        ),
    ),
)


def sample(draws: Draws, V: int, E: int) -> dict[str, npt.ArrayLike]:
    """A matrix of single digits, and a word that is neither the first nor the last."""
    token = draws.integer(1, V - 2)
    return {"one_hot": one_hot(token, V), "E": draws.grid(0, 6, 1, (V, E))}


def accept(given: Any, value: Any) -> bool:
    """The row looked up has at least three different numbers."""
    return len(set(value.x)) >= 3


def reference(given: Any, rule: Any) -> Generator[tuple[str, npt.ArrayLike], Array, None]:
    E = rule.axis(given.E)
    place = (int(np.argmax(given.one_hot)) + rule.place) % E.shape[0]
    yield "x", rule.picked(E, place)


def statement(given: Any) -> str:
    return (
        "Look up the embedding `x` of the word with this one-hot vector in the embedding matrix E "
        "(a word's vector is its row):\n\n"
        + display(rf"\text{{one-hot}} = {row(given.one_hot)}", rf"E = {matrix(given.E)}")
    )


def worked(given: Any, value: Any) -> list[str]:
    place = int(np.argmax(given.one_hot))
    return [
        r"x &= \text{one-hot} \cdot E",
        rf"&= {row(given.one_hot)} {matrix(given.E)}",
        rf"&= {row(value.x)} \quad \text{{(row {place + 1} from the top)}}",
    ]


_DRAWN = Exercise(
    id="embedding_lookup",
    title="Embedding lookup",
    parts=(Part("x", "x", tolerance=EXACT),),
    rules=RULES,
    reference=reference,
    sample=sample,
    sizes={"V": 4, "E": 4},
    accept=accept,
    statement_text=statement,
    worked=worked,
    arguments=("one_hot", "E"),
    returns=("x",),
    batched=("one_hot",),
)

EXERCISES = (
    _DRAWN,
    replace(
        _DRAWN,
        id="exam_1_embedding",
        title="Exam 1: the embedding",
        fixed={name: EXAM_1[name] for name in ("one_hot", "E")},
    ),
)
