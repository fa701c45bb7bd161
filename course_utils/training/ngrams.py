"""Counting instead of learning: which token followed the last few, mixed over all lengths.

p_1 mixes how often each token came with an even guess; p_n mixes what followed the last n - 1
tokens with p_{n-1}, by the rule of Witten & Bell (1991):

    p_n(w | context) = (count(context w) + k · p_{n-1}(w | shorter context)) / (count(context) + k)

k is how many different tokens have followed the context: the more of them, the likelier is another.
There is nothing to set but n.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.training.tasks.language import Tokens

Codes = npt.NDArray[np.int64]


class _Order(NamedTuple):
    """What was counted of one length."""

    grams: Codes
    """every n tokens that came, each as one number, sorted"""
    counts: Codes
    contexts: Codes
    """the same without the last token"""
    totals: Codes
    kinds: Codes
    """how many different tokens followed"""


def ngram_surprises(train: Tokens, text: Tokens, longest: int, vocabulary: int) -> Array:
    """Return -log p_n in nats of each token of `text` that has `longest` - 1 before it.

    One row for each n from 1 to `longest`: (longest, len(text) - longest + 1), so that all orders
    are measured on the same tokens. Raises CellInputError when `longest` does not fit 63 bits or
    a text is shorter than it.
    """
    if longest < 1 or longest * np.log2(vocabulary) >= 63:
        raise CellInputError(f"longest is {longest}: {vocabulary}^{longest} does not fit 63 bits")
    if min(len(train), len(text)) < longest:
        raise CellInputError(f"a text is shorter than {longest} tokens")
    count = len(text) - longest + 1
    p = np.full(count, 1 / vocabulary)
    rows = []
    for n in range(1, longest + 1):
        grams = _codes(text, n, vocabulary)[-count:]
        order = _counted(train, n, vocabulary)
        seen = _looked_up(order.grams, order.counts, grams)
        total = _looked_up(order.contexts, order.totals, grams // vocabulary)
        kinds = _looked_up(order.contexts, order.kinds, grams // vocabulary)
        mixed = (seen + kinds * p) / np.maximum(total + kinds, 1)
        p = np.where(total > 0, mixed, p)
        rows.append(-np.log(p))
    return np.stack(rows)


def _codes(tokens: Tokens, n: int, vocabulary: int) -> Codes:
    """Return every n tokens in a row as one number to the base of the vocabulary."""
    codes = np.zeros(len(tokens) - n + 1, np.int64)
    for k in range(n):
        codes = codes * vocabulary + tokens[k : len(tokens) - n + 1 + k]
    return codes


def _counted(train: Tokens, n: int, vocabulary: int) -> _Order:
    grams, counts = np.unique(_codes(train, n, vocabulary), return_counts=True)
    contexts, first, kinds = np.unique(grams // vocabulary, return_index=True, return_counts=True)
    return _Order(grams, counts, contexts, np.add.reduceat(counts, first), kinds)


def _looked_up(known: Codes, values: Codes, asked: Codes) -> Codes:
    """Return the value of each `asked` among the sorted `known`, 0 where it is not there."""
    place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[place] == asked, values[place], 0)
