"""The students of a roster, and what is wrong with their ids and names."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nbexaminer.gradebook import Person
from nbexaminer.names import LONGEST
from nbexaminer.roster.columns import NAME, columns, fits
from nbexaminer.roster.table import Row, rows_of
from nbexaminer.roster.text import text_of

_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Zero-width and direction marks; not the joiners U+200C and U+200D, which some scripts need."""
_IN_ID = re.compile(r"[^\W_]|[._@'-]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)


@dataclass
class Roster:
    """What a file holds."""

    people: list[Person] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """Where there are any, nothing of it is taken."""
    notes: list[str] = field(default_factory=list)
    """What somebody should know, though it is taken."""


def read_roster(
    raw: bytes, encoding: str | None = None, given: Mapping[str, str] | None = None
) -> Roster:
    """Return the roster in the bytes of a CSV file. Raises RosterError where it is none.

    `given` names columns by hand: field -> header.
    """
    text, said = text_of(raw, encoding)
    header, rows = rows_of(text, fits)
    places = columns(header, given or {})
    roster = Roster(notes=said)
    seen: dict[str, tuple[int, Person]] = {}
    for row in rows:
        person = _person(row, len(header), places, roster)
        if person is not None:
            _take(row.line, person, seen, roster)
    roster.people = [person for _, person in seen.values()]
    if not roster.people and not roster.problems:
        roster.problems.append("there is no student below the header")
    _look_for_doubles(roster)
    return roster


def same_id(id: str) -> str:
    """Return what two ids have in common that a person or a file system takes for one."""
    return unicodedata.normalize("NFKC", id).casefold()


def _person(row: Row, width: int, places: Mapping[str, int], roster: Roster) -> Person | None:
    if any(row.cells[width:]):
        roster.problems.append(
            f"line {row.line}: {len(row.cells)} cells under {width} headers; a name with the "
            "separator in it has to stand in quotes"
        )
        return None
    values = {
        name: row.cells[place] if place < len(row.cells) else "" for name, place in places.items()
    }
    whole = values.pop(NAME, "")
    if whole.casefold().startswith("points possible") or whole == "Student, Test":
        return None  # rows of Canvas's own, which are no students
    wrong = _wrong_id(values["id"])
    if wrong:
        roster.problems.append(f"line {row.line}: the id {_visible(values['id'])} {wrong}")
        return None
    if whole and not (values.get("first_name") or values.get("last_name")):
        values["first_name"], values["last_name"] = _split(whole)
    cleaned = {
        name: _clean(value, row.line, roster) for name, value in values.items() if name != "id"
    }
    for name, value in cleaned.items():
        if value and len(value) > LONGEST:
            roster.problems.append(f"line {row.line}: {name} has more than {LONGEST} characters")
    return Person(unicodedata.normalize("NFC", values["id"]), **cleaned)


def _wrong_id(id: str) -> str | None:
    """Return why no folder should have this name; None where one may."""
    if not id:
        return "is missing"
    hidden = _INVISIBLE.search(id)
    if hidden:
        return f"holds the invisible character U+{ord(hidden[0]):04X}; type it anew"
    if _NUMBER.fullmatch(id):
        return "is a number that a spreadsheet has rounded; export the roster again, as text"
    if id.startswith((".", "-", "=", "@")):
        return f"begins with {id[0]!r}"
    if id.endswith("."):
        return "ends in a dot"
    for letter in id:
        if letter != "_" and not _IN_ID.fullmatch(letter):
            return f"holds {_visible(letter)}, which cannot be in the name of a folder that is safe"
    return f"has more than {LONGEST} characters" if len(id) > LONGEST else None


def _clean(value: str, line: int, roster: Roster) -> str | None:
    """Return a name without what cannot be seen; the roster's notes say what was odd."""
    text = unicodedata.normalize("NFC", " ".join(value.split()))
    seen = "".join(c for c in _INVISIBLE.sub("", text) if c.isprintable() or c in "\u200c\u200d")
    if seen != text:
        roster.notes.append(f"line {line}: invisible characters were taken out of {seen!r}.")
    if seen.startswith(_FORMULA):
        roster.notes.append(
            f"line {line}: {seen!r} begins like a formula; the exports for spreadsheets disarm it."
        )
    return seen or None


def _split(whole: str) -> tuple[str, str]:
    """Return first and last name of `Last, First` or `First Last`."""
    last, comma, first = whole.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = whole.rpartition(" ")
    return first.strip(), last.strip()


def _take(line: int, person: Person, seen: dict[str, tuple[int, Person]], roster: Roster) -> None:
    key = same_id(person.id)
    if key not in seen:
        seen[key] = (line, person)
        return
    first, other = seen[key]
    if other == person:
        roster.notes.append(f"line {line}: {person.id!r} is there twice, alike (line {first}).")
    elif other.id != person.id:
        roster.problems.append(
            f"line {line}: the ids {person.id!r} and {other.id!r} (line {first}) differ in "
            "capitals or in how letters are written; many systems take them for one"
        )
    else:
        differs = [
            name for name, value in person.known.items() if other.known.get(name, value) != value
        ]
        if differs:
            roster.problems.append(
                f"line {line}: {person.id!r} is there twice (line {first}), with another "
                f"{' and '.join(differs)}"
            )
        else:
            seen[key] = (first, replace(other, **person.known))


def _look_for_doubles(roster: Roster) -> None:
    """One number of the platform for two students is an error, one address or name may be."""
    for name, list_ in (("lms_user_id", roster.problems), ("email", roster.notes)):
        owners: dict[str, list[str]] = {}
        for person in roster.people:
            if name in person.known:
                owners.setdefault(person.known[name].casefold(), []).append(person.id)
        list_ += [
            f"{' and '.join(ids)} have the same {name}, {value!r}"
            + ("" if list_ is roster.problems else "; are they one person?")
            for value, ids in owners.items()
            if len(ids) > 1
        ]


def _visible(text: str) -> str:
    return ascii(text[:40]) if not text.isprintable() or not text.isascii() else repr(text[:40])
