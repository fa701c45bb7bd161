"""An exercise made as small as it gets: one unit that reads one number."""

from dataclasses import replace

import numpy as np

from course_utils.exercises.definition import Exercise
from course_utils.exercises.problem import another_sample
from course_utils.exercises.rules import Rule, Slip

_SAMPLES = 12
_DRAWING = 2


def one_unit(exercise: Exercise) -> Exercise:
    """Return `exercise` with every size 1, as "gru_step_one_unit".

    Slips that change nothing at this size are no mistakes there and are left out: one unit's
    weights have no transpose, and a reset before or after the product is the same.
    """
    small = replace(
        exercise,
        id=f"{exercise.id}_one_unit",
        title=f"{exercise.title}, one unit",
        sizes=dict.fromkeys(exercise.sizes, 1),
        drawing=_DRAWING,
    )
    return replace(small, rules=tuple(_visible(small, rule) for rule in small.rules))


def _visible(small: Exercise, rule: Rule) -> Rule:
    return replace(rule, slips=tuple(slip for slip in rule.slips if _changes(small, slip)))


def _changes(small: Exercise, slip: Slip) -> bool:
    """Whether the slip changes some part of some sample."""
    for k in range(_SAMPLES):
        given = small.given(another_sample(small, k))
        right, wrong = small.run(given), small.run(given, (slip,))
        if any(not np.allclose(right[part.name], wrong[part.name]) for part in small.parts):
            return True
    return False
