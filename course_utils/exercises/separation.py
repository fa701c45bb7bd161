"""Data that tell right from wrong: drawn again until every slip shows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from course_utils.exercises.drawing import Draws
from course_utils.exercises.rules import Slips, pairs, singles

if TYPE_CHECKING:
    from course_utils.cells.checks import Array
    from course_utils.exercises.definition import Exercise

APART = 2.2
"""By how many tolerances some entry of two answers differs that can be told apart, both rounded."""

_MOST_DRAWS = 400
_CROWDED = 0.04
"""The share of pairs of slips that may give the numbers of another pair."""

Answer = dict[str, "Array"]


def draw_apart(exercise: Exercise, draws: Draws) -> dict[str, npt.ArrayLike]:
    """Draw data until right, single slips and pairs all give different answers.

    Pairs among each other may meet now and then (the marker then leaves them unnamed). Raises
    RuntimeError where no draw will do: then a slip of the definition changes nothing.
    """
    assert exercise.sample is not None
    best: tuple[float, dict[str, npt.ArrayLike]] | None = None
    good = 0
    for _ in range(_MOST_DRAWS):
        data = exercise.sample(draws, **exercise.sizes)
        crowding = _crowding(exercise, data)
        if crowding is None:
            continue
        if best is None or crowding < best[0]:
            best = crowding, data
        good += 1
        if best[0] <= _CROWDED or good >= 8:
            return best[1]
    if best is None:
        raise RuntimeError(f"{exercise.id}: no draw of {_MOST_DRAWS} tells every slip from right")
    return best[1]


def distinct_pairs(exercise: Exercise) -> list[Slips]:
    """Return the pairs of slips that are not by their nature the same as fewer slips.

    "No activation" and "bias added after it" together are "no activation": such pairs give the
    same numbers on every draw, and are known by giving them on three draws of odd numbers.
    """
    return list(_distinct_pairs(exercise))


@lru_cache(maxsize=256)
def _distinct_pairs(exercise: Exercise) -> tuple[Slips, ...]:
    samples = [SimpleNamespace(**data) for data in _odd_samples(exercise)]
    fewer = [
        [exercise.run(given, slips) for slips in [(), *singles(exercise.rules)]]
        for given in samples
    ]
    kept = []
    for pair in pairs(exercise.rules):
        answers = [exercise.run(given, pair) for given in samples]
        for asked in patterns(exercise):
            same = any(
                all(_identical(answers[k], fewer[k][n], asked) for k in range(len(samples)))
                for n in range(len(fewer[0]))
            )
            if same:
                break
        else:
            kept.append(pair)
    return tuple(kept)


def patterns(exercise: Exercise) -> list[list[str]]:
    """Return the parts of a full answer, and of one that leaves out what is optional."""
    full = [part.name for part in exercise.parts]
    short = [part.name for part in exercise.parts if not part.optional]
    return [full, short] if short != full else [full]


def _crowding(exercise: Exercise, data: dict[str, npt.ArrayLike]) -> float | None:
    """Return the share of pairs that meet another pair, or None where the data will not do."""
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in data.items()}
    given = SimpleNamespace(**arrays)
    right = exercise.run(given)
    if not exercise.accept(given, SimpleNamespace(**right)):
        return None
    single = [exercise.run(given, slips) for slips in singles(exercise.rules)]
    worst = 0.0
    for asked in patterns(exercise):
        if not _all_apart(exercise, [right, *single], asked):
            return None
        double = [exercise.run(given, slips) for slips in distinct_pairs(exercise)]
        fewer = _table(exercise, [right, *single], asked)
        table = _table(exercise, double, asked)
        if not len(table):
            continue
        scale = _scales(exercise, right, asked)
        if np.any(_distances(table, fewer, scale).min(axis=1) <= APART):
            return None
        among = _distances(table, table, scale) + np.diag(np.full(len(table), np.inf))
        worst = max(worst, float(np.mean(among.min(axis=1) <= 1.0)))
    return worst


def _all_apart(exercise: Exercise, answers: Sequence[Answer], asked: list[str]) -> bool:
    table = _table(exercise, answers, asked)
    distances = _distances(table, table, _scales(exercise, answers[0], asked))
    return bool(np.all(distances + np.diag(np.full(len(table), np.inf)) > APART))


def _table(exercise: Exercise, answers: Sequence[Answer], asked: list[str]) -> Array:
    rows = [np.concatenate([a[name].ravel() for name in asked]) for a in answers]
    return np.array(rows) if rows else np.empty((0, 0))


def _scales(exercise: Exercise, right: Answer, asked: list[str]) -> list[tuple[float, float]]:
    return [exercise.part(name).tolerance for name in asked for _ in range(right[name].size)]


def _distances(a: Array, b: Array, scale: list[tuple[float, float]]) -> Array:
    """Return, for each row of a and of b, the largest difference in units of the tolerance."""
    absolute, relative = np.array(scale).T
    with np.errstate(invalid="ignore", over="ignore"):
        allowed = absolute + relative * np.abs(b)
        distances: Array = (np.abs(a[:, None] - b[None]) / allowed[None]).max(axis=-1)
    return np.nan_to_num(distances, nan=np.inf)


def _odd_samples(exercise: Exercise) -> list[dict[str, Array]]:
    assert exercise.sample is not None
    found: list[dict[str, Array]] = []
    for k in range(60):
        data = exercise.sample(Draws(exercise.id, "odd", k), **exercise.sizes)
        arrays: dict[str, Array] = {n: np.asarray(v, dtype=np.float64) for n, v in data.items()}
        given = SimpleNamespace(**arrays)
        if exercise.accept(given, SimpleNamespace(**exercise.run(given))):
            found.append(arrays)
        if len(found) == 3:
            break
    return found


def _identical(a: Answer, b: Answer, asked: list[str]) -> bool:
    return all(np.allclose(a[name], b[name], rtol=1e-9, atol=1e-9) for name in asked)
