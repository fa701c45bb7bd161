"""Who a file in a platform's download belongs to."""

import csv
import re
import unicodedata
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook
from traitlets import Unicode

from nbexaminer.gradebook import people
from nbexaminer.names import normal
from nbexaminer.platforms.results import require_readable
from nbexaminer.roster.text import text_of
from nbexaminer.submission.collecting import ByOuterName, Sender


class People:
    """The students of a gradebook, by what a platform knows of them."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._by_number: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        for person in people(gradebook).values():
            if person.lms_user_id:
                self._by_number.setdefault(person.lms_user_id, []).append(person.id)
            first, last = person.first_name or "", person.last_name or ""
            for name in {f"{first} {last}", f"{last} {first}", f"{last}, {first}"}:
                if name.strip(" ,"):
                    self._by_name.setdefault(_plain(name), []).append(person.id)

    def with_platform_number(self, number: str) -> str:
        """Return the id of the student whose `lms_user_id` this is. Raises LookupError."""
        return _only(self._by_number.get(number, []), f"the platform's number {number}")

    def with_name(self, name: str) -> str:
        """Return the id of the student of this full name. Raises LookupError."""
        return _only(self._by_name.get(_plain(name), []), f"the name {name!r}")


class PlatformDownload(ByOuterName):
    """Base of the collectors: finds the student of the gradebook behind a file's name.

    A table of the instructor's goes before the gradebook, for names that say nothing of a person.
    A file that belongs to nobody, or to more than one, is left where it is and said so; so is a
    second one of the same name, for which nbgrader would give up the whole class. The names carry
    no time: without a file `timestamp.txt` such a submission is never late.
    """

    downloads = True
    pattern: re.Pattern[str]
    """Of a file's outer name, or a folder's: it has a group `file`, None for a folder."""

    table = Unicode(
        "people.csv",
        help="A CSV file in the course's folder, or the assignment's below downloaded/: what "
        "stands in the platform's name, as Participant_4711, and the student's id.",
    ).tag(config=True)

    @cached_property
    def people(self) -> People:
        """The students of the gradebook, read once.

        Exits with a sentence where the gradebook is one of another nbgrader.
        """
        require_readable(self.parent.coursedir.db_url, "nothing was collected")
        with Gradebook(self.parent.coursedir.db_url) as gradebook:
            return People(gradebook)

    def find(self, found: re.Match[str]) -> str:
        """Return the student's id. Raises LookupError, whose text says why there is none."""
        raise NotImplementedError

    def called(self, found: re.Match[str]) -> list[str]:
        """Return what the table may call the student by, the most exact first."""
        raise NotImplementedError

    def file_name(self, given: str) -> str:
        """Return what the student called the file."""
        return given

    def has_form(self, name: str) -> bool:
        """Whether the platform names files so."""
        return self.pattern.fullmatch(normal(name)) is not None

    def sender(self, name: str) -> Sender:
        """Return student and file. Raises LookupError."""
        found = self.pattern.fullmatch(normal(name))
        if found is None:
            raise LookupError(f"{name} is not named as this platform names its files")
        listed = [self._listed_people.get(_plain(one)) for one in self.called(found)]
        student = next((one for one in listed if one is not None), None) or self.find(found)
        given = found["file"]
        return Sender(student, self.file_name(given) if given else None)

    def _file_id(self, path: str, rest: tuple[str, ...]) -> str:
        return self.file_name(super()._file_id(path, rest))

    @cached_property
    def _listed_people(self) -> dict[str, str]:
        root = Path(self.parent.coursedir.root)
        assignment = self.parent.coursedir.assignment_id
        for folder in (root / "downloaded" / assignment, root):
            path = folder / self.table
            if path.is_file():
                text, _ = text_of(path.read_bytes())
                rows = [row for row in csv.reader(text.splitlines()) if len(row) >= 2]
                return {_plain(row[0]): row[1].strip() for row in rows}
        return {}

    @cached_property
    def _taken(self) -> dict[tuple[str, str], str]:
        """By student and file: the one that is collected."""
        return {}

    @cached_property
    def notebooks(self) -> frozenset[str]:
        """The files of the notebooks that were given out."""
        coursedir = self.parent.coursedir
        folder = coursedir.format_path(coursedir.release_directory, ".", coursedir.assignment_id)
        return frozenset(path.name for path in Path(folder).glob("*.ipynb"))

    def _is_taken(self, sender: Sender, file: str, path: str) -> bool:
        kept = self._taken.setdefault((sender.student, file), path)
        if kept != path:
            self.log.error(
                "%s is left out: %s handed in %s twice, and %s is taken; nothing says which is "
                "newer. Remove the one that is not to count", path, sender.student, file, kept,
            )  # fmt: skip
        return kept == path


def _only(students: list[str], what: str) -> str:
    if not students:
        raise LookupError(
            f"nobody in the gradebook has {what}; add it with `nbgrader db student add`, import a "
            "roster with `course roster`, or write who it is into people.csv"
        )
    if len(set(students)) > 1:
        raise LookupError(f"{what} fits {' and '.join(sorted(set(students)))}")
    return students[0]


def _plain(name: str) -> str:
    """Return a name without what platforms change in it: capitals, apostrophes, spaces."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(re.sub("[_'`\u00b4\u02bc\u2018\u2019]", " ", text).split())
