"""A small English to learn from: present tense, a subject, what stands between, a verb that agrees.

    the writer of the books is planning a sequel .

A subject is followed by nothing, by "of the books" and the like, or by "that likes the books". Each
noun takes at most one of these, so that every sentence has one derivation: its probability is that
of the choices made, and their mean surprise is the least that any model of this text can reach.
"""

from typing import NamedTuple

import numpy as np

from course_utils.cells import CellInputError
from course_utils.cells.checks import Array
from course_utils.training.tasks.language import Tokens

SINGULAR, PLURAL = 0, 1
DETERMINERS = (("the", "a", "this", "every"), ("the", "some", "these", "all"))
ADJECTIVES = ("new", "little", "red", "long", "lost")
NOUNS = (
    *("writer", "reader", "printer", "student", "friend", "book"),
    *("sequel", "ticket", "letter", "key", "cabinet", "picture"),
)
PREPOSITIONS = ("of", "near", "with", "about")
PREDICATES = ("tired", "ready", "gone", "new", "red", "lost")
DOING = ("planning", "reading", "printing", "losing")
TRANSITIVE = ("like", "read", "print", "find", "need")
INTRANSITIVE = ("sleep", "wait", "work", "fall")
BE = ("is", "are")
THAT, STOP = "that", "."

VOCABULARY: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            STOP,
            *DETERMINERS[SINGULAR],
            *DETERMINERS[PLURAL],
            *ADJECTIVES,
            *NOUNS,
            *(noun + "s" for noun in NOUNS),
            *PREPOSITIONS,
            THAT,
            *BE,
            *PREDICATES,
            *DOING,
            *(verb + "s" for verb in (*TRANSITIVE, *INTRANSITIVE)),
            *TRANSITIVE,
            *INTRANSITIVE,
        )
    )
)
"""Every word, numbered from 0 in this order; the trained model's rows follow it."""

PLURAL_SHARE, ADJECTIVE_SHARE = 0.45, 0.2
_SUBJECT_IS_FOLLOWED_BY = {"nothing": 0.4, "prepositional": 0.4, "clause": 0.2}
_LATER_NOUNS_ARE_FOLLOWED_BY = {"nothing": 0.85, "prepositional": 0.15}
_PREDICATE_IS = {"adjective": 0.3, "doing": 0.25, "transitive": 0.25, "intransitive": 0.2}


class Text(NamedTuple):
    """Sentences one after the other, as numbers of the vocabulary."""

    tokens: Tokens
    """(N,)"""
    entropy: float
    """What the sentences' choices cost, in nats a token: the least surprise a model can reach"""
    verbs: tuple[tuple[int, int], ...]
    """(place, number) of every main verb of a subject that something stands behind"""


def text(rng: np.random.Generator, count: int) -> Text:
    """Draw `count` sentences. Raises CellInputError when `count` is not positive."""
    if count < 1:
        raise CellInputError(f"count is {count}, expected a positive number of sentences")
    writer = _Writer(rng)
    for _ in range(count):
        writer.sentence()
    ids = {word: k for k, word in enumerate(VOCABULARY)}
    tokens = np.array([ids[word] for word in writer.words], np.intp)
    return Text(tokens, writer.cost / len(tokens), tuple(writer.verbs))


class _Writer:
    """Writes words and adds up what every choice costs: -ln of its probability."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.words: list[str] = []
        self.verbs: list[tuple[int, int]] = []
        self.cost = 0.0
        self._rng = rng

    def sentence(self) -> None:
        number = self._number()
        followed = self._noun_phrase(number, _SUBJECT_IS_FOLLOWED_BY)
        if followed != "nothing":
            self.verbs.append((len(self.words), number))
        self._predicate(number)
        self.words.append(STOP)

    def _noun_phrase(self, number: int, followed_by: dict[str, float]) -> str:
        self._word(DETERMINERS[number])
        if self._choose({"adjective": ADJECTIVE_SHARE, "none": 1 - ADJECTIVE_SHARE}) != "none":
            self._word(ADJECTIVES)
        self._word(tuple(noun + "s" * number for noun in NOUNS))
        kind = self._choose(followed_by)
        if kind == "prepositional":
            self._word(PREPOSITIONS)
            self._noun_phrase(self._number(), _LATER_NOUNS_ARE_FOLLOWED_BY)
        elif kind == "clause":
            self.words.append(THAT)
            self._predicate(number)
        return kind

    def _predicate(self, number: int) -> None:
        kind = self._choose(_PREDICATE_IS)
        if kind in ("adjective", "doing"):
            self.words.append(BE[number])
            self._word(PREDICATES if kind == "adjective" else DOING)
        else:
            verbs = TRANSITIVE if kind == "transitive" else INTRANSITIVE
            self._word(tuple(verb + "s" * (1 - number) for verb in verbs))
        if kind in ("doing", "transitive"):
            self._noun_phrase(self._number(), _LATER_NOUNS_ARE_FOLLOWED_BY)

    def _number(self) -> int:
        """Drawn here, paid for where it shows: at the determiner or, after "the", at the noun."""
        plural = self._choose({"plural": PLURAL_SHARE, "singular": 1 - PLURAL_SHARE})
        return PLURAL if plural == "plural" else SINGULAR

    def _choose(self, shares: dict[str, float]) -> str:
        names, p = list(shares), np.array(list(shares.values()))
        k = int(self._rng.choice(len(names), p=p))
        self.cost -= float(np.log(p[k]))
        return names[k]

    def _word(self, words: tuple[str, ...]) -> None:
        self.cost += float(np.log(len(words)))
        self.words.append(words[self._rng.integers(len(words))])


def agreement(probabilities: Array, text: Text) -> float:
    """The share of verbs behind something whose number the model has right.

    probabilities (N, V) are those after each token: of all verbs, is that number the likelier one?
    """
    ids = {word: k for k, word in enumerate(VOCABULARY)}
    base = (*TRANSITIVE, *INTRANSITIVE)
    forms = (("is", *(verb + "s" for verb in base)), ("are", *base))
    columns = [[ids[word] for word in form] for form in forms]
    right = 0
    for place, number in text.verbs:
        p = [probabilities[place - 1][c].sum() for c in columns]
        right += int(p[number] > p[1 - number])
    return right / len(text.verbs)
