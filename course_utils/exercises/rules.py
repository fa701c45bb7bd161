"""Rules: the named choices that a solution makes, the right one first.

A reference is written once over its rules. A **slip** is one rule set otherwise, so that running
the same reference gives what a person gets who makes that mistake.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from types import SimpleNamespace
from typing import Any


@dataclass(frozen=True, eq=False)
class Slip:
    """One wrong choice, and what to say to the person who made it."""

    name: str
    """Short and unique in its exercise, as a marker would write it: "softmax for sigmoid"."""
    use: Any
    """What the reference takes in the place of the right choice: a function, a number, a word."""
    did: str
    """What was done, one sentence."""
    why: str
    """Why it is not right, one or two sentences that give no number away."""
    topic: str = "gates"
    """Where the lecture explains it: a key of :data:`course_utils.exercises.lectures.TOPICS`; ""
    for nowhere."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One choice of the solution. The reference reads it as ``rule.<name>``."""

    name: str
    right: Any
    slips: tuple[Slip, ...]
    since: int = 1
    """From which version of drawing on data are drawn apart from these slips."""


Slips = tuple[Slip, ...]
"""What was done wrong, all in one; () is the right solution."""


@lru_cache(maxsize=65536)
def choices(rules: tuple[Rule, ...], slips: Slips = ()) -> SimpleNamespace:
    """Return every rule by name, set right except where one of `slips` belongs to it."""
    return SimpleNamespace(
        **{rule.name: next((s.use for s in rule.slips if s in slips), rule.right) for rule in rules}
    )


class Staged:
    """Choices that are made in the working of some parts only, and rightly in the others.

    A reference reads a rule as it works, so that what it reads depends on how far it has come.
    """

    def __init__(
        self, rules: tuple[Rule, ...], slips: Slips, parts: Sequence[str], only: frozenset[str]
    ) -> None:
        """`slips` are made in those of `parts`, named in order of working, that are in `only`."""
        self._made, self._right = choices(rules, slips), choices(rules)
        self._parts, self._only = parts, only
        self._part = parts[0]

    def after(self, part: str) -> None:
        """Go on to the part after this one."""
        place = min(self._parts.index(part) + 1, len(self._parts) - 1)
        self._part = self._parts[place]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made if self._part in self._only else self._right, name)


class Noted:
    """Choices that keep note of which of them were read, by name, in the set `noted`."""

    def __init__(self, rule: Any, noted: set[str]) -> None:
        self._rule, self._noted = rule, noted

    def __getattr__(self, name: str) -> Any:
        self._noted.add(name)
        return getattr(self._rule, name)


def singles(rules: Iterable[Rule]) -> list[Slips]:
    """Return every slip on its own."""
    return [(slip,) for rule in rules for slip in rule.slips]


def pairs(rules: Iterable[Rule]) -> list[Slips]:
    """Return every two slips that can be made at once: of different rules."""
    return [(a, b) for one, other in combinations(rules, 2) for a in one.slips for b in other.slips]
