"""Answers in an order in which alike ones come together."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

_LONGEST = 4000
"""Characters of an answer that are compared."""


class Group(NamedTuple):
    """Answers that say the same, and may be marked at once."""

    members: tuple[int, ...]
    """Places in what was given."""
    empty: bool
    likeness: float
    """To the group before, from 0 to 1; 0 for the first, and where nothing is said."""


@lru_cache(maxsize=8)
def groups(texts: tuple[str, ...], blank: str, *, code: bool = False) -> tuple[Group, ...]:
    """Return the texts in groups: those that say nothing first, then neighbours alike.

    Texts are the same where they differ in white space and capitals only: nothing that a reader
    would mark otherwise; `code` is the same to the letter. `blank` is what was given out and says
    nothing. From the largest group on, each is followed by the one most like it of those that are
    left.
    """
    same = str.strip if code else same_as
    nothing = {"", same(blank)}
    places: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        key = same(text)
        places.setdefault("" if key in nothing else key, []).append(place)
    empty = places.pop("", [])
    found = [Group(tuple(empty), True, 0.0)] if empty else []
    said = sorted(places, key=lambda text: (-len(places[text]), places[text]))
    likeness = _likeness(said)
    before: int | None = None
    for k in _chain(likeness):
        like = 0.0 if before is None else float(likeness[before, k])
        found.append(Group(tuple(places[said[k]]), False, round(like, 2)))
        before = k
    return tuple(found)


def same_as(text: str) -> str:
    """Return what is the same for texts that say the same."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _likeness(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return how alike each two texts are: the same words in any order are 1. (n, n), symmetric."""
    if not texts:
        return np.zeros((0, 0))
    words = [utils.default_process(text[:_LONGEST]) for text in texts]
    alike = process.cdist(words, words, scorer=fuzz.token_sort_ratio, dtype=np.float64)
    return np.asarray((alike + alike.T) / 200)


def _chain(likeness: NDArray[np.float64]) -> list[int]:
    """Return an order that starts at 0 and goes on with the nearest of those that are left."""
    count = len(likeness)
    left = np.ones(count, dtype=bool)
    order = [0] if count else []
    while len(order) < count:
        left[order[-1]] = False
        order.append(int(np.argmax(np.where(left, likeness[order[-1]], -1.0))))
    return order
