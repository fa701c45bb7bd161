"""The nearest formula: which neighbour of the course's line gives a student's numbers.

The catalogue of slips comes first and has its own words. Where it explains nothing, the numbers are
compared with those of every formula beside the right one. What is said is true of the numbers,
whatever the student thought.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from course_utils.cells.checks import Array
from course_utils.exercises.problem import Problem
from course_utils.exercises.tolerance import CODE, HAND, last_digits
from course_utils.formulas import Formula, Formulas, Variant
from course_utils.formulas.naming import text_of
from course_utils.formulas.neighbours import Twice, distinct, twice
from course_utils.formulas.nodes import Apply, Node, Symbol, substitute, symbols
from course_utils.formulas.together import together

BY_CHANCE = 0.01
"""A formula is named where fewer perturbed right answers than this share meet one as nearly; less
where it is less than half plausible."""

_PERTURBED = 1000
_STEPS = tuple(1 / n for n in (1, 2, 4, 5, 10, 20, 40, 50, 100, 200))
"""What round numbers may be multiples of."""
_ALIKE = 0.25
_MOST_SHOWN = 2
ONE_CHANGE = 0.4
"""One change is at least as plausible, two changes in one line are less so."""
_RIVAL = 0.6
"""A formula that fits as well is shown where it is not less plausible than this share."""
_MOST_ALIKE = 20
"""Of more candidates that fit alike the others are not looked at: too many are."""
_FINEST = 0.3
_AGAIN = 0.4
"""How plausible it is that a part that is shown was not used as shown."""
LIKELY = 0.7
"""A formula at least as plausible may be the reason for one entry that is off."""
_FEWEST = 2
"""Fewer values than these are met by chance: of a function, or entries that are off."""
_FEWEST_OF_TWO_DIGITS = 3
"""Of two digits, rounded, it takes as many as two entries of three digits have."""

Places = npt.NDArray[np.intp]
Shapes = tuple[tuple[str, tuple[int, ...]], ...]
Trial = tuple[Mapping[str, Array], Array, Array]


class Candidate(NamedTuple):
    """One change: in one line, or the same in every line that is built alike."""

    lines: tuple[Formula, ...]
    """The course's."""
    variants: tuple[Variant, ...]
    """What stands in their place."""
    tree: Node
    """The part that was asked for, with them."""
    again: bool = False
    """A part that is shown was worked out once more on the way."""

    @property
    def plausibility(self) -> float:
        return self.variants[0].plausibility * (_AGAIN if self.again else 1.0)


class _Scale(NamedTuple):
    """How near is near."""

    allowed: Callable[[Array], Array]
    """How far each entry of each row may be off."""
    finest: float
    """What the rounding of the answer alone may miss, in units of that."""
    alike: float
    """Two formulas whose misses differ by less than this are not told apart."""
    least: Array
    """By more than this an entry of the answer differs from the right one."""


class Nearest(NamedTuple):
    """The formulas that give an answer, and how sure that is."""

    found: tuple[Candidate, ...]
    """One, or two that fit alike."""
    certain: bool
    own: bool = False
    """They go on from the student's own earlier values."""
    nearly: bool = False
    """They agree but for roundings on the way, which keeps them from being certain."""

    def as_well(self) -> str:
        """Say that these formulas give what a slip of the catalogue gives, too."""
        given = " and ".join(one.variants[0].formula.right for one in self.found)
        return f"On these numbers {given} would give the same: they cannot tell which."

    def in_words(self, name: str) -> str:
        """Say what the numbers of the part `name` are."""
        own = " from your own earlier values" if self.own else ""
        gives = [_gives(name, one) for one in self.found]
        if not self.certain:
            said = ", or that it is ".join(gives)
            return f"It may be that your {text_of(name)} is {said}{own}."
        if len(gives) > 1:
            said = f"{gives[0]}, and {gives[1]} as well{own}: these numbers cannot tell which"
            return f"Your {text_of(name)} is {said}. {_course(name, self.found[0])}."
        one = self.found[0]
        sentence = one.variants[0].sentence
        where = " in each of them" if len(one.lines) > 1 else ""
        return (
            f"Your {text_of(name)} is {gives[0]}{own}. "
            f"{_course(name, one)}: yours {sentence}{where}."
        )


def _gives(name: str, one: Candidate) -> str:
    if len(one.lines) == 1 and one.lines[0].name == name:
        return f"what {one.variants[0].formula.right} gives"
    lines = ", ".join(str(variant.formula) for variant in one.variants)
    return f"what comes out with {lines}"


def _course(name: str, one: Candidate) -> str:
    if len(one.lines) == 1 and one.lines[0].name == name:
        return f"The course's line is {one.lines[0].right}"
    verb = "lines are" if len(one.lines) > 1 else "line is"
    return f"The course's {verb} {', '.join(map(str, one.lines))}"


def candidates(
    exercise: Problem, name: str, shown: frozenset[str], data: Mapping[str, Array]
) -> tuple[Candidate, ...]:
    """Return what may have gone wrong on the way to a part, from the data and the parts shown.

    Optional parts that are not shown are worked within the lines that read them.
    """
    if exercise.formulas is None or name not in exercise.formulas:
        return ()
    within = _within(exercise, name, shown)
    return _candidates(exercise.formulas, name, shown, within, _shapes(exercise.formulas, data))


def worked_again(
    exercise: Problem, name: str, shown: frozenset[str], data: Mapping[str, Array]
) -> tuple[Candidate, ...]:
    """Return what comes of a mistake in a line taken together with one shown part that it reads.

    Who shows z rightly may have gone on from the data all the same: σ(W [h, x]) + b.
    """
    if exercise.formulas is None or name not in exercise.formulas:
        return ()
    within, shapes = _within(exercise, name, shown), _shapes(exercise.formulas, data)
    return _again(exercise.formulas, name, shown, within, shapes)


@lru_cache(maxsize=512)
def _again(
    formulas: Formulas, name: str, shown: frozenset[str], within: tuple[str, ...], shapes: Shapes
) -> tuple[Candidate, ...]:
    return tuple(
        one._replace(again=True)
        for part in symbols(formulas.inlined(*within)[name].tree)
        if part in shown and part in formulas
        for one in _candidates(formulas, name, shown - {part}, (*within, part), shapes)
    )


class InTwoWays(Sequence[Candidate]):
    """What comes of two mistakes in the line of a part, made as they are asked for."""

    def __init__(self, line: Formula, two: Twice) -> None:
        self._line, self._two = line, two
        self.plausibility = two.plausibility

    def __len__(self) -> int:
        return len(self._two)

    @overload
    def __getitem__(self, k: int) -> Candidate: ...
    @overload
    def __getitem__(self, k: slice) -> list[Candidate]: ...
    def __getitem__(self, k: int | slice) -> Candidate | list[Candidate]:
        if isinstance(k, slice):
            return [self[n] for n in range(*k.indices(len(self)))]
        tree, (one, other) = self._two.formula(k)
        words = f"{one.sentence}, and {other.sentence}"
        changed = Formula(self._line.name, tree)
        variant = Variant(changed, "two changes", words, (), float(self.plausibility[k]))
        return Candidate((self._line,), (variant,), tree)

    def values(self, known: Mapping[str, Array]) -> Array:
        """Return what each gives, one a row."""
        return self._two.values(known)


def in_two_ways(
    exercise: Problem, name: str, shown: frozenset[str], data: Mapping[str, Array]
) -> InTwoWays | None:
    """Return what comes of two mistakes in the line of a part; None where it reads another line."""
    if exercise.formulas is None or name not in exercise.formulas:
        return None
    lines = exercise.formulas.inlined(*_within(exercise, name, shown))
    given = _shapes(exercise.formulas, data)
    shapes = (*given, *((n, s) for n, s in _worked(exercise.formulas, given) if n in shown))
    line = lines[name]
    if not set(symbols(line.tree)) <= dict(shapes).keys():
        return None
    names = list(lines)[: list(lines).index(name)]
    before = {*names, *_worked_later(lines, [*names, name])}
    all_at_hand = (*given, *((n, s) for n, s in _worked(lines, given) if n in before))
    return InTwoWays(line, twice(line.tree, tuple(sorted(shapes)), tuple(sorted(all_at_hand))))


@lru_cache(maxsize=64)
def _worked(formulas: Formulas, given: Shapes) -> Shapes:
    """Return the shapes of all lines."""
    values = formulas.evaluate({name: np.zeros(shape) for name, shape in given})
    return tuple((name, value.shape) for name, value in values.items())


def _within(exercise: Problem, name: str, shown: frozenset[str]) -> tuple[str, ...]:
    formulas: Mapping[str, Formula] = exercise.formulas or {}
    optional = (part.name for part in exercise.parts if part.optional)
    return tuple(n for n in optional if n in formulas and n not in {*shown, name})


def _shapes(formulas: Formulas, data: Mapping[str, Array]) -> Shapes:
    return tuple((n, np.shape(value)) for n, value in data.items() if n not in formulas)


@lru_cache(maxsize=512)
def _candidates(
    formulas: Formulas, name: str, shown: frozenset[str], within: tuple[str, ...], shapes: Shapes
) -> tuple[Candidate, ...]:
    lines = formulas.inlined(*within)
    names = list(lines)[: list(lines).index(name) + 1]
    values: dict[str, Array] = {n: np.zeros(shape) for n, shape in shapes}
    found: list[Candidate] = []
    changed: dict[tuple[object, ...], list[tuple[Formula, Variant]]] = {}
    hidden = [n for n in names if n == name or n not in shown]
    later = _worked_later(lines, names)
    values |= {n: np.zeros(shape) for n, shape in _worked(lines, shapes) if n in later}
    for one in names:
        if one in hidden and _reads(lines, name, one, hidden):
            around = _inlined(lines, name, hidden, {one: Symbol(one)})
            before = {n: _inlined(lines, n, hidden, {}) for n in hidden[: hidden.index(one)]}
            built = _skeleton(lines[one].tree)
            for variant in lines[one].variants(values):
                wrong = substitute(substitute(variant.formula.tree, later), before)
                tree = substitute(around, {one: wrong})
                found.append(Candidate((lines[one],), (variant,), tree))
                changed.setdefault((variant.change, built), []).append((lines[one], variant))
        values[one] = lines[one].evaluate(values)
    for alike in changed.values():
        if len(alike) > 1:
            trees = {line.name: variant.formula.tree for line, variant in alike}
            right, wrong_ones = zip(*alike, strict=True)
            found.append(Candidate(right, wrong_ones, _inlined(lines, name, hidden, trees)))
    found.sort(key=lambda one: (-one.plausibility, one.lines[0].name != name))
    if len({line.name for one in found for line in one.lines}) < 2:
        return tuple(found)
    return _one_of_each(found, shapes, lines, values[name].size)


def _one_of_each(
    found: Sequence[Candidate], shapes: Shapes, lines: Formulas, size: int
) -> tuple[Candidate, ...]:
    """Leave out what always gives the same as one before it, by a change in another line."""
    known = tuple(sorted((*shapes, *_worked(lines, shapes))))
    trees = [one.tree for one in found]
    return tuple(found[k] for k in distinct(trees, known, size))


def _worked_later(lines: Formulas, names: Sequence[str]) -> dict[str, Node]:
    """Return what later lines are that do not rest on the last of `names`: h_t for h_{t-1}, say."""
    later: dict[str, Node] = {}
    for one, line in lines.items():
        tree = substitute(line.tree, later)
        unknown = set(lines) - set(names[:-1])
        if one not in names and not unknown & set(symbols(tree)):
            later[one] = tree
    return later


def _reads(lines: Formulas, name: str, one: str, hidden: Sequence[str]) -> bool:
    """Tell whether `one` has a part in what is worked out for `name`."""
    return name == one or any(
        used in hidden and used in lines and _reads(lines, used, one, hidden)
        for used in symbols(lines[name].tree)
    )


def _inlined(
    lines: Formulas, name: str, hidden: Sequence[str], instead: Mapping[str, Node]
) -> Node:
    """Return the tree of `name` over data and shown parts, with other trees for some lines."""
    put_in: dict[str, Node] = {}
    for one in lines:
        tree = substitute(instead.get(one, lines[one].tree), put_in)
        if one == name:
            return tree
        if one in hidden:
            put_in[one] = tree
    raise KeyError(name)


def _skeleton(node: Node) -> tuple[object, ...]:
    """Return how a tree is built, whatever its quantities and its functions are."""
    kind = "" if isinstance(node, Symbol) else type(node).__name__
    own = getattr(node, "value", None) if not isinstance(node, Apply) else None
    return (kind, own, *(_skeleton(child) for child in node.children))


def values_of(found: Sequence[Candidate], known: Mapping[str, Array], right: Array) -> Array:
    """Return what each candidate gives, one a row; NaN where it gives no such vector."""
    shapes = tuple((name, np.shape(value)) for name, value in known.items())
    trees = together(tuple(one.tree for one in found), shapes)
    return trees.values(known, right.size).reshape(-1, *right.shape)


class Tried(NamedTuple):
    """What some candidates give on one student's numbers."""

    found: Sequence[Candidate]
    plausibility: Array
    rows: Array
    """What each gives, one a row."""
    own: bool
    """They go on from the student's own earlier values."""
    shapes: Shapes
    """Those of the quantities that they are worked from."""


def tried(found: Sequence[Candidate], known: Mapping[str, Array], own: bool, right: Array) -> Tried:
    """Return what each of `found` gives for a part whose right value is `right`."""
    shapes = tuple((name, np.shape(value)) for name, value in known.items())
    if isinstance(found, InTwoWays):
        return Tried(found, found.plausibility, found.values(known), own, shapes)
    plausibility = np.array([one.plausibility for one in found])
    return Tried(found, plausibility, values_of(found, known, right), own, shapes)


def nearest(among: Sequence[Tried], answer: Array, right: Array, half: Array) -> Nearest | None:
    """Return the formulas that give `answer`, or None where none does.

    `half` is what the rounding of each entry may be off by.

    The search goes from the plausible to the far-fetched and ends where something fits; chance is
    counted over all that was tried till then. What agrees in every digit written comes first. What
    agrees but for roundings on the way may be, and is not more, unless all entries have two digits.
    Two changes make so many formulas that round numbers are met by them: chance counts with
    numbers as round as the answer's, and two digits that are rounded do not carry them.
    """
    rows = np.concatenate([one.rows for one in among])
    plausibility = np.concatenate([one.plausibility for one in among])
    written = last_digits(answer)
    by_hand = np.maximum(HAND.allowed(right), half)
    to_the_digit = _Scale(lambda rows: np.broadcast_to(written, rows.shape), 1.0, 1.0, written)
    near = _Scale(lambda rows: np.maximum(HAND.allowed(rows), half), _FINEST, _ALIKE, by_hand)
    for scale in (to_the_digit, near):
        fits = _fitting(answer, rows, scale)
        fits = fits[_off(right, rows[fits], HAND.allowed(rows[fits])) > 1]
        if len(fits):
            break
    else:
        return None
    misses = _off(answer, rows[fits], scale.allowed(rows[fits]))
    level = float(plausibility[fits].max())
    best = float(misses[plausibility[fits] >= level].min())
    least = _RIVAL * level
    alike = (plausibility[fits] >= least) & (misses <= best + scale.alike)
    nearest_first = np.argsort(misses[alike], kind="stable")[:_MOST_ALIKE]
    shown: dict[Node, tuple[Candidate, bool]] = {}
    for k in fits[alike][nearest_first]:
        one, own = _numbered(among, int(k))
        shown.setdefault(one.tree, (one, own))
    apart = distinct(list(shown), among[0].shapes, right.size)
    shown = {tree: shown[tree] for k, tree in enumerate(shown) if k in apart}
    off = np.abs(answer - right)
    several = int((off > by_hand).sum()) > 1
    rounded = bool((half > 0).all())
    to_two = scale is near and rounded
    differ = int((off > scale.least).sum())
    carried = differ >= (_FEWEST_OF_TWO_DIGITS if to_two else _FEWEST)
    if carried:
        tried_till_then = rows[plausibility >= level]
        allowed = max(best, scale.finest) * scale.allowed(tried_till_then)
        noise = np.where(
            off > by_hand, np.nan, np.where(off > scale.least, by_hand, scale.least) / 2
        )
        share = BY_CHANCE * min(1.0, 2 * level)
        step = _step(answer, right) if level < ONE_CHANGE else 0.0
        too_few = to_two or (rounded and differ < _FEWEST_OF_TWO_DIGITS)
        carried = not (level < ONE_CHANGE and not step and too_few) and _met_by_fewer(
            share, tried_till_then, answer, right, allowed, noise, step
        )
    certain = carried and (scale is to_the_digit or to_two)
    may_be = level >= ONE_CHANGE if carried else not several and level >= LIKELY
    if len(shown) > _MOST_SHOWN or not (certain or may_be):
        return None
    kept = tuple(shown.values())
    found, own = tuple(one for one, _ in kept), all(own for _, own in kept)
    return Nearest(found, certain, own, nearly=carried and not certain)


def _fitting(answer: Array, rows: Array, scale: _Scale) -> Places:
    """Return which rows are as near to an answer as is allowed.

    Nearly all are ruled out by their first entry alone.
    """
    first = rows.reshape(len(rows), answer.size)[:, 0]
    with np.errstate(invalid="ignore"):
        places = np.flatnonzero(np.abs(first - answer.flat[0]) <= _farthest(answer, scale))
    return places[_off(answer, rows[places], scale.allowed(rows[places])) <= 1]


def _farthest(answer: Array, scale: _Scale) -> float:
    """Return how far a first entry may be off at most, whichever row it is of."""
    largest = np.full((1, *answer.shape), np.abs(answer.flat[0]) * 1.1 + 1.0)
    return float(scale.allowed(largest).flat[0])


def _numbered(among: Sequence[Tried], k: int) -> tuple[Candidate, bool]:
    """Return a candidate by its number among all, and whether it goes on from own values."""
    for one in among:
        if k < len(one.plausibility):
            return one.found[k], one.own
        k -= len(one.plausibility)
    raise IndexError(k)


def as_well(
    found: Sequence[Candidate],
    known: Mapping[str, Array],
    answer: Array,
    slip: Callable[[Mapping[str, Array]], Array],
    others: Sequence[Mapping[str, Array]],
    half: Array,
    least: float = LIKELY,
) -> Nearest | None:
    """Return the formula that gives `answer` as a slip does, which is not the same as the slip.

    It has to agree in every digit written, `half` of whose last place is the rounding of those of
    two digits, and to be plausible to `least`. `slip` tells what the
    slip gives on other data, of which there are `others`.
    """
    likely = [one for one in found if one.plausibility >= least and len(one.lines) == 1]
    rows = values_of(likely, known, answer)
    fits = np.flatnonzero(_off(answer, rows, np.broadcast_to(last_digits(answer), rows.shape)) <= 1)
    apart = [
        likely[k]
        for k in fits
        if any(
            CODE.miss(values_of([likely[k]], data, answer)[0], slip(data)) > 1 for data in others
        )
    ]
    return Nearest(tuple(apart[:1]), certain=True) if apart else None


def throughout(
    exercise: Problem,
    name: str,
    trials: Sequence[Trial],
) -> Nearest | None:
    """Return the formulas that give a function's value in every trial, or None.

    A trial is the data, the right value and what was returned. The first has the usual sizes. Code
    goes on with its own values, so that one change may lie in any line. Two are looked for in the
    line of this part, from right values before it.
    """
    kept = _in_all(candidates(exercise, name, frozenset(), trials[0][0]), trials)
    if not kept and exercise.formulas is not None and name in exercise.formulas:
        kept = _twice_in_all(exercise, exercise.formulas, name, trials)
    if not kept or len(kept) > _MOST_SHOWN or trials[0][1].size * len(trials) < _FEWEST:
        return None
    return Nearest(tuple(sorted(kept, key=lambda one: -one.plausibility)), certain=True)


def _in_all(kept: Sequence[Candidate], trials: Sequence[Trial]) -> Sequence[Candidate]:
    """Return which candidates give what was returned in every trial."""
    for data, right, answer in trials:
        with np.errstate(invalid="ignore"):
            rows = values_of(kept, data, right)
        kept = [one for one, row in zip(kept, rows, strict=True) if CODE.miss(answer, row) <= 1]
    return kept


def _twice_in_all(
    exercise: Problem, formulas: Formulas, name: str, trials: Sequence[Trial]
) -> Sequence[Candidate]:
    """Return the formulas with two changes that give what was returned in every trial."""
    names = [part.name for part in exercise.parts if not part.optional and part.name in formulas]
    shown = frozenset(names[: names.index(name)] if name in names else ())
    worked = [
        (
            {**data, **{n: v for n, v in formulas.evaluate(data).items() if n in shown}},
            right,
            answer,
        )
        for data, right, answer in trials
    ]
    two = in_two_ways(exercise, name, shown, trials[0][0])
    if two is None:
        return ()
    known, right, answer = worked[0]
    if not answer.ndim == right.ndim == 1:
        return ()
    rows = two.values(known)
    fits = np.flatnonzero(_off(answer, rows, CODE.allowed(rows)) <= 1)
    fits = fits[np.argsort(-two.plausibility[fits], kind="stable")]
    kept = _in_all([two[int(k)] for k in fits[:_MOST_ALIKE]], worked)
    shapes = tuple(sorted((n, np.shape(value)) for n, value in known.items()))
    return [kept[k] for k in distinct([one.tree for one in kept], shapes, right.size)]


def _off(answer: Array, rows: Array, allowed: Array) -> Array:
    """Return how far an answer is from each row, in units of what is allowed; inf for NaN."""
    with np.errstate(all="ignore"):
        off = np.abs(answer - rows) / allowed
    most: Array = off.reshape(len(rows), answer.size).max(axis=-1)
    return np.nan_to_num(most, nan=np.inf)


def _met_by_fewer(
    share: float,
    rows: Array,
    answer: Array,
    right: Array,
    allowed: Array,
    noise: Array,
    step: float,
) -> bool:
    """Tell whether fewer perturbed right answers than `share` are met by some row.

    The entries whose `noise` is NaN are off and perturbed, by more than hand work may be off: half
    of the answers by as much as `answer` is off, or as half the size of what is right, and half by
    a tenth of that. The others are rounded as `noise` says. All are multiples of `step`, unless
    that is 0. An entry smaller than that of `answer` has as many digits, or three decimals, so that
    less is `allowed`. Only rows near in one entry are looked at, and no more answers once there are
    too many.
    """
    rng = np.random.default_rng(0)
    rows, allowed = rows.reshape(len(rows), -1), allowed.reshape(len(rows), -1)
    answer, right, noise = answer.ravel(), right.ravel(), noise.ravel()
    far = np.maximum(np.abs(answer - right), 0.5 * max(float(np.abs(right).max()), 0.1))
    spread = np.where(np.arange(_PERTURBED) % 2, 0.1, 1.0)[:, None] * far
    perturbed = np.isnan(noise)
    by = rng.normal(size=spread.shape) * np.where(perturbed, spread, noise)
    if step:
        by = np.round(by / step) * step
    least = np.where(perturbed, np.maximum(HAND.allowed(right), step), 0.0)
    answers = right + np.copysign(np.maximum(np.abs(by), least), by)
    shrunk = np.abs(answers) / np.maximum(np.abs(answer), HAND.absolute)
    finer = np.where(perturbed, np.minimum(shrunk, 1.0), 1.0)
    finest = np.minimum(allowed, 0.5 * HAND.absolute)
    entry = int(perturbed.argmax())
    values, column, near = answers[:, entry], rows[:, entry], allowed[:, entry]
    with np.errstate(invalid="ignore"):
        reached = (column - near <= values.max()) & (column + near >= values.min())
    places = np.flatnonzero(reached & np.isfinite(rows).all(axis=-1))
    places = places[np.argsort(column[places])]
    most = np.maximum(
        near[places].max(initial=0.0) * finer[:, entry], finest[places, entry].max(initial=0.0)
    )
    first = np.searchsorted(column[places], values - most)
    last = np.searchsorted(column[places], values + most, side="right")
    met = 0
    for one, fine, a, b in zip(answers, finer, first, last, strict=True):
        row = places[a:b]
        near = np.maximum(fine * allowed[row], finest[row])
        met += bool((np.abs(one - rows[row]) <= near).all(axis=-1).any())
        if met >= share * _PERTURBED:
            return False
    return True


def _step(*values: Array) -> float:
    """Return what all the values are multiples of, 0 where they are no round numbers."""
    for step in _STEPS:
        if all(np.abs(v / step - np.round(v / step)).max() < 1e-6 for v in values):
            return step
    return 0.0
