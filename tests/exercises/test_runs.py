"""Runs of the reference that the marker spares itself."""

import numpy as np
import pytest

from course_utils.exercises import exercise
from course_utils.exercises.diagnosis import Sheet
from course_utils.exercises.drawing import Draws
from course_utils.exercises.rules import pairs


@pytest.mark.parametrize("id", ["forget_gate", "gru_step", "lstm_states", "lstm_step", "rnn_step"])
def test_a_slip_that_comes_into_play_later_changes_nothing_before(id: str) -> None:
    """What the marker takes from runs with fewer slips is what the run itself gives."""
    ex = exercise(id)
    given = ex.given(ex.sample(Draws(ex.id), **ex.sizes))  # type: ignore[misc]
    own = {name: value + 0.1 for name, value in ex.run(given).items()}
    sheet = Sheet(ex, given, own)
    for slips in pairs(ex.rules):
        for of_own in (False, True):
            full = ex.run(given, slips, own if of_own else None)
            for name, value in full.items():
                np.testing.assert_array_equal(sheet._value(name, slips, of_own), value)
    first = Sheet(ex, given, own)
    for slips in pairs(ex.rules):
        first._value(ex.parts[0].name, slips)
    assert len(first._runs) < len(pairs(ex.rules))
