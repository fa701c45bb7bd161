"""A roster beside the gradebook, and into it: all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from nbexaminer.backup import back_up
from nbexaminer.backup.making import gradebook_url, sqlite_path
from nbexaminer.course.schema import require_schema
from nbexaminer.gradebook import Person, people
from nbexaminer.gradebook.writing import transaction
from nbexaminer.roster.people import Roster, same_id


@dataclass(frozen=True)
class Edit:
    """One field of a student that changes."""

    student: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Import:
    """What taking a roster would do."""

    new: tuple[Person, ...]
    edits: tuple[Edit, ...]
    same: int
    absent: tuple[str, ...]
    """Students of the gradebook who are not in the roster; they stay."""
    unknown: tuple[str, ...]
    """Folders in submitted/ that belong to nobody."""
    problems: tuple[str, ...]


def compare(api: NbGraderAPI, roster: Roster) -> Import:
    """Return what `roster` would change in the course's gradebook; nothing is written."""
    known = _known(api)
    by_key = {same_id(id): id for id in known}
    problems = [
        f"the roster has {person.id!r}, the gradebook {by_key[same_id(person.id)]!r}: write it the "
        "same, or they are two"
        for person in roster.people
        if person.id not in known and same_id(person.id) in by_key
    ]
    edits = [
        Edit(person.id, name, known[person.id].get(name, ""), value)
        for person in roster.people
        if person.id in known
        for name, value in person.known.items()
        if known[person.id].get(name, "") != value
    ]
    ids = {person.id for person in roster.people}
    changed = {edit.student for edit in edits}
    return Import(
        tuple(person for person in roster.people if person.id not in known),
        tuple(edits),
        len(ids & set(known)) - len(changed),
        tuple(sorted(set(known) - ids)),
        tuple(sorted(set(api.get_submitted_students("*")) - ids - set(known))),
        tuple(problems),
    )


def write(api: NbGraderAPI, roster: Roster) -> Path | None:
    """Write the students into the gradebook in one transaction; returns the back-up made before.

    None where there was no gradebook yet. An empty cell leaves what is known as it is.
    """
    saved = back_up(api, "before roster") if _exists(api) else None
    coursedir = api.coursedir
    with (
        Gradebook(coursedir.db_url, coursedir.course_id, api.authenticator) as gradebook,
        transaction(gradebook),
    ):
        for person in roster.people:
            gradebook.update_or_create_student(person.id, **person.known)
    return saved


def _known(api: NbGraderAPI) -> Mapping[str, Mapping[str, str]]:
    if not _exists(api):
        return {}
    require_schema(api.coursedir.db_url)
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        return {id: person.known for id, person in people(gradebook).items()}


def _exists(api: NbGraderAPI) -> bool:
    path = sqlite_path(gradebook_url(api))
    return path is None or path.is_file()
