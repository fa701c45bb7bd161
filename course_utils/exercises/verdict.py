"""What a marker says."""

from collections.abc import Mapping
from dataclasses import dataclass


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
