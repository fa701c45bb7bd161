"""Subject-verb agreement with attractors (Linzen 2016), in a small grammar.

    the author of the books near the lamp ___        writes, not write

Det N (Prep Det N)^k V. The verb agrees with the first noun; an attractor is a noun between whose
number is the other one. Who follows the last noun ("sequential recency") errs as soon as it is an
attractor; the grammar ("syntactic recency") is to follow the subject.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells import CellInputError, softmax
from course_utils.cells.checks import Array
from course_utils.training.model import Batch

NOUNS = ("author", "book", "lamp", "key", "cabinet", "student", "picture", "house")
PREPOSITIONS = ("of", "near", "with", "behind")
VERBS = ("shine", "fall", "stay", "matter", "age", "help")
WORDS = (
    "<pad>",
    "the",
    *PREPOSITIONS,
    *NOUNS,
    *(noun + "s" for noun in NOUNS),
    *(verb + "s" for verb in VERBS),
    *VERBS,
)
NUMBERS = ("singular", "plural")
MOST = 4
"""The largest number of nouns between subject and verb."""
_SHARES = (0.6, 0.3, 0.1, 0.0, 0.0)
"""How often there are 0 to 4 of them where their number is drawn: three and four are for tests."""


class Sentences(NamedTuple):
    """Sentences for a language model, which predicts each next word, the verb last."""

    batch: Batch
    """tokens (T, B), the next token (T, B), masked beyond the verb"""
    verb_at: npt.NDArray[np.intp]
    """(B,), the step after which the verb has to come"""
    attractors: npt.NDArray[np.intp]
    """(B,)"""
    last_noun: npt.NDArray[np.intp]
    """(B,), the number of the last noun before the verb"""
    number: npt.NDArray[np.intp]
    """(B,), the verb's number: 0 singular, 1 plural"""


def agreement(
    rng: np.random.Generator,
    count: int,
    *,
    attractors: int | None = None,
    plural: float = 0.4,
    alike: float = 0.85,
) -> Sentences:
    """Draw sentences with up to two nouns between subject and verb, most of the subject's number.

    plural is the share of plural subjects, `alike` the chance that a noun between has the subject's
    number. With `attractors` every sentence has that many nouns between, all of them attractors, as
    in Linzen's figures. Raises CellInputError when there cannot be so many.
    """
    if attractors is not None and not 0 <= attractors <= MOST:
        raise CellInputError(f"attractors is {attractors}, expected 0 to {MOST}")
    number = (rng.random(count) < plural).astype(np.intp)
    between = rng.choice(MOST + 1, size=count, p=_SHARES)
    other = rng.random((MOST, count)) >= alike
    if attractors is not None:
        between[:], other[:] = attractors, True
    numbers = np.concatenate([number[None], number ^ other])  # of the subject, then of the others
    tokens = np.zeros((3 + 3 * MOST, count), np.intp)
    tokens[0::3] = WORDS.index("the")
    tokens[1::3] = _drawn(rng, NOUNS, numbers)
    tokens[2:-1:3] = WORDS.index(PREPOSITIONS[0]) + rng.integers(
        len(PREPOSITIONS), size=(MOST, count)
    )
    verb_at = 1 + 3 * between
    tokens[verb_at + 1, np.arange(count)] = _drawn(rng, VERBS, number[None])[0]
    within = np.arange(len(tokens))[:, None] <= verb_at + 1
    tokens = np.where(within, tokens, 0)[: int(verb_at.max()) + 2]
    batch = Batch(tokens[:-1], tokens[1:], within[1 : len(tokens)])
    attracted = (np.arange(MOST)[:, None] < between) & other
    last_noun = numbers[between, np.arange(count)]
    return Sentences(batch, verb_at, attracted.sum(axis=0), last_noun, number)


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


def _drawn(
    rng: np.random.Generator, words: tuple[str, ...], numbers: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
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
