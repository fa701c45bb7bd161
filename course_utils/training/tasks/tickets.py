"""The "tickets" completion of the lecture: the last word was said once, many words ago.

when she tried to print her tickets she found that the printer was out of toner . she went to
the store to buy more paper . it was very overpriced . she finally printed her ___
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.training.model import Batch

THINGS = ("tickets", "letters", "photos", "maps", "essays", "forms", "menus", "posters")
DISTRACTORS = ("toner", "paper", "ink", "cable")
_START = "when she tried to print her {} she found that the printer was out of {} ."
_FILLERS = (
    "she went to the store to buy more {} .",
    "it was very overpriced .",
    "the store was out of {} too .",
    "then it started to rain .",
    "she put the {} into the printer .",
    "the old {} did not fit .",
)
_END = "she finally printed her"
_SENTENCES = (_START, *_FILLERS, _END)
_KNOWN = {word for sentence in _SENTENCES for word in sentence.split()} - {"{}"}
WORDS = ("<pad>", *sorted(_KNOWN | set(DISTRACTORS)), *THINGS)
CHANCE = 1 / len(THINGS)
"""Of one who knows that a thing has to come, but not which: the printed thing is the only one of
its kind in the text, and the last noun is always a distractor."""


class Stories(NamedTuple):
    """Stories up to their last word."""

    batch: Batch
    """tokens (T, B); the last word, an index of THINGS, (T, B), masked but for the last step"""
    distance: npt.NDArray[np.intp]
    """(B,): how many words the thing lies back from the word to be said"""


def stories(rng: np.random.Generator, count: int, fillers: tuple[int, int] = (1, 4)) -> Stories:
    """Draw stories with between `fillers[0]` and `fillers[1]` sentences in the middle."""
    things = rng.integers(len(THINGS), size=count)
    texts = [
        _story(rng, THINGS[thing], int(rng.integers(fillers[0], fillers[1] + 1)))
        for thing in things
    ]
    steps = max(len(words) for words in texts)
    tokens = np.zeros((steps, count), np.intp)
    for k, words in enumerate(texts):
        tokens[: len(words), k] = [_ID[word] for word in words]
    lengths = np.array([len(words) for words in texts])
    mask = np.arange(steps)[:, None] == lengths - 1
    distance = lengths - _START.split().index("{}")
    return Stories(Batch(tokens, np.broadcast_to(things, (steps, count)), mask), distance)


def _story(rng: np.random.Generator, thing: str, fillers: int) -> list[str]:
    chosen = [_FILLERS[k] for k in rng.integers(len(_FILLERS), size=fillers)]
    sentences = [_START.format(thing, "{}"), *chosen, _END]
    return [
        DISTRACTORS[rng.integers(len(DISTRACTORS))] if word == "{}" else word
        for sentence in sentences
        for word in sentence.split()
    ]


_ID = {word: k for k, word in enumerate(WORDS)}
