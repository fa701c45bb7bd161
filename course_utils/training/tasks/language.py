"""Small language models: NumPy's own documentation as the text, by characters or by words.

The text ships with a pinned dependency, so that everyone has the same one. Baselines are n-gram
models counted on the training part and measured on the held-out part, in nats a token.
"""

import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import CellInputError
from course_utils.training.model import Batch

Tokens = npt.NDArray[np.intp]
UNKNOWN = "<unk>"


class Corpus(NamedTuple):
    """A text as numbers."""

    vocabulary: tuple[str, ...]
    train: Tokens
    held_out: Tokens
    """to be looked at once, for the score"""
    stopping: Tokens = np.empty(0, np.intp)
    """what says when to stop, where there is such a part"""

    def text(self, tokens: npt.ArrayLike) -> str:
        """Return tokens as a person would read them."""
        words = [self.vocabulary[t] for t in np.asarray(tokens).ravel()]
        return ("" if all(len(w) == 1 for w in self.vocabulary) else " ").join(words)


def documentation_prose() -> str:
    """Return the prose of NumPy's docstrings, lower case: sentences, no headings and no code.

    One a line, shuffled, so that any part of the text is like any other; and no eight words in a
    row stand in two of them, so that no part repeats another.
    """
    sentences = []
    for module in (np, np.linalg, np.fft, np.random, np.polynomial, np.ma):
        for name in sorted(module.__all__):
            doc = inspect.getdoc(getattr(module, name)) or ""
            for paragraph in re.split(r"\n\s*\n|\n-{3,}\n", doc):
                line = " ".join(paragraph.split()).replace("`", "")
                sentences += re.findall(
                    r"(?:^|(?<=\. ))[A-Z][A-Za-z0-9 ,;:()'-]{30,}\.(?= |$)", line
                )
    fresh = list(_without_repeats(s.lower() for s in sentences))
    return "\n".join(fresh[k] for k in np.random.default_rng(0).permutation(len(fresh)))


def _without_repeats(sentences: Iterable[str], length: int = 8) -> Iterator[str]:
    """Leave out a sentence that shares `length` words in a row, or all, with an earlier one."""
    seen: set[tuple[str, ...]] = set()
    for sentence in sentences:
        words = sentence.split()
        runs = {tuple(words[k : k + length]) for k in range(max(1, len(words) - length + 1))}
        if not runs & seen:
            yield sentence
        seen |= runs


def corpus(
    level: Literal["character", "word"], *, words: int = 400, held_out: float = 0.1
) -> Corpus:
    """Return the documentation as characters, or as its `words` commonest words and <unk>.

    The last `held_out` of the text is for the score, and as much before it says when to stop; the
    rest is for training. Raises CellInputError for another level, or when nothing would be left.
    """
    if not 0 < held_out < 0.5:
        raise CellInputError(f"held_out is {held_out}, expected a share between 0 and 0.5")
    text = documentation_prose()
    if level == "character":
        pieces = list(text)
        known = sorted(set(pieces))
    elif level == "word":
        pieces = re.findall(r"[a-z]+|[.,;:()]", text)
        counts = Counter(pieces)
        known = [UNKNOWN, *sorted(counts, key=lambda w: (-counts[w], w))[:words]]
    else:
        raise CellInputError(f"level is {level!r}, expected 'character' or 'word'")
    ids = {piece: k for k, piece in enumerate(known)}
    tokens = np.array([ids.get(piece, 0) for piece in pieces], np.intp)
    train, stopping, score = np.split(
        tokens, [round(len(tokens) * (1 - k * held_out)) for k in (2, 1)]
    )
    return Corpus(tuple(known), train, score, stopping)


def windows(rng: np.random.Generator, tokens: Tokens, count: int, steps: int) -> Batch:
    """Draw `count` pieces of the text: inputs (T, B) and, one further on, targets (T, B)."""
    if len(tokens) <= steps:
        raise CellInputError(f"the text has {len(tokens)} tokens, expected more than {steps}")
    starts = rng.integers(0, len(tokens) - steps, count)
    pieces = tokens[starts + np.arange(steps + 1)[:, None]]
    return Batch(pieces[:-1], pieces[1:])


def unigram_baseline(text: Corpus) -> float:
    """Cross-entropy of the held-out text under how often each token comes (plus one), in nats."""
    counts = 1.0 + np.bincount(text.train, minlength=len(text.vocabulary))
    return float(-np.log(counts / counts.sum())[text.held_out].mean())


def bigram_baseline(text: Corpus) -> float:
    """Cross-entropy of the held-out text under which token follows which, in nats.

    The counts are mixed with the unigram's as if one token of it had been seen after each.
    """
    size = len(text.vocabulary)
    ones = 1.0 + np.bincount(text.train, minlength=size)
    pairs = np.zeros((size, size))
    np.add.at(pairs, (text.train[:-1], text.train[1:]), 1)
    pairs += ones / ones.sum()
    shares = pairs / pairs.sum(axis=1, keepdims=True)
    return float(-np.log(shares[text.held_out[:-1], text.held_out[1:]]).mean())
