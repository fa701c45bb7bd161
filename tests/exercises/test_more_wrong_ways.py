"""The lists of wrong ways that came later, and were held out, are fit to measure by."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from course_utils.exercises import exercise
from tests.exercises.fifth_ways import FIFTH_REPEATED_WAYS, FIFTH_WAYS, WAYS_ELSEWHERE
from tests.exercises.fourth_ways import FOURTH_REPEATED_WAYS, FOURTH_WAYS
from tests.exercises.fresh_ways import FRESH_WAYS, REPEATED_WAYS
from tests.exercises.held_out_ways import HELD_OUT_WAYS, SECOND_HELD_OUT_WAYS
from tests.exercises.more_wrong_ways import MORE_WAYS
from tests.exercises.seventh_ways import SEVENTH_WAYS
from tests.exercises.sixth_ways import SIXTH_FIXED_WAYS, SIXTH_WAYS
from tests.exercises.test_wrong_ways import MANY_SLIPS
from tests.exercises.wrong_ways import WAYS, Draw, Way, draws
from tests.tiers import long_but

pytestmark = pytest.mark.slow

DRAWN = 20
LATER = [
    *MORE_WAYS,
    *HELD_OUT_WAYS,
    *SECOND_HELD_OUT_WAYS,
    *FRESH_WAYS,
    *FOURTH_WAYS,
    *FIFTH_WAYS,
    *WAYS_ELSEWHERE,
]
SAMPLES = {"sixth": [*SIXTH_WAYS, *SIXTH_FIXED_WAYS], "seventh": SEVENTH_WAYS}
"""Each a sample of its own, not compared with other lists."""
SAMPLED = [way for sample in SAMPLES.values() for way in sample]
REPEATED = [*REPEATED_WAYS, *FOURTH_REPEATED_WAYS, *FIFTH_REPEATED_WAYS]


def exercises_of(ways: list[Way]) -> list[Any]:
    asked = {way.exercise for way in ways}
    return long_but(asked - MANY_SLIPS, sorted(asked))


@cache
def drawn(exercise: str) -> list[Draw]:
    first = next(way for way in [*LATER, *SAMPLED] if way.exercise == exercise)
    return list(draws(first, DRAWN, "held here"))


def test_there_are_as_many_as_were_asked_for_and_no_id_twice() -> None:
    assert len(MORE_WAYS) >= 100
    assert len(HELD_OUT_WAYS) >= 150
    assert len(FRESH_WAYS) >= 150
    assert len(FOURTH_WAYS) >= 60
    assert len(FIFTH_WAYS) >= 80
    assert len(WAYS_ELSEWHERE) >= 80
    assert len(SIXTH_WAYS) >= 180
    assert len(SEVENTH_WAYS) >= 150
    ids = [way.id for way in [*WAYS, *LATER, *REPEATED, *SAMPLED]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("id", exercises_of(LATER))
def test_each_is_wrong_and_no_other_of_any_list(id: str) -> None:
    each_is_wrong_and_no_other(LATER, id, WAYS)


@pytest.mark.parametrize("id", exercises_of(SAMPLED))
def test_each_of_a_sample_is_wrong_and_no_other_of_its_own(id: str) -> None:
    for sample in SAMPLES.values():
        each_is_wrong_and_no_other(sample, id, [])


def each_is_wrong_and_no_other(ways: list[Way], id: str, older: list[Way]) -> None:
    ex = exercise(id)
    parts = [part.name for part in ex.parts]
    before = [way for way in older if way.exercise == id]
    for way in (way for way in ways if way.exercise == id):
        assert set(way.takes) <= {*drawn(id)[0].given, *parts[: parts.index(way.part)]}
        tolerance = ex.part(way.part).tolerance
        shown = [draw for draw in drawn(id) if way.shows(draw)]
        wrong = sum(tolerance.miss(way.value(d), d.right[way.part]) > 1 for d in shown)
        assert len(shown) >= DRAWN / 2
        assert wrong >= 0.8 * len(shown), way.id
        for other in before:
            if other.part == way.part:
                off = [np.abs(way.value(d) - other.value(d)).max() > 1e-3 for d in drawn(id)]
                assert sum(off) >= 0.7 * DRAWN, f"{way.id} and {other.id}"
        before.append(way)
