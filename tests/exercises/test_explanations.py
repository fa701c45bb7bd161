"""How many of the wrong ways on the lists are explained rightly: floors that hold.

`python -m benchmarks marking` measures all of them.
"""

from collections import Counter
from collections.abc import Sequence

import pytest

from tests.exercises.explanations import explained
from tests.exercises.more_wrong_ways import MORE_WAYS
from tests.exercises.wrong_ways import WAYS, Way, draws

FLOORS = [
    pytest.param(WAYS, "gru_conventions", 0.9, id="gru_conventions"),
    pytest.param(WAYS, "forget_gate", 0.75, id="forget_gate"),
    pytest.param(MORE_WAYS, "gru_conventions", 0.8, id="more-gru_conventions"),
    pytest.param(MORE_WAYS, "forget_gate", 0.8, id="more-forget_gate"),
]
"""The list, the exercise, and the share explained rightly, by hand at three digits."""


@pytest.mark.parametrize(("ways", "id", "floor"), FLOORS)
def test_wrong_ways_are_explained_rightly_and_none_wrongly(
    ways: Sequence[Way], id: str, floor: float
) -> None:
    found: Counter[str] = Counter()
    for way in ways:
        if way.exercise == id:
            for draw in draws(way, 1, "marked"):
                if way.shows(draw):
                    found[explained(way, draw)] += 1
    assert found["rightly"] >= floor * found.total()
    assert found["wrongly"] == 0
