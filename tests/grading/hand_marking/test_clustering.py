"""The order in which answers are read."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nbexaminer.hand_marking.clustering import groups

BLANK = "YOUR ANSWER HERE"


def test_what_says_nothing_comes_first_and_alike_answers_come_together() -> None:
    texts = (
        "The gate forgets, so the gradient fades.",
        "Weights are small and therefore nothing is learned at all.",
        "",
        "the gate  forgets,\nso the gradient fades.",
        "Weights are small, therefore nothing is learnt at all!",
        "  your answer here ",
        "So the gradient fades: the gate forgets",
    )
    empty, first, second, third, fourth = groups(texts, BLANK)
    assert (empty.members, empty.empty) == ((2, 5), True)
    assert (first.members, first.likeness) == ((0, 3), 0.0)  # the largest leads
    assert second.members == (6,)
    assert second.likeness > 0.9
    assert {third.members, fourth.members} == {(1,), (4,)}
    assert third.likeness < 0.6 < fourth.likeness


def test_a_sign_or_a_number_makes_another_answer() -> None:
    texts = ("f > 0", "f < 0", "f = 0.98", "f = 0.9", "f_t", "f t")
    assert len(groups(texts, BLANK)) == len(texts)


words = st.lists(st.sampled_from(["gate", "Gate", "fades", "0.5", "", "\n"]), max_size=6)
classes = st.lists(words.map(" ".join), max_size=12)


@given(classes)
def test_everybody_is_in_one_group_and_each_is_followed_by_the_nearest_left(
    texts: list[str],
) -> None:
    found = groups(tuple(texts), BLANK)
    places = [place for group in found for place in group.members]
    assert sorted(places) == list(range(len(texts)))
    assert [group.empty for group in found[1:]] == [False] * len(found[1:])
    said = [group for group in found if not group.empty]
    sizes = [len(group.members) for group in said]
    assert not sizes or sizes[0] == max(sizes)
    for k in range(1, len(said)):  # a second computation, pair by pair
        here = texts[said[k - 1].members[0]]
        others = [groups((here, texts[g.members[0]]), BLANK)[-1].likeness for g in said[k:]]
        assert np.isclose(said[k].likeness, max(others))


def test_nobody_has_answered() -> None:
    assert groups((), BLANK) == ()
    assert groups((BLANK, ""), BLANK)[0].members == (0, 1)
