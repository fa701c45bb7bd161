"""The rows of an embedding matrix, and which of them lie near a vector: the numbers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import CellInputError, one_hot
from course_utils.cells.checks import Array, as_matrix
from course_utils.widgets.reader.grammar import VOCABULARY
from course_utils.widgets.reader.train import load

MOST_WORDS, MOST_NUMBERS = 16, 12
MEASURES = {
    "cosine": "cosine",
    "dot": "dot product",
    "distance": "distance",
}


class WordTable(NamedTuple):
    """Words and their rows."""

    words: tuple[str, ...]
    E: Array
    """(V, E)"""
    columns: tuple[str, ...]
    """what the columns are called; a trained table's have numbers only"""


HAND_SET = WordTable(
    ("the", "writer", "of", "books", "is", "planning", "a", "sequel", "are"),
    np.array(
        [
            [0.0, 0.0, 0.0, 0.0, 1.0],
            [1.0, -0.5, 0.0, 1.0, 0.0],
            [0.0, 0.0, -0.5, 0.0, 1.0],
            [1.0, 1.0, 0.0, -0.5, 0.0],
            [0.0, -0.5, 1.0, 0.0, 0.5],
            [0.0, 0.0, 1.0, 0.5, 0.0],
            [0.0, -0.5, 0.0, 0.0, 1.0],
            [1.0, -0.5, 0.0, -0.5, 0.0],
            [0.0, 1.0, 1.0, 0.0, 0.5],
        ]
    ),
    ("noun", "plural", "verb", "person", "little word"),
)
"""Lecture 2's vocabulary with numbers that a person chose, so that each column has a meaning."""
_OF_THE_READER = (
    *("the", "this", "these", "writer", "writers", "book", "books", "key", "keys"),
    *("is", "are", "likes", "like", "reads", "read", "."),
)


def checked_table(words: Sequence[str], E: npt.ArrayLike) -> WordTable:
    """Return words and table as one. Raises CellInputError where they do not fit or are too many.

    The view has room for 16 words of 12 numbers.
    """
    words = tuple(words)
    matrix = as_matrix("E", E, (None, None)).astype(np.float64)
    if len(set(words)) != len(words) or len(words) != len(matrix):
        raise CellInputError(
            f"there are {len(set(words))} different words for the {len(matrix)} rows of E, "
            "expected one word a row"
        )
    if len(words) > MOST_WORDS or matrix.shape[1] > MOST_NUMBERS:
        raise CellInputError(
            f"E has shape {matrix.shape}, expected at most ({MOST_WORDS}, {MOST_NUMBERS}): "
            "give a few rows of it"
        )
    return WordTable(words, matrix, tuple(str(k + 1) for k in range(matrix.shape[1])))


def trained_table() -> WordTable:
    """Return sixteen rows of the table that the reading model has learned."""
    rows = [VOCABULARY.index(word) for word in _OF_THE_READER]
    table: Any = load().embedding
    return checked_table(_OF_THE_READER, table[rows])


def mixed(table: WordTable, word: int, other: int, share: float) -> Array:
    """Return one-hot of `word`, or of two words a mix, `share` of it the other's: (V,)."""
    size = len(table.words)
    mix: Array = (1 - share) * one_hot(word, size) + share * one_hot(other, size)
    return mix


def likeness(E: Array, e: Array, measure: str) -> Array:
    """Return how near each row of E (V, E) is to e (E,): (V,), nan where it has no direction.

    The larger the nearer, but for "distance".
    """
    if measure == "distance":
        distances: Array = np.linalg.norm(E - e, axis=1)
        return distances
    products: Array = E @ e
    if measure == "dot":
        return products
    lengths = np.linalg.norm(E, axis=1) * np.linalg.norm(e)
    cosines: Array = np.full(len(E), np.nan)
    np.divide(products, lengths, out=cosines, where=lengths > 0)
    return cosines


def nearest(values: Array, measure: str) -> list[int]:
    """Return the rows from the nearest to the farthest; those without a value come last."""
    order = np.argsort(values if measure == "distance" else -values, kind="stable")
    return [int(k) for k in order]
