"""The students of the sample class, read from their data."""

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal


@dataclass(frozen=True)
class Accident:
    """What happens to a file on its way."""

    kind: Literal["wrong_kernel", "cut_off", "delete", "duplicate", "rename"]
    cell: str | None = None
    """The grade id of the cell it happens to."""
    assignment: str | None = None
    """Only to this one; None: to every one."""


@dataclass(frozen=True)
class Student:
    """One student and what they hand in."""

    id: str
    name: str
    about: str
    by: Literal["exchange", "zip", "none"]
    packed: bool = False
    """Whether each notebook comes inside a zip archive."""
    days: float = 0.0
    """Days from the due date; negative is before."""
    answers: dict[str, str] = field(default_factory=dict)
    """What is typed in, by grade id, with the $names of fill.py."""
    accident: Accident | None = None

    @property
    def names(self) -> tuple[str, str]:
        """First and last name."""
        first, _, last = self.name.partition(" ")
        return first, last


def sample_assignments() -> list[str]:
    """Return the assignments that the sample class works on."""
    names: list[str] = _data("students.toml")["assignments"]
    return names


def read_roster() -> list[Student]:
    """Return the sample class in the order of its file."""
    sets: dict[str, dict[str, str]] = _data("answers.toml")
    return [_student(entry, sets) for entry in _data("students.toml")["student"]]


def _student(entry: dict[str, Any], sets: dict[str, dict[str, str]]) -> Student:
    entry = dict(entry)
    base = sets[entry.pop("base")] if "base" in entry else {}
    entry["answers"] = base | sets[entry["answers"]]
    if "accident" in entry:
        entry["accident"] = Accident(**entry["accident"])
    return Student(**entry)


def _data(name: str) -> dict[str, Any]:
    text = files("nbexaminer.runs.sample_class").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
