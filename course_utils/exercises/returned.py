"""What a function returned, taken as the values that were asked for.

People return more than was asked for, or in another order. Which value is which is told by the form
alone, the same for all calls; where more than one reading is possible, the one with the most right
values is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import Any

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.answers import AnswerError, as_answer, is_missing
from course_utils.exercises.problem import Problem
from course_utils.exercises.tolerance import CODE

_MOST_NUMBERS = 10_000
_MOST_ORDERED = 4
"""Of more values not every order is tried."""


Place = tuple[int | str, ...]
"""The steps that lead to a value; () is all that is returned."""


class ReturnedError(Exception):
    """What was returned cannot be taken for what was asked for. The message is for the student."""


@dataclass(frozen=True)
class Reading:
    """Where in what is returned each value is."""

    places: Mapping[str, Place]
    """By part."""
    exchanged: frozenset[str] = frozenset()
    """Parts that are where another one was asked for."""
    note: str = ""
    """What to say of more than was asked for. It costs nothing."""

    def take(self, got: Any) -> dict[str, Any]:
        """Return the values by part, unread. Raises ReturnedError for another form."""
        if any(self.places.values()):
            got = _as_sequence(got)
        return {name: _at(got, place) for name, place in self.places.items()}


@dataclass(frozen=True)
class Returned:
    """The values of every trial by one reading."""

    reading: Reading
    values: Sequence[Mapping[str, Array]]
    """By trial and part; a part that is no numbers in some trial is in none."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """By part: what is wrong with its form. Numbers of another shape are among the values too."""
    right: frozenset[str] = frozenset()
    """The parts that are right in every trial."""


def ways_to_read(
    exercise: Problem, returned: Sequence[Any], rights: Sequence[Mapping[str, Array]]
) -> list[Returned]:
    """Return what was returned in every trial, by each reading; the best of them first.

    Raises ReturnedError where there is none.
    """
    found = [_read(reading, returned, rights) for reading in _readings(exercise, returned[0])]
    missing = {id(one): len(exercise.returns) - len(one.reading.places) for one in found}
    found.sort(key=lambda one: (-len(one.right), missing[id(one)], len(one.errors)))
    best = found[0]
    if not best.right and (missing[id(best)] or _is_one(returned[0], best)):
        raise _too_few(exercise, returned[0])
    return found


def _is_one(got: Any, by: Returned) -> bool:
    """Tell whether one vector was taken for several values of which none can be read."""
    unread = len(by.errors) == len(by.reading.places) > 1
    return unread and isinstance(got, list | np.ndarray) and not any(map(_is_several, got))


def _read(
    reading: Reading, returned: Sequence[Any], rights: Sequence[Mapping[str, Array]]
) -> Returned:
    values: list[dict[str, Array]] = []
    errors: dict[str, str] = {}
    for got, right in zip(returned, rights, strict=True):
        values.append({})
        for name, value in reading.take(got).items():
            if is_missing(value):
                errors.setdefault(name, f"{name} is not returned.")
                continue
            try:
                values[-1][name] = as_answer(name, value, right[name].shape)
            except AnswerError as error:
                errors.setdefault(name, str(error))
                array = _of_any_shape(value)
                if array is not None:
                    values[-1][name] = array
    for name in errors:
        if not all(name in one for one in values):
            for one in values:
                one.pop(name, None)
    trials = list(zip(values, rights, strict=True))
    everywhere = (
        name
        for name in values[0]
        if all(CODE.miss(value[name], right[name]) <= 1 for value, right in trials)
    )
    return Returned(reading, values, errors, frozenset(everywhere))


def _as_sequence(got: Any) -> Any:
    """Return another library's tensor as an array: several values may be stacked in it."""
    if isinstance(got, np.ndarray) or not hasattr(type(got), "__array__"):
        return got
    try:
        return np.array(got)
    except Exception:  # whatever an object does when it is looked at
        return got


def _is_several(got: Any) -> bool:
    return isinstance(got, tuple | list) or (isinstance(got, np.ndarray) and got.ndim > 0)


def _of_any_shape(value: Any) -> Array | None:
    """Return numbers of a shape that was not asked for: a slip may give it."""
    if not isinstance(value, np.ndarray | list | tuple):
        return None
    try:
        array: Array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.size <= _MOST_NUMBERS and np.isfinite(array).all() else None


def _readings(exercise: Problem, got: Any) -> list[Reading]:
    names = exercise.returns
    if is_missing(got):
        raise ReturnedError("The function returns nothing (None); a return line may be missing.")
    if isinstance(got, Mapping):
        return [Reading({name: (name,) for name in names})]
    if len(names) == 1:
        longer = _longer(exercise, got) if isinstance(got, tuple | list) else []
        return [_placed(names, [()]), *longer]
    got = _as_sequence(got)
    one_value = [] if isinstance(got, tuple) else [_placed([name], [()]) for name in names]
    if not _is_several(got):
        return one_value
    places: list[Place] = [(k,) for k in range(len(got))]
    if len(got) < len(names):
        return [_placed(few, places) for few in combinations(names, len(got))] + one_value
    in_order = [_placed(names, places)] if len(got) == len(names) else []
    in_order += _longer(exercise, got) if isinstance(got, tuple | list) else []
    orders = list(permutations(names))[1:] if len(names) <= _MOST_ORDERED else []
    return [*in_order, *(_in(order, one) for one in in_order for order in orders), *one_value]


def _longer(exercise: Problem, got: Sequence[Any]) -> list[Reading]:
    """Return the readings of more values than were asked for.

    What was asked for stands first or last, alone or as a tuple, or among all parts of the working.
    """
    names, parts = exercise.returns, [part.name for part in exercise.parts]
    found: list[list[Place]] = []
    for start in (0, len(got) - len(names)) if len(got) > len(names) else ():
        found.append([(start + k,) for k in range(len(names))])
    if len(got) == len(parts) > len(names):
        found.append([(parts.index(name),) for name in names])
    for k in sorted({0, len(got) - 1}) if len(names) > 1 and got else ():
        if isinstance(got[k], tuple | list) and len(got[k]) == len(names):
            found.append([(k, n) for n in range(len(names))])
    are = "is" if len(names) == 1 else "are"
    note = f"More is returned than was asked for: only {' and '.join(names)} {are} marked."
    return [_placed(names, places, note) for places in found]


def _placed(names: Sequence[str], places: Sequence[Place], note: str = "") -> Reading:
    return Reading(dict(zip(names, places, strict=True)), note=note)


def _in(order: Sequence[str], reading: Reading) -> Reading:
    """Return the same places with the values in another order."""
    exchanged = (one for one, other in zip(order, reading.places, strict=True) if one != other)
    places = dict(zip(order, reading.places.values(), strict=True))
    return Reading(places, frozenset(exchanged), reading.note)


def _at(got: Any, place: Place) -> Any:
    for step in place:
        if isinstance(got, Mapping):
            got = got.get(step)
        elif isinstance(got, tuple | list | np.ndarray) and np.ndim(step) == 0:
            if not isinstance(step, int) or step >= len(got):
                raise ReturnedError("The function does not always return as many values.")
            got = got[step]
        else:
            raise ReturnedError("The function does not always return values of the same form.")
    return got


def _too_few(exercise: Problem, got: Any) -> ReturnedError:
    names = exercise.returns
    return ReturnedError(
        f"The function returns one {type(got).__name__}, "
        f"expected {len(names)} values: {', '.join(names)}."
    )
