"""The embedded Reber grammar (as in Hochreiter & Schmidhuber 1997): which symbols may come next?

A string is B, then T or P, then a Reber string, then the **same** T or P, then E. To know the last
but one symbol one has to remember the second over the whole inner string.
"""

from typing import NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.training.model import Batch

SYMBOLS = "BTPSXVE"

_EDGES: tuple[tuple[tuple[str, int], ...], ...] = (
    (("T", 1), ("P", 2)),
    (("S", 1), ("X", 3)),
    (("T", 2), ("V", 4)),
    (("X", 2), ("S", 5)),
    (("P", 3), ("V", 5)),
    (("E", 6),),
)
"""Reber's graph after its B: from each node, the symbols that may come and where they lead."""


class Strings(NamedTuple):
    """Strings as a batch for next-symbol prediction, and what may follow."""

    batch: Batch
    legal: Array
    """(T, B, 7) booleans: the symbols that the grammar allows next; False beyond the end"""


def embedded_reber_string(rng: np.random.Generator) -> tuple[str, list[str]]:
    """Draw one string, and for each of its symbols but the last those that may come next."""
    outer = str(rng.choice(["T", "P"]))
    string, legal = "B" + outer, ["TP", "B"]
    string += "B"
    node = 0
    while node < len(_EDGES):
        edges = _EDGES[node]
        legal.append("".join(symbol for symbol, _ in edges))
        symbol, node = edges[rng.integers(len(edges))]
        string += symbol
    return string + outer + "E", [*legal, outer, "E"]


def is_embedded_reber(string: str) -> bool:
    """Say whether the grammar gives `string`."""
    if len(string) < 5 or string[0] != "B" or string[1] not in "TP":
        return False
    if string[2] != "B" or string[-1] != "E" or string[-2] != string[1]:
        return False
    node = 0
    for symbol in string[3:-2]:
        following = dict(_EDGES[node]) if node < len(_EDGES) else {}
        if symbol not in following:
            return False
        node = following[symbol]
    return node == len(_EDGES)


def reber_strings(rng: np.random.Generator, count: int) -> Strings:
    """Draw `count` strings: inputs one-hot (T, B, 7), targets the next symbol (T, B), masked.

    Shorter strings are padded with zeros, which the mask leaves out.
    """
    drawn = [embedded_reber_string(rng) for _ in range(count)]
    steps = max(len(string) for string, _ in drawn) - 1
    inputs = np.zeros((steps, count, len(SYMBOLS)))
    legal = np.zeros((steps, count, len(SYMBOLS)), bool)
    targets = np.zeros((steps, count), int)
    mask = np.zeros((steps, count), bool)
    for k, (string, following) in enumerate(drawn):
        ids = [SYMBOLS.index(symbol) for symbol in string]
        length = len(ids) - 1
        inputs[np.arange(length), k, ids[:-1]] = 1
        targets[:length, k] = ids[1:]
        mask[:length, k] = True
        for t, symbols in enumerate(following):
            legal[t, k, [SYMBOLS.index(symbol) for symbol in symbols]] = True
    return Strings(Batch(inputs, targets, mask), legal)


def solved(outputs: Array, strings: Strings) -> Array:
    """Return for each string whether it is predicted right at every step, (B,) booleans.

    Right is when the symbols that may come are the ones with the largest outputs (T, B, 7). Raises
    CellInputError when the shapes differ.
    """
    if outputs.shape != strings.legal.shape:
        raise CellInputError(f"outputs have shape {outputs.shape}, expected {strings.legal.shape}")
    worst_legal = np.where(strings.legal, outputs, np.inf).min(axis=-1)
    best_other = np.where(strings.legal, -np.inf, outputs).max(axis=-1)
    right: Array = ((worst_legal > best_other) | ~np.asarray(strings.batch.mask)).all(axis=0)
    return right


OUTER_CHANCE = 1 / 2
"""How often a model that knows the inner grammar but not the second symbol gets the last but one
right."""
