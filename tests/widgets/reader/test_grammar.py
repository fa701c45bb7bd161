"""The text the model learned from: every sentence parsed, its probability worked out again."""

from math import log

import numpy as np
import pytest

from course_utils.cells import CellInputError
from course_utils.widgets.reader import grammar as g
from course_utils.widgets.reader.train import texts


class Parser:
    """Reads a sentence by the rules of the grammar and adds up -ln of every choice."""

    def __init__(self, words: list[str]) -> None:
        self.words, self.cost = words, 0.0

    def choose(self, p: float) -> None:
        self.cost -= log(p)

    def take(self, options: tuple[str, ...]) -> str:
        word = self.words.pop(0)
        assert word in options, (word, options)
        self.cost += log(len(options))
        return word

    def noun_phrase(self, subject: bool) -> int:
        determiner = self.words[0]
        rest = [w for w in self.words[1:3] if w not in g.ADJECTIVES]
        number = g.SINGULAR if rest[0] in g.NOUNS else g.PLURAL
        assert determiner in g.DETERMINERS[number]
        self.choose(0.45 if number else 0.55)
        self.take(g.DETERMINERS[number])
        adjective = self.words[0] in g.ADJECTIVES
        self.choose(0.2 if adjective else 0.8)
        if adjective:
            self.take(g.ADJECTIVES)
        self.take(tuple(n + "s" for n in g.NOUNS) if number else g.NOUNS)
        follows = self.words[0]
        if follows in g.PREPOSITIONS:
            self.choose(0.4 if subject else 0.15)
            self.take(g.PREPOSITIONS)
            self.noun_phrase(False)
        elif follows == "that" and subject:
            self.choose(0.2)
            self.words.pop(0)
            self.predicate(number)
        else:
            self.choose(0.4 if subject else 0.85)
        return number

    def predicate(self, number: int) -> None:
        if self.words[0] in g.BE:
            assert self.words.pop(0) == g.BE[number]
            adjective = self.words[0] in g.PREDICATES
            self.choose(0.3 if adjective else 0.25)
            self.take(g.PREDICATES if adjective else g.DOING)
            if not adjective:
                self.noun_phrase(False)
            return
        ending = "" if number else "s"
        transitive = tuple(v + ending for v in g.TRANSITIVE)
        if self.words[0] in transitive:
            self.choose(0.25)
            self.take(transitive)
            self.noun_phrase(False)
        else:
            self.choose(0.2)
            self.take(tuple(v + ending for v in g.INTRANSITIVE))

    def sentence(self) -> None:
        self.predicate(self.noun_phrase(True))
        assert self.words.pop(0) == "."


def test_every_sentence_follows_the_grammar_and_costs_what_is_said() -> None:
    text = g.text(np.random.default_rng(4), 1500)
    parser = Parser([g.VOCABULARY[k] for k in text.tokens])
    count = 0
    while parser.words:
        parser.sentence()
        count += 1
    assert count == 1500
    assert parser.cost / len(text.tokens) == pytest.approx(text.entropy, rel=1e-12)


def test_the_main_verbs_behind_something_are_found() -> None:
    text = g.text(np.random.default_rng(5), 300)
    forms = {0: {"is"}, 1: {"are"}}
    for verb in (*g.TRANSITIVE, *g.INTRANSITIVE):
        forms[0].add(verb + "s")
        forms[1].add(verb)
    words = [g.VOCABULARY[k] for k in text.tokens]
    assert text.verbs
    for place, number in text.verbs:
        assert words[place] in forms[number]
        start = max((k for k in range(place) if words[k] == "."), default=-1) + 1
        between = words[start:place]
        assert "that" in between or set(between) & set(g.PREPOSITIONS)


def test_one_who_follows_the_last_noun_errs() -> None:
    """Without attractors in the text, agreement would say nothing about memory."""
    text = g.text(np.random.default_rng(6), 2000)
    words = [g.VOCABULARY[k] for k in text.tokens]
    plurals, nouns = {n + "s" for n in g.NOUNS}, set(g.NOUNS)
    wrong = 0
    for place, number in text.verbs:
        last = next(w for w in reversed(words[:place]) if w in plurals | nouns)
        wrong += (last in plurals) != number
    assert wrong / len(text.verbs) > 0.25


def test_agreement_counts_right_numbers() -> None:
    text = g.text(np.random.default_rng(7), 50)
    ids = {word: k for k, word in enumerate(g.VOCABULARY)}
    knows = np.zeros((len(text.tokens), len(g.VOCABULARY)))
    for place, number in text.verbs:
        knows[place - 1, ids[g.BE[number]]] = 1
    assert g.agreement(knows, text) == 1.0
    always = np.zeros_like(knows)
    always[:, ids["sleep"]] = 1
    share = np.mean([number for _, number in text.verbs])
    assert g.agreement(always, text) == pytest.approx(share)


@pytest.mark.slow
def test_training_and_held_out_text_differ_and_use_every_word() -> None:
    corpus, held_out = texts()
    assert corpus.held_out.tolist() == held_out.tokens.tolist()
    assert corpus.train[:1000].tolist() != corpus.held_out[:1000].tolist()
    assert set(corpus.train.tolist()) == set(range(len(g.VOCABULARY)))


def test_no_sentences_is_said() -> None:
    with pytest.raises(CellInputError, match="count is 0"):
        g.text(np.random.default_rng(0), 0)
