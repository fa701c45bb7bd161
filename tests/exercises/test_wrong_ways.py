"""The list of wrong ways is fit to decide: each is wrong, and each is another."""

from collections import Counter
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from course_utils.exercises import exercise
from course_utils.exercises.drawing import Draws
from tests.exercises.wrong_ways import KINDS, WAYS, Draw, Way, draws
from tests.tiers import long_but

pytestmark = pytest.mark.slow

DRAWN = 20
PLACES = sorted({(way.exercise, way.part) for way in WAYS})
MANY_SLIPS = {
    "gru_step",
    "gru_step_one_unit",
    "lstm_states",
    "lstm_step",
    "lstm_step_from_gates",
}
"""Exercises that take seconds to draw once, since all pairs of their slips are told apart."""


def name(way: Way) -> str:
    return way.id


@cache
def drawn(exercise: str) -> list[Draw]:
    first = next(way for way in WAYS if way.exercise == exercise)
    return list(draws(first, DRAWN, "held here"))


def test_there_are_as_many_as_were_asked_for_and_no_id_twice() -> None:
    assert len(WAYS) >= 150
    assert not [id for id, times in Counter(way.id for way in WAYS).items() if times > 1]


def test_they_are_of_every_kind_and_every_part_has_some() -> None:
    """No kind is more than a quarter of the list, and no exercise more than a fifth."""
    kinds = Counter(way.kind for way in WAYS)
    assert set(kinds) == set(KINDS)
    assert max(kinds.values()) <= len(WAYS) / 4
    on = Counter(way.exercise for way in WAYS)
    assert max(on.values()) <= len(WAYS) / 5
    asked = {(id, part.name) for id in on for part in exercise(id).parts}
    assert set(PLACES) == asked


@pytest.mark.parametrize("way", WAYS, ids=name)
def test_a_way_takes_what_a_student_has_at_that_point(way: Way) -> None:
    one = exercise(way.exercise)
    assert one.fixed is None
    parts = [part.name for part in one.parts]
    before = parts[: parts.index(way.part)]
    assert one.sample is not None
    given = one.sample(Draws(one.id), **one.sizes)
    assert set(way.takes) <= {*given, *before}


@pytest.mark.parametrize(
    "way", long_but((way.id for way in WAYS if way.exercise not in MANY_SLIPS), WAYS, name)
)
def test_a_way_gives_numbers_of_the_right_shape_that_are_wrong(way: Way) -> None:
    """Wrong by more than marking allows, on nine in ten of the draws that can show it."""
    tolerance = exercise(way.exercise).part(way.part).tolerance
    shown, wrong = 0, 0
    for draw in drawn(way.exercise):
        value, right = way.value(draw), draw.right[way.part]
        assert value.shape == right.shape
        assert np.isfinite(value).all()
        if way.shows(draw):
            shown += 1
            wrong += tolerance.miss(value, right) > 1
        else:
            np.testing.assert_allclose(value, right, atol=1e-12)
    assert shown >= DRAWN / 2
    assert wrong >= 0.9 * shown


@pytest.mark.parametrize(
    "place", long_but((".".join(p) for p in PLACES if p[0] not in MANY_SLIPS), PLACES, ".".join)
)
def test_no_two_ways_to_a_part_are_the_same(place: tuple[str, str]) -> None:
    """They lead to different numbers on three draws in four, and nearly all on every draw.

    What cuts off, such as the positive part, is the identity wherever nothing is to be cut.
    """
    here = [way for way in WAYS if (way.exercise, way.part) == place]
    for one, other in combinations(here, 2):
        apart = sum(
            float(np.max(np.abs(one.value(draw) - other.value(draw)))) > 1e-3
            for draw in drawn(place[0])
        )
        assert apart >= 0.75 * DRAWN, f"{one.id} and {other.id}"


def test_draws_are_the_same_always_and_others_under_another_salt() -> None:
    way = WAYS[0]
    first, again = list(draws(way, 3, "a")), list(draws(way, 3, "a"))
    others = list(draws(way, 3, "b"))
    for one, same in zip(first, again, strict=True):
        assert all((one.given[name] == same.given[name]).all() for name in one.given)
        assert set(one.right) == {part.name for part in exercise(way.exercise).parts}
    weights = {draw.given["W_f"].tobytes() for draw in (*first, *others)}
    assert len(weights) == 6
