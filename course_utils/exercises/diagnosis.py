"""Finding the mistake: the smallest set of slips that reproduces an answer on its own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.exercises.lectures import TOPICS
from course_utils.exercises.rules import Slip, Slips, pairs, singles
from course_utils.exercises.tolerance import NEAR, Tolerance, step_written

if TYPE_CHECKING:
    from course_utils.cells.checks import Array
    from course_utils.exercises.definition import Exercise

_CLOSE_CALL = 0.25
"""Two explanations whose misses differ by less than this are not told apart."""

_AFRESH = 0.3
"""What an explanation is worse for not going on from the student's own earlier values."""


@dataclass(frozen=True)
class Finding:
    """What is known of one part of an answer."""

    right: bool = False
    followed: bool = False
    slips: Slips = ()
    either: Slips = ()
    """Slips that give these numbers equally well, so that none is named."""
    near: bool = False
    """The slip is known by its numbers, but their digits are off on top."""
    off: tuple[int, ...] = ()
    """Which entries are off, from 0, where the others are right."""
    follows_own: bool = False
    """`off` compares with what follows from the student's own earlier values."""


class Sheet:
    """One student's answers beside everything the reference can do with the same data.

    A slip is looked for from two starting points: going on with the student's own earlier values,
    and from the data alone, as one who wrote down an intermediate value wrongly, or not at all, but
    went on with the one in the calculator.
    """

    def __init__(
        self,
        exercise: Exercise,
        given: Any,
        own: Mapping[str, Array],
        tolerance: Tolerance | None = None,
    ) -> None:
        self._exercise = exercise
        self._given = given
        self._own = own
        self._tolerance = tolerance
        self._runs: dict[tuple[Slips, bool], dict[str, Array]] = {}
        self._known: Slips = ()
        self._astray = False
        self._alternatives: dict[str, Slips] = {}

    def expected(self, name: str) -> Array:
        """Return the right value of a part."""
        return self._values(())[name]

    def examine(self) -> dict[str, Finding]:
        """Say what is known of every part that was answered, in order of working."""
        findings: dict[str, Finding] = {}
        for part in self._exercise.parts:
            if part.name in self._own:
                finding = self._examine(part.name)
                findings[part.name] = finding
                if not finding.right:
                    self._astray = self._astray or not finding.followed
                    self._revise(findings, finding.slips)
                    self._known = tuple(
                        dict.fromkeys(s for f in findings.values() for s in f.slips)
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
        if allowed.miss(answer, self._values(())[name]) <= 1:
            return Finding(right=True)
        from_own = self._values((), own=True)[name]
        from_known = self._values(self._known)[name]
        if min(allowed.miss(answer, from_own), allowed.miss(answer, from_known)) <= 1:
            return Finding(right=not self._astray, followed=self._astray)
        return (
            self._detected(name)
            or self._search(name, singles(self._exercise.rules))
            or self._entries_off(name, few=True)
            or self._search(name, pairs(self._exercise.rules), pair=True)
            or self._nearly(name)
            or self._entries_off(name)
            or Finding()
        )

    def _search(self, name: str, candidates: list[Slips], *, pair: bool = False) -> Finding | None:
        """Return the one set of slips that gives this answer, if there is one."""
        answer = self._own[name]
        allowed = self._to_name(name, pair)
        lonely = pair and answer.size == 1  # one number meets some pair too easily
        fits: dict[Slips, float] = {}
        for slips in candidates:
            if answer.size == 1 and self._unlikely(name, slips):
                continue
            miss = allowed.miss(answer, self._values(slips, own=True)[name])
            miss = miss if miss <= 1 else np.inf
            if not self._belied(name, slips):
                afresh = allowed.miss(answer, self._values(slips)[name])
                miss = min(miss, afresh + _AFRESH) if afresh <= 1 else miss
            new = tuple(s for s in slips if s not in self._known) or slips
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

    def _entries_off(self, name: str, *, few: bool = False) -> Finding | None:
        """Return which entries are off where most are right; `few` asks for one that is off."""
        answer = self._own[name]
        if answer.size < 2 or not self._exercise.part(name).method_marks:
            return None
        allowed = self._allowed(name)
        for own in (False, True):
            misses = allowed.misses(answer, self._values((), own=own)[name]).ravel()
            off = tuple(int(k) for k in np.flatnonzero(~(misses <= 1)))
            enough = len(off) == 1 if few else 2 * len(off) <= answer.size
            if off and enough:
                return Finding(off=off, follows_own=own and self._astray)
        return None

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

    def _values(self, slips: Slips, own: bool = False) -> dict[str, Array]:
        key = (slips, own)
        if key not in self._runs:
            self._runs[key] = self._exercise.run(self._given, slips, self._own if own else None)
        return self._runs[key]

    def _allowed(self, name: str) -> Tolerance:
        return self._tolerance or self._exercise.part(name).tolerance

    def _to_name(self, name: str, pair: bool) -> Tolerance:
        """Return how near a slip must come to be named.

        One number, or two where pairs are searched, is met by chance too often: there the slip has
        to agree in every digit that was written.
        """
        answer = self._own[name]
        allowed = self._allowed(name)
        if answer.size > (2 if pair else 1):
            return allowed
        return allowed._replace(most=step_written(answer))


def describe(slip: Slip) -> str:
    """Return what was done, why it is not right, and where the lecture explains it."""
    return f"{slip.did} {slip.why} See {TOPICS[slip.topic]}."
