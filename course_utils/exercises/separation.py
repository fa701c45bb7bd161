"""Data that tell right from wrong: drawn again until every slip shows."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.drawing import Draws
from course_utils.exercises.mixed_up import mixed_up
from course_utils.exercises.problem import Problem
from course_utils.exercises.rules import Slips, pairs, singles
from course_utils.exercises.tolerance import EXACT, Tolerance

APART = 2.2
"""By how many tolerances some entry of two answers differs that can be told apart, both rounded."""

_MOST_SAMPLES = 5000
_MOST_FIT = 80
"""How many samples fit for hand work are looked at before the best of them is taken."""

_MOST_SORTED = 30
"""So many samples fit for hand work are put in order by how many neighbours they mix up."""

_CROWDED = 0.04
"""The share of pairs of slips that may give the numbers of another pair."""

Answer = dict[str, "Array"]


class Meetings(NamedTuple):
    """How many answers of one draw are not told apart, the worst kind first."""

    hidden: int
    """slips, and pairs of slips, that give the right answer"""
    alike: int
    """slips that give the answer of another"""
    slight: int
    """slips that change one whole number of three or more, as a copying slip does"""
    swallowed: int
    """pairs that give the answer of a single slip"""
    crowded: float
    """the share of pairs that give the answer of another pair"""

    @property
    def clean(self) -> bool:
        """Tell whether the marker can name everything but a few pairs."""
        return not any(self[:4]) and self.crowded <= _CROWDED


def draw_apart(exercise: Problem, draws: Draws) -> dict[str, npt.ArrayLike]:
    """Draw data until right, single slips and pairs all give different answers.

    Pairs among each other may meet now and then (the marker then leaves them unnamed). Where many
    draws are not enough the best of them is taken. From version 3 on, those come first that also
    tell the neighbours of the exercise's formulas apart. Raises RuntimeError where none is fit for
    hand work, or one with a slip that changes nothing is the best: then the definition is at fault.
    """
    best: tuple[Meetings, dict[str, npt.ArrayLike]] | None = None
    looked_at = 0
    for data in _samples(exercise, draws):
        meetings = _meetings(exercise, data)
        if meetings is None:
            continue
        if best is None or meetings < best[0]:
            best = meetings, data
        looked_at += 1
        if best[0].clean or looked_at == _MOST_FIT:
            break
    if best is None or best[0].hidden:
        raise RuntimeError(f"{exercise.id}: no draw tells every slip from the right answer")
    return best[1]


def _samples(exercise: Problem, draws: Draws) -> Iterator[dict[str, npt.ArrayLike]]:
    """Yield samples as they are drawn; from version 3 on, some that are fit are sorted first."""
    assert exercise.sample is not None
    sort = exercise.drawing >= 3 and exercise.formulas is not None
    fit: list[tuple[int, int, dict[str, npt.ArrayLike]]] = []
    for k in range(_MOST_SAMPLES):
        data = exercise.sample(draws, **exercise.sizes)
        if not sort:
            yield data
            continue
        given, right = _worked(exercise, data)
        if exercise.accept(given, SimpleNamespace(**right)):
            fit.append((mixed_up(exercise, vars(given), right), k, data))
        if len(fit) == _MOST_SORTED:
            yield from (sample for _, _, sample in sorted(fit, key=lambda one: one[:2]))
            sort = False


def distinct_pairs(exercise: Problem) -> list[Slips]:
    """Return the pairs of slips that are not by their nature the same as fewer slips.

    "No activation" and "bias added after it" together are "no activation": such pairs give the
    same numbers on every draw, and are known by giving them on three draws of odd numbers.
    """
    return list(_distinct_pairs(exercise))


@lru_cache(maxsize=256)
def _distinct_pairs(exercise: Problem) -> tuple[Slips, ...]:
    samples = [SimpleNamespace(**data) for data in _odd_samples(exercise)]
    fewer = [
        [exercise.run(given, slips) for slips in [(), *singles(exercise.drawn_rules)]]
        for given in samples
    ]
    kept = []
    for pair in pairs(exercise.drawn_rules):
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


def patterns(exercise: Problem) -> list[list[str]]:
    """Return the parts of a full answer, and of one that leaves out what is optional."""
    full = [part.name for part in exercise.parts]
    short = [part.name for part in exercise.parts if not part.optional]
    return [full, short] if short != full else [full]


def _meetings(exercise: Problem, data: dict[str, npt.ArrayLike]) -> Meetings | None:
    """Count the answers that meet, or return None where the data are not fit for hand work."""
    given, right = _worked(exercise, data)
    if not exercise.accept(given, SimpleNamespace(**right)):
        return None
    single = [right, *(exercise.run(given, slips) for slips in singles(exercise.drawn_rules))]
    slight = sum(_slight(exercise, right, wrong) for wrong in single[1:])
    found = [_among_singles(exercise, single, asked) for asked in patterns(exercise)]
    if any(hidden or alike for hidden, alike in found):
        hidden, alike = map(max, zip(*found, strict=True))
        return Meetings(hidden, alike, slight, 0, 1.0)  # the pairs are not worth the while
    pair = [exercise.run(given, slips) for slips in distinct_pairs(exercise)]
    if not pair:
        return Meetings(0, 0, slight, 0, 0.0)
    worst = [_among_pairs(exercise, single, pair, asked) for asked in patterns(exercise)]
    hidden, swallowed, crowded = map(max, zip(*worst, strict=True))
    return Meetings(int(hidden), 0, slight, int(swallowed), float(crowded))


def _worked(exercise: Problem, data: Mapping[str, npt.ArrayLike]) -> tuple[SimpleNamespace, Answer]:
    """Return data as the reference takes them, and what is right."""
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in data.items()}
    given = SimpleNamespace(**arrays)
    return given, exercise.run(given)


def _slight(exercise: Problem, right: Answer, wrong: Answer) -> bool:
    """Tell whether the first part that is wrong is so in one whole number only, of three or more.

    Copying slips in whole numbers meet such a slip by chance.
    """
    for part in exercise.parts:
        off = part.tolerance.misses(wrong[part.name], right[part.name]) > 1
        if off.any():
            whole = part.tolerance == EXACT and part.method_marks
            return whole and off.size >= 3 and int(off.sum()) == 1
    return False


def _among_singles(
    exercise: Problem, answers: Sequence[Answer], asked: list[str]
) -> tuple[int, int]:
    """How many single slips meet the right answer (the first), and how many each other."""
    table = _table(exercise, answers, asked)
    near = _distances(table, table, _scales(exercise, answers[0], asked)) <= APART
    hidden = int(near[1:, 0].sum())
    return hidden, int(np.triu(near[1:, 1:], k=1).sum())


def _among_pairs(
    exercise: Problem, single: Sequence[Answer], pair: Sequence[Answer], asked: list[str]
) -> tuple[int, int, float]:
    """How many pairs meet the right answer, how many a single slip, which share another pair."""
    few, two = _table(exercise, single, asked), _table(exercise, pair, asked)
    scale = _scales(exercise, single[0], asked)
    near = _distances(two, few, scale) <= APART
    among = _distances(two, two, scale) + np.diag(np.full(len(two), np.inf))
    crowded = float(np.mean(among.min(axis=1) <= 1.0))
    return int(near[:, 0].sum()), int(near[:, 1:].any(axis=1).sum()), crowded


def _table(exercise: Problem, answers: Sequence[Answer], asked: list[str]) -> Array:
    rows = [np.concatenate([a[name].ravel() for name in asked]) for a in answers]
    return np.array(rows) if rows else np.empty((0, 0))


def _scales(exercise: Problem, right: Answer, asked: list[str]) -> list[Tolerance]:
    return [exercise.part(name).tolerance for name in asked for _ in range(right[name].size)]


def _distances(a: Array, b: Array, scale: list[Tolerance]) -> Array:
    """Return, for each row of a and of b, the largest difference in units of the tolerance."""
    absolute, relative, _ = np.array(scale).T
    with np.errstate(invalid="ignore", over="ignore"):
        allowed = absolute + relative * np.abs(b)
        distances: Array = (np.abs(a[:, None] - b[None]) / allowed[None]).max(axis=-1)
    return np.nan_to_num(distances, nan=np.inf)


def _odd_samples(exercise: Problem) -> list[dict[str, Array]]:
    assert exercise.sample is not None
    found: list[dict[str, Array]] = []
    for k in range(_MOST_SAMPLES):
        data = exercise.sample(Draws(exercise.id, "odd", k), **exercise.sizes)
        arrays: dict[str, Array] = {n: np.asarray(v, dtype=np.float64) for n, v in data.items()}
        given = SimpleNamespace(**arrays)
        if exercise.accept(given, SimpleNamespace(**exercise.run(given))):
            found.append(arrays)
        if len(found) == 3:
            return found
    raise RuntimeError(f"{exercise.id}: no sample of {_MOST_SAMPLES} is fit for hand work")


def _identical(a: Answer, b: Answer, asked: list[str]) -> bool:
    return all(np.allclose(a[name], b[name], rtol=1e-9, atol=1e-9) for name in asked)
