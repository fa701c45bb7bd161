"""Subject-verb agreement with attractors (Linzen 2016), in a small grammar.

    the author of the old books near the lamp ___        writes, not write

Det Adj* N (Prep Det Adj* N)^k V. The verb agrees with the first noun; an attractor is a noun
between whose number is the other one. Who follows the last noun ("sequential recency") errs as
soon as it is an attractor; the grammar ("syntactic recency") is to follow the subject.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import CellInputError, softmax
from course_utils.cells.checks import Array
from course_utils.training.model import Batch

Integers = npt.NDArray[np.intp]

NOUNS = ("author", "book", "lamp", "key", "cabinet", "student", "picture", "house")
PREPOSITIONS = ("of", "near", "with", "behind")
VERBS = ("shine", "fall", "stay", "matter", "age", "help")
ADJECTIVES = ("old", "new", "small", "large", "heavy", "plain")
WORDS = (
    "<pad>",
    "the",
    *PREPOSITIONS,
    *NOUNS,
    *(noun + "s" for noun in NOUNS),
    *(verb + "s" for verb in VERBS),
    *VERBS,
    *ADJECTIVES,
)
NUMBERS = ("singular", "plural")
MOST = 4
"""The largest number of nouns between subject and verb."""


class Grammar(NamedTuple):
    """How often its sentences have what."""

    between: tuple[float, ...]
    """the shares of sentences with 0 to 4 nouns between subject and verb"""
    adjectives: int
    """the most before a noun; from 0 to that many are equally likely"""
    plural: float = 0.4
    """the share of plural subjects"""
    alike: float = 0.85
    """the chance that a noun between has the subject's number"""


SHORT = Grammar(between=(0.6, 0.3, 0.1, 0.0, 0.0), adjectives=0)
"""At most eight words before the verb: three and four nouns between are for tests only."""
LONG = Grammar(between=(0.5, 0.25, 0.13, 0.08, 0.04), adjectives=3)
"""Up to 29 words before the verb, and every second sentence without a noun between."""
FAR = Grammar(between=(0.0, 0.0, 0.0, 0.5, 0.5), adjectives=3)
"""From 11 to 29 words before the verb: no short sentence from which to begin."""


class Sentences(NamedTuple):
    """Sentences for a language model, which predicts each next word, the verb last."""

    batch: Batch
    """tokens (T, B), the next token (T, B), masked beyond the verb"""
    verb_at: Integers
    """(B,), the step after which the verb has to come"""
    attractors: Integers
    """(B,)"""
    last_noun: Integers
    """(B,), the number of the last noun before the verb"""
    number: Integers
    """(B,), the verb's number: 0 singular, 1 plural"""


def agreement(
    rng: np.random.Generator,
    count: int,
    *,
    grammar: Grammar = LONG,
    attractors: int | None = None,
) -> Sentences:
    """Draw sentences of a grammar.

    With `attractors` every sentence has that many nouns between, all of them attractors, as in
    Linzen's figures. Raises CellInputError when there cannot be so many.
    """
    if attractors is not None and not 0 <= attractors <= MOST:
        raise CellInputError(f"attractors is {attractors}, expected 0 to {MOST}")
    number = (rng.random(count) < grammar.plural).astype(np.intp)
    between = rng.choice(MOST + 1, size=count, p=grammar.between)
    other = rng.random((MOST, count)) >= grammar.alike
    if attractors is not None:
        between[:], other[:] = attractors, True
    numbers = np.concatenate([number[None], number ^ other])  # of the subject, then of the others
    tokens = _sentences(rng, number, between, numbers, grammar.adjectives)
    lengths = (tokens > 0).sum(axis=0)
    tokens = tokens[: lengths.max()]
    batch = Batch(tokens[:-1], tokens[1:], tokens[1:] > 0)
    attracted = (np.arange(MOST)[:, None] < between) & other
    last_noun = numbers[between, np.arange(count)]
    return Sentences(batch, lengths - 2, attracted.sum(axis=0), last_noun, number)


def _sentences(
    rng: np.random.Generator, number: Integers, between: Integers, numbers: Integers, most: int
) -> Integers:
    """Write each noun phrase into slots of its own, then close the gaps: (slots, B), padded."""
    count = len(number)
    phrases = np.arange(MOST + 1)[:, None]
    slots = np.zeros((MOST + 1, most + 3, count), np.intp)
    slots[:, 0] = WORDS.index("the")
    adjectives = rng.integers(len(ADJECTIVES), size=(MOST + 1, most, count))
    wanted = rng.integers(most + 1, size=(MOST + 1, 1, count)) > np.arange(most)[:, None]
    slots[:, 1:-2] = np.where(wanted, WORDS.index(ADJECTIVES[0]) + adjectives, 0)
    slots[:, -2] = _drawn(rng, NOUNS, numbers)
    prepositions = rng.integers(len(PREPOSITIONS), size=(MOST + 1, count))
    slots[:, -1] = np.where(phrases < between, WORDS.index(PREPOSITIONS[0]) + prepositions, 0)
    slots *= (phrases <= between)[:, None]
    words = np.concatenate([slots.reshape(-1, count), _drawn(rng, VERBS, number[None])])
    return np.take_along_axis(words, np.argsort(words == 0, axis=0, kind="stable"), axis=0)


def wrong_numbers(logits: Array, sentences: Sentences) -> npt.NDArray[np.bool_]:
    """Say for each sentence whether the model prefers a verb of the wrong number, (B,).

    logits are (T, B, V). As in Linzen 2016: of the verbs alone, which number is likelier in all?
    """
    at_verb = logits[sentences.verb_at, np.arange(len(sentences.number))]
    first = WORDS.index(VERBS[0] + "s")
    verbs = softmax(at_verb[:, first : first + 2 * len(VERBS)])
    plural = verbs[:, len(VERBS) :].sum(axis=-1) > 0.5
    wrong: npt.NDArray[np.bool_] = plural != (sentences.number == 1)
    return wrong


def _drawn(rng: np.random.Generator, words: tuple[str, ...], numbers: Integers) -> Integers:
    """Draw words of the given numbers, (N, B); in WORDS the singulars of a block come first."""
    first = WORDS.index(words[0] + ("s" if words is VERBS else ""))
    return first + rng.integers(len(words), size=numbers.shape) + len(words) * numbers


def text(sentences: Sentences, k: int) -> str:
    """Return sentence `k` as a person would read it, up to its verb."""
    tokens = np.asarray(sentences.batch.inputs)[: sentences.verb_at[k] + 1, k]
    return " ".join(WORDS[token] for token in tokens)


def last_noun_error(sentences: Sentences) -> float:
    """The share of errors of one who follows the last noun."""
    return float((sentences.last_noun != sentences.number).mean())


def majority_error(sentences: Sentences) -> float:
    """The share of errors of one who always says "singular", the commoner number."""
    return float(sentences.number.mean())
