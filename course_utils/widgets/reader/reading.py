"""What the model does while it reads a sentence: its gates, its states, what it expects next."""

import difflib
import re
from functools import cache
from typing import NamedTuple

import numpy as np

from course_utils.cells import CellInputError, embedding_lookup, lstm_sequence, softmax_output
from course_utils.cells.checks import Array
from course_utils.training import ModelParams
from course_utils.widgets.reader.grammar import STOP, VOCABULARY
from course_utils.widgets.reader.train import load

MOST_WORDS = 20
_IDS = {word: k for k, word in enumerate(VOCABULARY)}


class Reading(NamedTuple):
    """One sentence read; place 0 is the full stop before it, where the model has just begun."""

    words: tuple[str, ...]
    """(T,), the full stop among them"""
    inside: dict[str, Array]
    """f, i, c_tilde, o, c and h by name, each (T, H)"""
    expected: Array
    """(T, V), the probability of every word to come next"""
    given: Array
    """(T,), the probability that each word had before it was read; of the first one nan"""


@cache
def model() -> ModelParams:
    """Return the stored model, read from its file once."""
    return load()


def words_of(text: str, typing: bool = False) -> tuple[str, ...]:
    """Return the words of a text, lower case, a full stop as a word of its own.

    While it is being typed the last word may be half a word: it is left out. Raises CellInputError,
    saying which word the model does not know, where nothing is left, or where there are too many.
    """
    found = re.findall(r"\.|[^\s.]+", text.lower().replace("’", "'"))
    if typing and found and not text[-1].isspace() and _may_become_a_word(found[-1]):
        found = found[:-1]
    if not found:
        raise CellInputError("there is no word in the box, expected some such as “the writer of”")
    unknown = next((word for word in found if word not in _IDS), None)
    if unknown is not None:
        near = difflib.get_close_matches(unknown, VOCABULARY, n=3, cutoff=0.7)
        hint = f"; near it are {', '.join(near)}" if near else ""
        raise CellInputError(
            f"“{unknown[:20]}” is none of the {len(VOCABULARY)} words that the model knows{hint}"
        )
    if len(found) > MOST_WORDS:
        raise CellInputError(f"there are {len(found)} words, expected at most {MOST_WORDS}")
    return tuple(found)


def read(words: tuple[str, ...], params: ModelParams | None = None) -> Reading:
    """Read words after a full stop, with the stored model or another of the same kind."""
    params = model() if params is None else params
    tokens = np.array([_IDS[word] for word in (STOP, *words)])
    (lstm,) = params.layers
    assert params.embedding is not None
    _, trace = lstm_sequence(lstm, embedding_lookup(params.embedding, tokens))  # type: ignore[arg-type]
    expected = softmax_output(params.readout, trace.h)
    given = np.concatenate([[np.nan], expected[np.arange(len(words)), tokens[1:]]])
    names = ("f", "i", "c_tilde", "o", "c", "h")
    inside = {name: np.array(getattr(trace, name)) for name in names}
    return Reading((STOP, *words), inside, expected, given)


def _may_become_a_word(part: str) -> bool:
    return part not in _IDS and any(word.startswith(part) for word in VOCABULARY)
