"""What is said of the values of a function: a slip is named where it gives them in every trial."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from types import SimpleNamespace
from typing import Any, Self

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.diagnosis import describe, same_again, where_to_read
from course_utils.exercises.nearest import throughout
from course_utils.exercises.problem import Problem
from course_utils.exercises.returned import Returned
from course_utils.exercises.rules import Slips, pairs, singles
from course_utils.exercises.tolerance import CODE
from course_utils.exercises.trials import fresh, in_words, sizes_of
from course_utils.exercises.verdict import PartVerdict

EXCHANGED = "values returned in another order"
"""The name of that slip."""

_EXCHANGED_MARKS = 0.5
"""For a value that is right and is not where it was asked for."""

_MOST_STAGES = 4
"""A slip that can be made in more parts than so many is looked for in one of them, or all."""


@dataclass(frozen=True)
class Trial:
    """One set of data that the function was called with."""

    data: Mapping[str, Array]
    given: Any
    right: Mapping[str, Array]
    sizes: str

    @classmethod
    def drawn(cls, exercise: Problem, seed: object, k: int) -> Self:
        """Draw the data of trial k."""
        data = fresh(exercise, seed, k)
        given = SimpleNamespace(**data)
        return cls(data, given, exercise.run(given), in_words(sizes_of(exercise, k)))


@dataclass(frozen=True)
class Explanation:
    """Slips, made throughout or in the working of some parts only."""

    slips: Slips
    only: frozenset[str] | None = None


class Diagnosis:
    """A function's values beside what the reference gives with slips, in every trial.

    A slip is looked for that explains all values that were returned, before one that explains one
    of them; and one slip before two. Nothing is named that does not give the values of all trials
    to 1e-6. In code nothing follows: a value that is right for an earlier wrong one earns nothing.
    """

    def __init__(self, exercise: Problem, trials: Sequence[Trial]) -> None:
        self._exercise = exercise
        self._trials = trials
        self._runs: dict[tuple[Explanation, int], dict[str, Array]] = {}

    def best(self, ways: Sequence[Returned]) -> Returned:
        """Return the reading with the most right values, or else one that a slip explains."""
        if not ways[0].right:
            for one in ways:
                if one.values[0] and self._throughout(one, (self._singles(), self._staged())):
                    return one
        return ways[0]

    def say(self, returned: Returned) -> dict[str, PartVerdict]:
        """Return what is said of each value that was asked for."""
        said: dict[str, PartVerdict] = {}
        self._told: list[str] = []
        self._wrong: list[str] = []
        levels = (self._singles(), self._staged(), self._pairs())
        all_right = set(returned.right) == set(self._exercise.returns)
        all_values = [] if all_right else self._throughout(returned, levels)
        for name in self._exercise.returns:
            said[name] = self._say(name, returned, all_values)
            if said[name].score < 1 and name not in returned.right:
                self._wrong.append(name)
        return said

    def _say(self, name: str, returned: Returned, all_values: list[Explanation]) -> PartVerdict:
        if name in returned.right:
            return _right(name, returned, self._exercise.returns)
        if name not in returned.values[0]:
            return PartVerdict.wrong(returned.errors.get(name, f"{name} is not returned."))
        found = [self._least(one, name, returned) for one in all_values]
        goes_on = bool(self._wrong) and not any(_fixed(one, returned) for one in self._wrong)
        if not found and goes_on and self._gives(Explanation(()), name, returned, own=True):
            of = " and ".join(self._wrong)
            return PartVerdict.wrong(f"This follows from your {of}, and counts once that is right.")
        found = found or self._of_one(name, returned, goes_on)
        names = list(dict.fromkeys(tuple(slip.name for slip in one.slips) for one in found))
        if len(names) == 1:
            return self._named(found[0])
        if names and all(len(one) == 1 for one in names):
            alike = " or ".join(one for (one,) in names)
            return PartVerdict.wrong(
                f"Not right: this is what one gets by {alike}; the values cannot tell which."
            )
        return PartVerdict.wrong(returned.errors.get(name) or self._unnamed(name, returned))

    def _named(self, found: Explanation) -> PartVerdict:
        new = [slip for slip in found.slips if slip.name not in self._told]
        names = tuple(slip.name for slip in new or found.slips)
        if not new:
            return PartVerdict.wrong(same_again(names), slips=names)
        self._told += names
        meeting = "Two slips meet here. " if len(new) > 1 else ""
        return PartVerdict.wrong(
            meeting + describe(tuple(new)),
            slips=names,
            read=where_to_read(tuple(new)),
            remark=f"Only in {' and '.join(sorted(found.only))}." if found.only else "",
        )

    def _unnamed(self, name: str, returned: Returned) -> str:
        wrong = [
            trial.sizes
            for trial, values in zip(self._trials, returned.values, strict=True)
            if CODE.miss(values[name], trial.right[name]) > 1
        ]
        if len(wrong) == len(self._trials):
            trials = [
                (trial.data, trial.right[name], values[name])
                for trial, values in zip(self._trials, returned.values, strict=True)
            ]
            found = throughout(self._exercise, name, trials)
            if found is not None:
                return found.in_words(name)
            first = " This is the first value that goes wrong." if not self._wrong else ""
            return f"Not right, and no slip that is known gives this.{first}"
        if self._trials[0].sizes in wrong:
            return "Right for some numbers, and not for all."
        sizes = " or ".join(dict.fromkeys(wrong))
        usual = self._trials[0].sizes
        return f"Right for {usual}, and not for {sizes}: are sizes written into the code?"

    def _throughout(
        self, returned: Returned, levels: Iterable[Iterable[Explanation]]
    ) -> list[Explanation]:
        """Return the simplest that explains every value; several where none is simpler."""
        names = [name for name in self._exercise.returns if name in returned.values[0]]
        for level in levels:
            found = [one for one in level if all(self._gives(one, n, returned) for n in names)]
            if found:
                return found
        return []

    def _of_one(self, name: str, returned: Returned, goes_on: bool) -> list[Explanation]:
        """Return the simplest that explains this value: from the data, or from earlier ones."""
        for level in (self._singles(), self._staged(), self._pairs()):
            found = [
                one
                for one in level
                if self._gives(one, name, returned)
                or (goes_on and self._gives(one, name, returned, own=True))
            ]
            if found:
                return found
        return []

    def _least(self, found: Explanation, name: str, returned: Returned) -> Explanation:
        """Return of two slips the one that explains this value by itself, if one does."""
        alone = [Explanation((slip,)) for slip in found.slips] if len(found.slips) > 1 else []
        return next((one for one in alone if self._gives(one, name, returned)), found)

    def _gives(self, one: Explanation, name: str, returned: Returned, *, own: bool = False) -> bool:
        return all(
            CODE.miss(values[name], self._run(one, k, values if own else None)[name]) <= 1
            for k, values in enumerate(returned.values)
        )

    def _run(
        self, one: Explanation, k: int, own: Mapping[str, Array] | None = None
    ) -> Mapping[str, Array]:
        if own is not None:
            return self._exercise.run(self._trials[k].given, one.slips, own, one.only)
        if (one, k) not in self._runs:
            given = self._trials[k].given
            self._runs[one, k] = self._exercise.run(given, one.slips, None, one.only)
        return self._runs[one, k]

    def _singles(self) -> list[Explanation]:
        return [Explanation(slips) for slips in singles(self._exercise.rules)]

    def _pairs(self) -> list[Explanation]:
        return [Explanation(slips) for slips in pairs(self._exercise.rules)]

    def _staged(self) -> list[Explanation]:
        """Return each slip made in some of the parts in which it can be made."""
        return list(_staged(self._exercise))


@lru_cache(maxsize=256)
def _staged(exercise: Problem) -> tuple[Explanation, ...]:
    given = SimpleNamespace(**fresh(exercise, "stages", 0))
    right = exercise.run(given)
    found = []
    for slips in singles(exercise.rules):
        stages = [
            part.name
            for part in exercise.parts
            if _changes(exercise.run(given, slips, None, frozenset([part.name])), right, part.name)
        ]
        most = len(stages) if len(stages) <= _MOST_STAGES else 2
        for size in range(1, most):
            found += [Explanation(slips, frozenset(few)) for few in combinations(stages, size)]
    return tuple(found)


def _changes(wrong: Mapping[str, Array], right: Mapping[str, Array], name: str) -> bool:
    return not np.allclose(wrong[name], right[name], rtol=1e-9, atol=1e-9, equal_nan=True)


def _fixed(name: str, returned: Returned) -> bool:
    """Tell whether a value is the same whatever the arguments are: nothing is concluded from it."""
    by_shape: dict[tuple[int, ...], Array] = {}
    for values in returned.values:
        if name not in values:
            return True
        first = by_shape.setdefault(values[name].shape, values[name])
        if not np.array_equal(first, values[name]):
            return False
    return True


def _right(name: str, returned: Returned, wanted: tuple[str, ...]) -> PartVerdict:
    if name not in returned.reading.exchanged:
        return PartVerdict.right()
    message = f"The value is right, but in another place: {', '.join(wanted)} were asked for."
    return PartVerdict.wrong(message, score=_EXCHANGED_MARKS, slips=(EXCHANGED,))
