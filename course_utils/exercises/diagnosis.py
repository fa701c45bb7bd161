"""Finding the mistake: the smallest set of slips that reproduces an answer on its own data."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises.exchanges import Exchange, exchanges
from course_utils.exercises.lectures import TOPICS, Section
from course_utils.exercises.nearest import (
    LIKELY,
    ONE_CHANGE,
    Nearest,
    as_well,
    candidates,
    in_two_ways,
    nearest,
    tried,
    values_of,
    worked_again,
)
from course_utils.exercises.problem import Problem, another_sample
from course_utils.exercises.rules import Slip, Slips, pairs, singles
from course_utils.exercises.tolerance import (
    CODE,
    HAND,
    NEAR,
    Places,
    Tolerance,
    digits_written,
    last_digits,
    places_written,
    step_written,
    two_decimals,
    two_digits,
)

_CLOSE_CALL = 0.25
"""Two explanations whose misses differ by less than this are not told apart."""

_AFRESH = 0.3
"""What an explanation is worse for not going on from the student's own earlier values."""

_WORTH_A_LOOK = 4.0
"""Farther from an answer of two digits than this, in its own rounding, no slip is a rival."""

_GIVEN_UP = 2
"""Where nothing explains so many parts, the others are not searched for two mistakes at once or for
a formula: the reader begins at the first. After one, or one with an entry off, two mistakes in a
formula are not looked for: an answer of six hopeless parts took six times as long as one."""


_ENOUGH = 2
"""Entries of three digits that tell pairs of slips apart."""


@dataclass(frozen=True)
class Finding:
    """What is known of one part of an answer."""

    right: bool = False
    followed: bool = False
    rounded: bool = False
    """Right, or followed through, to two decimals or digits and no more."""
    few: tuple[int, ...] = ()
    """Which entries, from 0, have too few digits to tell; the others are right."""
    slips: Slips = ()
    either: Slips = ()
    """Slips that give these numbers equally well, so that none is named."""
    near: bool = False
    """The slip is known by its numbers, but their digits are off on top."""
    off: tuple[int, ...] = ()
    """Which entries are off, from 0, where the others are right."""
    follows_own: bool = False
    """What is said of the entries compares with what follows from own earlier values."""
    empty: bool = False
    """The same number everywhere, or 0 and 1 alone: it holds nothing from which more follows."""
    reordered: bool = False
    """The right numbers, in another order."""
    taken: str = ""
    """The quantity whose numbers these are, where they are another's."""
    entries: tuple[str, ...] = ()
    """Where nothing explains the answer: what is wrong with each entry; "" if it is right."""
    topic: str = ""
    """Where the lectures explain this part: a key of TOPICS."""
    first: bool = False
    """Nothing before it went wrong."""
    nearest: Nearest | None = None
    """The formulas beside the course's that give these numbers. They change words, not marks."""
    as_well: bool = False
    """The slips give these numbers, and what is nearest does so as well, by chance."""

    @property
    def hopeless(self) -> bool:
        """Nothing is known of it but that it is wrong."""
        known = (self.right, self.followed, self.few, self.slips, self.either, self.off)
        return not (any(known) or self.empty or self.reordered or self.taken or self.nearest)


class _Rounding(dict[str, "Array"]):
    """A student's own values, and every other one rounded as it comes out."""

    def __init__(
        self,
        own: Mapping[str, Array],
        by_hand: Callable[[str], bool],
        to_two: Callable[[Array], Array],
    ) -> None:
        super().__init__(own)
        self._by_hand = by_hand
        self._to_two = to_two

    def get(self, name: str, value: Any = None) -> Any:
        """Return the own value called `name`, or else `value` rounded."""
        if name in self or not self._by_hand(name):
            return super().get(name, value)
        return self._to_two(value)

    def __bool__(self) -> bool:
        return True


class Sheet:
    """One student's answers beside everything the reference can do with the same data.

    A slip is looked for from two starting points: going on with the student's own earlier values,
    and from the data alone, as one who wrote down an intermediate value wrongly, or not at all, but
    went on with the one in the calculator.
    """

    def __init__(
        self,
        exercise: Problem,
        given: Any,
        own: Mapping[str, Array],
        tolerance: Tolerance | None = None,
    ) -> None:
        self._exercise = exercise
        self._given = given
        self._own = own
        self._tolerance = tolerance
        self._runs: dict[tuple[Slips, bool], dict[str, Array]] = {}
        self._read: dict[tuple[Slips, bool], dict[str, frozenset[str]]] = {}
        self._rules_of: dict[Slip, set[str]] = {}
        for rule in exercise.rules:
            for slip in rule.slips:
                self._rules_of.setdefault(slip, set()).add(rule.name)
        self._places: dict[str, Places] = {}
        self._followed_on: Mapping[str, Array] | None = None
        self._exchanges: Mapping[Exchange, dict[str, Array]] | None = None
        self._known: Slips = ()
        self._astray = False
        self._hopeless = 0
        self._entry_off = False
        self._alternatives: dict[str, Slips] = {}

    def expected(self, name: str) -> Array:
        """Return the right value of a part."""
        return self._values(())[name]

    def following(self, name: str) -> Array:
        """Return what a part has to be by the student's own earlier values."""
        return self._values((), own=True)[name]

    def examine(self) -> dict[str, Finding]:
        """Say what is known of every part that was answered, in order of working."""
        findings: dict[str, Finding] = {}
        for part in self._exercise.parts:
            if part.name in self._own:
                finding = self._examine(part.name)
                findings[part.name] = replace(finding, first=not self._astray)
                self._hopeless += finding.hopeless
                self._entry_off |= bool(finding.off)
                if not finding.right:
                    self._astray = self._astray or not finding.followed
                    self._revise(findings, finding.slips)
                    self._known = tuple(
                        dict.fromkeys(s for f in findings.values() if not f.empty for s in f.slips)
                    )
        return findings

    def _revise(self, findings: dict[str, Finding], slips: Slips) -> None:
        """Let a later part decide between slips that an earlier one could not tell apart.

        Without the bias z is the same whether it was forgotten or added after the activation.
        """
        for earlier, alternatives in self._alternatives.items():
            for slip in slips:
                if slip in alternatives and slip not in findings[earlier].slips:
                    findings[earlier] = replace(findings[earlier], slips=(slip,))

    def _examine(self, name: str) -> Finding:
        answer = self._own[name]
        allowed = self._allowed(name)
        right = self._values(())[name]
        if allowed.miss(answer, right) <= 1:
            return Finding(right=True, rounded=self._lacks_third(name, right))
        if self._is_empty(name):
            known = self._detected(name) or self._search(
                name, pairs(self._exercise.rules), pair=True
            )
            differ = answer.size == 1 or np.ptp(answer) > 0
            few = self._too_few(name, right) if differ else ()
            return replace(known or Finding(few=few), empty=True)
        for value in self._following(name):
            if allowed.miss(answer, value) <= 1:
                lacks = self._lacks_third(name, value)
                return Finding(right=not self._astray, followed=self._astray, rounded=lacks)
        known = self._rounded(name, self._catalogued(name))
        return (
            self._with_rivals(name, known)
            if known
            else self._with_nearest(
                name,
                self._exchanged(name)
                or self._entries_off(name, few=True)
                or self._paired(name)
                or self._nearly(name)
                or self._entries_off(name)
                or self._unexplained(name),
            )
        )

    def _catalogued(self, name: str) -> Finding | None:
        return self._detected(name) or self._search(name, singles(self._exercise.rules))

    def _paired(self, name: str) -> Finding | None:
        if self._hopeless >= _GIVEN_UP:
            return None
        return self._search(name, pairs(self._exercise.rules), pair=True)

    def _following(self, name: str) -> list[Array]:
        """Return what follows from the student's own earlier values, and from known slips."""
        return [self.following(name), self._values(self._known)[name]]

    # Few digits ---------------------------------------------------------------------------------

    def _rounded(self, name: str, named: Finding | None) -> Finding | None:
        """Return what is known of an answer of two digits or fewer, or else `named`.

        Such an answer is right only where it fits the right value better than it fits any single
        slip: otherwise it has too few digits to tell. A slip that gives these very digits, with
        nothing rounded, is known by them.
        """
        places = self._written(name)
        if not (places.two.any() or places.fewer.any()) or self._gives_these_digits(name, named):
            return named
        slips = self._fitting(name)
        follows = [*self._following(name), *(run[name] for run in self._rounded_alike())]
        for k, value in enumerate([self._values(())[name], *follows]):
            theirs = k > 0 and self._astray
            if self._miss(name, value, places.rounded_on_the_way()) <= 1:
                fit = max(1.0, self._miss(name, value, places.rounded()))
                if any(miss <= fit for miss in slips.values()):
                    return Finding(few=tuple(range(self._own[name].size)), follows_own=theirs)
                return Finding(right=not theirs, followed=theirs, rounded=True)
        for k, value in enumerate([self._values(())[name], *self._following(name)]):
            few = self._too_few(name, value)
            if few:
                return Finding(few=few, follows_own=k > 0 and self._astray)
        likely = [slip for slip, miss in slips.items() if miss <= 1]
        known = named.slips if named else tuple(likely[:1] if places.two.size > 1 else [])
        others = [s for s in likely if s not in known and not self._alike(name, (s,), known)]
        if known and others:
            return Finding(either=(*known, *others))
        return named or (Finding(slips=known) if known else None)

    def _lacks_third(self, name: str, value: Array) -> bool:
        """Tell whether some entry, near enough as it is, agrees with `value` in two digits only."""
        if not self._by_hand(name):
            return False
        answer = self._own[name]
        size = np.maximum(np.abs(answer), HAND.absolute)
        third = np.maximum(0.5 * 10.0 ** (np.floor(np.log10(size)) - 2), HAND.absolute)
        return bool(np.any((self._written(name).two > 0) & (np.abs(answer - value) > third)))

    def _fitting(self, name: str) -> dict[Slip, float]:
        """Return the single slips that other parts allow, and how near each comes to the answer.

        The unit is what rounding to the digits written changes. A slip that leaves this part as it
        is fits nothing.
        """
        half = self._written(name).rounded()
        right = [self._values(())[name], *self._following(name)]
        found: dict[Slip, float] = {}
        for slips in singles(self._exercise.rules):
            values = [self._values(slips, own)[name] for own in (True, False)]
            misses = [
                self._miss(name, value, half)
                for value in values
                if min(self._allowed(name).miss(value, r) for r in right) > 1
            ]
            if misses and min(misses) <= _WORTH_A_LOOK and not self._contradicted(name, slips):
                found[slips[0]] = min(misses)
        return found

    def _rounded_alike(self) -> list[dict[str, Array]]:
        """Return what comes out where steps that are not shown are rounded to two as well."""
        own = self._own_followed()
        return [
            self._exercise.run(self._given, (), _Rounding(own, self._by_hand, to_two))
            for to_two in (two_decimals, two_digits)
        ]

    def _by_hand(self, name: str) -> bool:
        return self._allowed(name) == HAND

    def _contradicted(self, name: str, slips: Slips) -> bool:
        """Tell whether some other part shows that these slips were not made."""
        runs = [self._values(slips, own) for own in (True, False)]
        return any(
            min(self._miss(other, run[other], self._written(other).rounded()) for run in runs) > 1
            for other in self._own
            if other != name and not self._exercise.part(other).stands_alone
        )

    def _gives_these_digits(self, name: str, named: Finding | None) -> bool:
        """Tell whether what is named is no matter of rounding."""
        if named is None:
            return False
        listed = {slip for rule in self._exercise.rules for slip in rule.slips}
        return any(
            slip not in listed or CODE.miss(self._own[name], self._values((slip,), own)[name]) <= 1
            for slip in (*named.slips, *named.either)
            for own in (True, False)
        )

    def _too_few(self, name: str, value: Array) -> tuple[int, ...]:
        """Return the entries whose digits do not tell whether they are `value`, if others are.

        A zero at the end is taken to be lost in every entry, or in none.
        """
        places = self._written(name)
        off = self._misses(name, value, places.rounded_on_the_way()).ravel() > 1
        untold = off & (self._misses(name, value, 0.5 * places.fewer).ravel() <= 1)
        if not off.any() or (off != untold).any():
            return ()
        in_full = self._misses(name, value, np.zeros(value.shape)).ravel() <= 1
        short = (places.fewer.ravel() > 0) & ~in_full
        return tuple(int(k) for k in np.flatnonzero(short))

    def _miss(self, name: str, value: Array, also: Array) -> float:
        return float(np.max(self._misses(name, value, also), initial=0.0))

    def _misses(self, name: str, value: Array, also: Array) -> Array:
        """Return how far each entry is off, in units of the tolerance or of `also`, the larger."""
        allowed = np.maximum(self._allowed(name).allowed(value), also)
        ratio: Array = np.abs(self._own[name] - value) / allowed * (1 - 1e-9)
        return np.nan_to_num(ratio, nan=np.inf)

    def _written(self, name: str) -> Places:
        """Return the places a part was written to; zeros where it is not worked by hand."""
        if name not in self._places:
            answer = self._own[name]
            nothing = Places(np.zeros(answer.shape), np.zeros(answer.shape))
            self._places[name] = places_written(answer) if self._by_hand(name) else nothing
        return self._places[name]

    # The catalogue ------------------------------------------------------------------------------

    def _search(self, name: str, candidates: list[Slips], *, pair: bool = False) -> Finding | None:
        """Return the one set of slips that gives this answer, if there is one."""
        answer = self._own[name]
        near_enough = [self._to_name(name, pair=two) for two in (False, True)]
        rests = self._rests_on_own(name) and not self._is_empty(name)
        beside = {*self._known, *(s for alike in self._alternatives.values() for s in alike)}
        fits: dict[Slips, float] = {}
        for slips in candidates:
            new = tuple(s for s in slips if s not in self._known) or slips
            two = len(beside.intersection(new)) + 1 < len(new)
            allowed = near_enough[two]
            lonely = two and answer.size == 1
            miss = allowed.miss(answer, self._value(name, slips, own=rests))
            afresh = allowed.miss(answer, self._value(name, slips)) if rests else np.inf
            if min(miss, afresh) > 1 or (answer.size == 1 and self._unlikely(name, slips)):
                continue
            miss = miss if miss <= 1 else np.inf
            if afresh <= 1 and not self._belied(name, slips):
                miss = min(miss, afresh + _AFRESH)
            if miss <= 1 + _AFRESH and (not lonely or self._explained_after(name, slips)):
                fits[new] = min(miss, fits.get(new, np.inf))
        if not fits:
            return None
        best = min(fits, key=lambda slips: (-self._explained_after(name, slips), fits[slips]))
        rivals = [
            slips
            for slips in fits
            if slips != best
            and self._explained_after(name, slips) == self._explained_after(name, best)
            and abs(fits[slips] - fits[best]) < _CLOSE_CALL
            and not self._alike(name, slips, best)
        ]
        if rivals:
            alike = (best, *rivals)
            return (
                Finding(either=tuple(s[0] for s in alike))
                if all(len(s) == 1 for s in alike)
                else None
            )
        self._alternatives[name] = tuple(
            s[0] for s in fits if s != best and self._alike(name, s, best)
        )
        return Finding(slips=best)

    def _short_of_digits(self, name: str) -> bool:
        """Tell whether an answer worked by hand has fewer than two entries of three digits.

        0.83 beside numbers of three digits is 0.830.
        """
        return self._by_hand(name) and int((digits_written(self._own[name]) > 2).sum()) < _ENOUGH

    def _rests_on_own(self, name: str) -> bool:
        """Tell whether there are own values before `name` to go on from."""
        names = [part.name for part in self._exercise.parts]
        return any(before in self._own_followed() for before in names[: names.index(name)])

    def _belied(self, name: str, slips: Slips) -> bool:
        """Tell whether an earlier part shows that these slips were not made."""
        run, right = self._values(slips), self._values(())
        for part in self._exercise.parts:
            if part.name == name:
                return False
            if part.name in self._own:
                allowed = self._allowed(part.name)
                changes = allowed.miss(run[part.name], right[part.name]) > 1
                gives = (run[part.name], self._values(slips, own=True)[part.name])
                if changes and min(allowed.miss(self._own[part.name], v) for v in gives) > 1:
                    return True
        return False

    def _unlikely(self, name: str, slips: Slips) -> bool:
        """Tell whether other parts came out right that these slips would have spoiled.

        A single number meets a slip by chance; the parts around it have to agree.
        """
        if self._belied(name, slips):
            return True
        run, right = self._values(slips), self._values(())
        names = [part.name for part in self._exercise.parts]
        return any(
            self._allowed(after).miss(run[after], right[after]) > 1
            and self._allowed(after).miss(self._own[after], right[after]) <= 1
            for after in names[names.index(name) + 1 :]
            if after in self._own and not self._exercise.part(after).stands_alone
        )

    def _explained_after(self, name: str, slips: Slips) -> int:
        """How many later parts go wrong by these slips, and just so."""
        later = list(self._exercise.parts)
        later = later[[part.name for part in later].index(name) + 1 :]
        run, right = self._values(slips), self._values(())
        return sum(
            self._allowed(part.name).miss(self._own[part.name], run[part.name]) <= 1
            and self._allowed(part.name).miss(right[part.name], run[part.name]) > 1
            for part in later
            if part.name in self._own
        )

    def _alike(self, name: str, a: Slips, b: Slips) -> bool:
        """Tell whether two single slips are of one rule and agree in everything up to here."""
        if not (len(a) == len(b) == 1):
            return False
        if not any(a[0] in rule.slips and b[0] in rule.slips for rule in self._exercise.rules):
            return False
        names = [part.name for part in self._exercise.parts]
        one, other = self._values(a), self._values(b)
        return all(np.allclose(one[n], other[n]) for n in names[: names.index(name) + 1])

    def _detected(self, name: str) -> Finding | None:
        for detect in self._exercise.detectors:
            slip = detect(self._given, name, self._own[name], self.expected(name))
            if slip is not None:
                return Finding(slips=(slip,))
        return None

    def _exchanged(self, name: str) -> Finding | None:
        """Return the one exchange of quantities that gives this answer, if there is one.

        Every entry has to agree, and at least two: one number meets some exchange too easily.
        """
        answer = self._own[name]
        if answer.size < 2 or self._tolerance is not None:
            return None
        before = [part.name for part in self._exercise.parts]
        later = before[before.index(name) :]
        if self._exchanges is None:
            own = self._own_followed()
            self._exchanges = exchanges(
                self._exercise, self._given, {**self._values((), own=True), **own}, own
            )
        right = self._following(name)
        found = {
            one
            for one, values in self._exchanges.items()
            if one.taken not in later
            and one.due not in later
            and self._allowed(name).miss(answer, values[name]) <= 1
            and min(self._allowed(name).miss(values[name], value) for value in right) > 1
        }
        slips = tuple(one.slip(self._topic()) for one in sorted(found))
        if len(slips) > 1:
            return Finding(either=slips)
        return Finding(slips=slips) if slips else None

    def _with_nearest(self, name: str, finding: Finding) -> Finding:
        """Return a finding with the formulas that give the answer, where no slip of a rule does."""
        listed = {slip for rule in self._exercise.rules for slip in rule.slips}
        known = any(slip in listed for slip in (*finding.slips, *finding.either))
        if finding.reordered or finding.taken:
            return finding
        if known and not finding.near:
            return self._with_rivals(name, finding)
        found = self._nearest(name)
        if found is None or (finding.near and not found.certain):
            return finding
        pair = self._paired_as(name, found) if found.certain and not finding.slips else ()
        if pair:
            return Finding(slips=pair, topic=finding.topic)
        if finding.near or found.nearly:  # an exchange that agrees but nearly may be, no more
            return replace(finding, slips=(), near=False, nearest=found)
        return replace(finding, nearest=found)

    def _paired_as(self, name: str, found: Nearest) -> Slips:
        """Return the pair of slips that a formula is, on other numbers as well; () if none is."""
        if self._exercise.sample is None:
            return ()
        answer = self._own[name]
        digits = last_digits(answer)
        others = [self._other_numbers(k) for k in range(2)]
        gives = [values_of(found.found[:1], numbers, answer)[0] for numbers in others]
        for slips in pairs(self._exercise.rules):
            values = (self._value(name, slips, own) for own in (True, False))
            if any((np.abs(answer - value) <= digits).all() for value in values) and all(
                CODE.miss(value, self._slipped(name, slips, numbers)) <= 1
                for value, numbers in zip(gives, others, strict=True)
            ):
                return slips
        return ()

    def _with_rivals(self, name: str, finding: Finding) -> Finding:
        """Return a slip with the plausible formula that gives these numbers by chance as well."""
        answer, own, data = self._own[name], self._own_followed(), vars(self._given)
        sample = self._exercise.sample
        if not finding.slips or answer.size < 2 or sample is None or self._tolerance is not None:
            return finding
        if _is_constant(answer):
            return finding
        names = [part.name for part in self._exercise.parts]
        shown = frozenset(n for n in names[: names.index(name)] if n in own)
        found = candidates(self._exercise, name, shown, data)
        if not found:
            return finding
        known = {**data, **{n: self.expected(n) for n in shown}}
        others = [self._other_numbers(k) for k in range(2)]
        least = LIKELY if len(finding.slips) == 1 else ONE_CHANGE
        slipped = partial(self._slipped, name, finding.slips)
        half = self._written(name).rounded()
        rival = as_well(found, known, answer, slipped, others, half, least)
        return replace(finding, nearest=rival, as_well=True) if rival else finding

    def _other_numbers(self, k: int) -> Mapping[str, Array]:
        """Return other data of this exercise, and what is right on them."""
        data = another_sample(self._exercise, k)
        return {**data, **self._exercise.run(SimpleNamespace(**data))}

    def _slipped(self, name: str, slips: Slips, known: Mapping[str, Array]) -> Array:
        """Return what slips give for a part on other numbers, after the parts that are shown."""
        parts, own = [part.name for part in self._exercise.parts], self._own_followed()
        before = {n: known[n] for n in parts[: parts.index(name)] if n in own}
        return self._exercise.run(SimpleNamespace(**known), slips, before)[name]

    def _nearest(self, name: str) -> Nearest | None:
        """Return the formulas that give this answer: from own earlier values, or the right ones."""
        answer, own = self._own[name], self._own_followed()
        if answer.size < 2 or _is_constant(answer) or self._tolerance is not None:
            return None
        if self._hopeless >= _GIVEN_UP:
            return None
        names = [part.name for part in self._exercise.parts]
        shown = frozenset(n for n in names[: names.index(name)] if n in own)
        data = vars(self._given)
        found = candidates(self._exercise, name, shown, data)
        if not found:
            return None
        right = self.following(name)
        own_values = ({**data, **{n: own[n] for n in shown}}, bool(shown) and self._astray)
        afresh = ({**data, **{n: self.expected(n) for n in shown}}, False)
        bases = [own_values, afresh] if shown else [own_values]
        half = self._written(name).rounded_on_the_way()
        among = [tried(found, *base, right) for base in bases]
        direct = nearest(among, answer, right, half)
        if (direct is not None and direct.certain) or not _carries(answer, right):
            return direct
        if self._hopeless or self._entry_off:
            return direct
        again = worked_again(self._exercise, name, shown, data)
        among += [tried(again, *base, right) for base in bases if again]
        more = nearest(among, answer, right, half)
        if more is not None and more.certain:
            return more
        two = in_two_ways(self._exercise, name, shown, data)
        if two is None:
            return direct or more
        among.append(tried(two, *(own_values if self._astray else bases[-1]), right))
        last = nearest(among, answer, right, half)
        return last if last is not None and last.certain else direct or more

    def _entries_off(self, name: str, *, few: bool = False) -> Finding | None:
        """Return which entries are off where most are right; `few` asks for one that is off."""
        answer = self._own[name]
        if answer.size < 2 or not self._exercise.part(name).method_marks:
            return None
        rounding = self._written(name).rounded_on_the_way()
        for own in (False, True):
            value = self._values((), own=own)[name]
            off = tuple(int(k) for k in np.flatnonzero(self._misses(name, value, rounding) > 1))
            enough = len(off) == 1 if few else 2 * len(off) <= answer.size
            if off and enough:
                return Finding(
                    off=off,
                    follows_own=own and self._astray,
                    entries=self._entries(name, value),
                    topic=self._topic(),
                )
        return None

    def _unexplained(self, name: str) -> Finding:
        """Say of each entry how it is off, where nothing explains them together."""
        answer, astray = self._own[name], self._astray
        if self._tolerance is not None or self._exercise.part(name).read is not None:
            return Finding(topic=self._topic())
        value = self._values((), own=astray)[name]
        reordered = (
            answer.size > 1
            and self._allowed(name).miss(np.sort(answer, axis=None), np.sort(value, axis=None)) <= 1
        )
        return Finding(
            reordered=reordered,
            taken=self._another(name),
            follows_own=astray,
            entries=self._entries(name, value),
            topic=self._topic(),
        )

    def _another(self, name: str) -> str:
        """Return the one other quantity whose numbers an answer has: one given, or asked for."""
        answer = self._own[name]
        others = {**vars(self._given), **self._values((), own=True), **self._values(())}
        named = [
            other
            for other, value in others.items()
            if other != name and answer.size > 1 and self._allowed(name).miss(answer, value) <= 1
        ]
        return named[0] if len(named) == 1 else ""

    def _entries(self, name: str, value: Array) -> tuple[str, ...]:
        """Say how each entry of an answer is off from `value`, without giving it away."""
        off = self._misses(name, value, self._written(name).rounded_on_the_way()) > 1
        pairs_of = zip(self._own[name].ravel(), value.ravel(), off.ravel(), strict=True)
        return tuple(how_off(float(a), float(v)) if wrong else "" for a, v, wrong in pairs_of)

    def _is_empty(self, name: str) -> bool:
        """Tell whether an answer holds nothing of the question: nothing follows from it.

        Zeros, one number everywhere, or a mixture of 0 and ±1 as of saturated units; not where the
        right values are of this kind themselves, or those of a slip that is made with these data.
        """
        answer, right = self._own[name], self._values(())[name]
        if self._exercise.part(name).read is not None or not _is_constant(answer):
            return False
        if _is_constant(right):
            return False
        if self._miss(name, right, self._written(name).rounded_on_the_way()) <= 1:
            return False
        runs = (self._values(slips) for slips in singles(self._exercise.rules))
        return all(self._allowed(name).miss(answer, run[name]) > 1 for run in runs)

    def _own_followed(self) -> Mapping[str, Array]:
        """Return the student's own values from which something may follow."""
        if self._followed_on is None:
            self._followed_on = {n: v for n, v in self._own.items() if not self._is_empty(n)}
        return self._followed_on

    def _topic(self) -> str:
        """Return where the lectures explain most of this exercise."""
        topics = Counter(slip.topic for rule in self._exercise.rules for slip in rule.slips)
        return topics.most_common(1)[0][0] if topics else ""

    def _nearly(self, name: str) -> Finding | None:
        """Return the slip whose numbers these are but for their last digits."""
        answer = self._own[name]
        if answer.size < 3 or self._tolerance is not None:
            return None
        right = [self._values((), own=own)[name] for own in (True, False)]
        if min(NEAR.miss(answer, value) for value in right) < 5:
            return None
        found = {
            slips
            for slips in singles(self._exercise.rules)
            if NEAR.miss(answer, self._values(slips, own=True)[name]) <= 1
        }
        return Finding(slips=found.pop(), near=True) if len(found) == 1 else None

    def _value(self, name: str, slips: Slips, own: bool = False) -> Array:
        """Return `_values` of one part, without a run for slips that come into play after it.

        A run is the same up to where a rule is read that is set otherwise.
        """
        if (slips, own) not in self._runs:
            for slip in slips:
                fewer = tuple(other for other in slips if other is not slip)
                self._values(fewer, own)
                if not self._read[fewer, own][name] & self._rules_of[slip]:
                    return self._value(name, fewer, own)
        return self._values(slips, own)[name]

    def _values(self, slips: Slips, own: bool = False) -> dict[str, Array]:
        key = (slips, own)
        if key not in self._runs:
            read = self._read.setdefault(key, {}) if len(slips) < 2 else None
            self._runs[key] = self._exercise.run(
                self._given, slips, self._own_followed() if own else None, read=read
            )
        return self._runs[key]

    def _allowed(self, name: str) -> Tolerance:
        return self._tolerance or self._exercise.part(name).tolerance

    def _to_name(self, name: str, pair: bool) -> Tolerance:
        """Return how near a slip must come to be named.

        One number, or two where pairs are searched, is met by chance too often: there the slip has
        to agree in every digit that was written. A pair of which one slip is known is but one more.
        """
        answer = self._own[name]
        allowed = self._allowed(name)
        if pair and answer.size > 1 and self._short_of_digits(name):
            return CODE  # two digits meet some pair too easily
        if answer.size > (2 if pair else 1):
            return allowed
        return allowed._replace(most=2 * last_digits(answer) if pair else step_written(answer))


def describe(slips: Slips) -> str:
    """Return what was done, and why it is not right; of several slips only what was done."""
    if len(slips) == 1:
        return f"{slips[0].did} {slips[0].why}"
    return " ".join(f"({n}) {slip.did}" for n, slip in enumerate(slips, 1))


def same_again(names: tuple[str, ...]) -> str:
    """Return what is said of slips that have been explained before."""
    return f"The same slip again: {' and '.join(names)}."


def where_to_read(slips: Slips) -> tuple[Section, ...]:
    """Return where the lectures explain `slips`, each place once."""
    return tuple(dict.fromkeys(TOPICS[slip.topic] for slip in slips if slip.topic))


def how_off(answer: float, value: float) -> str:
    """Say how a number is off, in words that leave the right one to be worked out."""
    if HAND.miss(np.array(-answer), np.array(value)) <= 1:
        return "has the wrong sign"
    if answer and any(
        HAND.miss(np.array(answer * 10.0**k), np.array(value)) <= 1 for k in (-3, -2, -1, 1, 2, 3)
    ):
        return "has the decimal point in the wrong place"
    if answer * value < 0:
        return "has another size and the wrong sign"
    off = abs(answer - value)
    if off <= 0.1 * abs(value):
        return "is off by less than a tenth"
    return f"is off by {'less' if off <= 0.5 * abs(value) else 'more'} than half"


def _carries(answer: Array, right: Array) -> bool:
    """Tell whether two entries differ from what is right: else no formula can be certain."""
    return int((np.abs(answer - right) > last_digits(answer)).sum()) > 1


def _is_constant(values: Array) -> bool:
    """Tell whether an array is one number everywhere, or of 0 and ±1 alone; one number: whether 0.

    As near as hand work comes to it.
    """
    if values.size == 1:
        return not values.any()
    alike = np.ptp(values) <= HAND.allowed(values).min()
    signs = np.abs(values - np.clip(np.rint(values), -1, 1)) <= HAND.absolute
    return bool(alike or signs.all())
