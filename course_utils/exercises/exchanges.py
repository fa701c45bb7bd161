"""Quantities exchanged: one of the question's vectors or matrices taken in the place of another.

The catalogue lists the exchanges that people are known to make. These are all others of the same
shape, so that nobody is told of an arithmetic slip whose every entry is right with o in the place
of i.
"""

from collections.abc import Mapping
from itertools import permutations
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.problem import Problem
from course_utils.exercises.rules import Slip


class Exchange(NamedTuple):
    """`taken` in the place of `due`: names of data, or of parts worked out before."""

    taken: str
    due: str

    def slip(self, topic: str) -> Slip:
        """Return it as a slip that can be named."""
        return Slip(
            f"{self.taken} for {self.due}",
            None,
            f"This is what comes out with {self.taken} in the place of {self.due}.",
            "Compare your line with the course's, symbol by symbol.",
            topic,
        )


def exchanges(
    exercise: Problem, given: Any, values: Mapping[str, Array], own: Mapping[str, Array]
) -> dict[Exchange, dict[str, Array]]:
    """Return every exchange and what each part is with it, going on from the parts in `own`.

    `values` holds the parts as this student has them, for what is taken from there. Exercises that
    ask for texts have no exchanges.
    """
    if any(part.read is not None for part in exercise.parts):
        return {}
    data = {name: value for name, value in vars(given).items() if name not in exercise.whole}
    quantities = data | dict(values)
    found = {}
    for taken, due in permutations(quantities, 2):
        value = quantities[taken]
        if not _alike(taken, due, quantities) or np.array_equal(value, quantities[due]):
            continue
        if due in data:
            swapped, going_on = SimpleNamespace(**(vars(given) | {due: value})), own
        else:
            swapped, going_on = given, {**own, due: value}
        found[Exchange(taken, due)] = exercise.run(swapped, (), going_on)
    return found


def _alike(one: str, other: str, quantities: Mapping[str, Array]) -> bool:
    """Tell whether two quantities are of one shape, and both biases or neither."""
    same_kind = one.startswith("b_") == other.startswith("b_")
    return same_kind and np.shape(quantities[one]) == np.shape(quantities[other])
