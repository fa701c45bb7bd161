"""What a marker says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from course_utils.exercises.lectures import Section


@dataclass(frozen=True)
class PartVerdict:
    """What is said of one part of an answer."""

    score: float
    """0 to 1."""
    correct: bool
    """The right value, to the tolerance."""
    followed_through: bool
    """Not the right value, but right for the student's own earlier values: full marks."""
    slips: tuple[str, ...]
    """The names of the slips that reproduce the answer; () where none is certain."""
    message: str
    """One or two plain sentences. It never gives the right value away."""
    weight: float = 1.0
    """Its share of the marks: 0 for an optional part that was not given."""
    read: tuple[Section, ...] = ()
    """Where the lectures explain it."""
    remark: str = ""
    """What is said behind that: that a slip is in some values only, or costs nothing."""

    @property
    def text(self) -> str:
        """All that is said to whoever works on the answer."""
        see = f"See {' and '.join(map(str, self.read))}." if self.read else ""
        return " ".join(said for said in (self.message, see, self.remark) if said)

    @property
    def reason(self) -> str:
        """What is said of lost marks: up to where to read."""
        return self.message if self.read else self.text

    @classmethod
    def right(cls, message: str = "Right.", weight: float = 1.0, *, score: float = 1.0) -> Self:
        """The right value; `score` is less where it is right as far as its digits go."""
        return cls(score, True, False, (), message, weight)

    @classmethod
    def followed(cls, message: str, weight: float = 1.0, *, score: float = 1.0) -> Self:
        """Right for the student's own earlier values."""
        return cls(score, False, True, (), message, weight)

    @classmethod
    def wrong(
        cls,
        message: str,
        weight: float = 1.0,
        *,
        score: float = 0.0,
        slips: tuple[str, ...] = (),
        read: tuple[Section, ...] = (),
        remark: str = "",
    ) -> Self:
        """Not right, unreadable or not given; `score` is for the method."""
        return cls(score, False, False, slips, message, weight, read, remark)

    def noting(self, remark: str) -> Self:
        """The same with `remark`, one sentence or none, behind all that is said."""
        return replace(self, remark=f"{self.remark} {remark}".strip())


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer."""

    score: float
    """0 to 1: the parts' scores by their weights."""
    parts: Mapping[str, PartVerdict]
    """Each part by its name, in order of working."""
    notes: tuple[str, ...] = ()
    """What concerns no single part: an unknown name among the answers, say."""

    @property
    def slips(self) -> tuple[str, ...]:
        """Every slip named in any part, each once, in order of working."""
        return tuple(dict.fromkeys(s for part in self.parts.values() for s in part.slips))

    @property
    def correct(self) -> bool:
        """Tell whether every part that was given and asked for is right."""
        return all(part.correct for part in self.parts.values() if part.weight)


def total(parts: Mapping[str, PartVerdict], notes: tuple[str, ...] = ()) -> Verdict:
    """Join the parts by their weights."""
    weight = sum(part.weight for part in parts.values())
    earned = sum(part.weight * part.score for part in parts.values())
    return Verdict(earned / weight if weight else 0.0, parts, notes)
