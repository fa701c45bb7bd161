"""What nbgrader's gradebook does not keep of a mark given by hand.

For which answer it was given, and which criteria were met. Points and comment are nbgrader's own
`manual_score` and `manual_comment`. One row a grade, in a table beside nbgrader's in the same
database; nbgrader neither reads nor changes it.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook
from sqlalchemy import String, Text, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from course_utils.grading.hand_marking.rubric import Criterion


class _Base(DeclarativeBase):
    """Tables of ours; nbgrader's upgrades leave them alone."""


class HandMark(_Base):
    """What is kept of a grade. The grade's id is never used again, so no row outlives its sense."""

    __tablename__ = "course_hand_mark"

    grade: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The id of nbgrader's Grade."""
    graded: Mapped[str | None] = mapped_column(String(64))
    """The digest of the answer that was autograded last."""
    marked: Mapped[str | None] = mapped_column(String(64))
    """The digest of the answer that the mark stands for."""
    criteria: Mapped[str | None] = mapped_column(Text)
    """The rubric as it was when it was used, and what of it was met, as JSON."""


class Judged(NamedTuple):
    """A criterion, and whether an answer meets it."""

    criterion: Criterion
    met: bool


def digest_of(cell: NotebookNode, work: Iterable[NotebookNode] = ()) -> str:
    """Return what tells one answer from another; white space around it is none of it.

    `work` are the cells that answer a task.
    """
    said = "\0".join(
        f"{one.source.strip()}\0{json.dumps(one.get('attachments') or {}, sort_keys=True)}"
        for one in (cell, *work)
    )
    return hashlib.sha256(said.encode()).hexdigest()


def record_of(gradebook: Gradebook, grade: Grade) -> HandMark | None:
    """Return what is kept of the grade, or None where nothing is."""
    if not inspect(gradebook.db.connection()).has_table(HandMark.__tablename__):
        return None
    found: HandMark | None = gradebook.db.get(HandMark, grade.id)
    return found


def open_record(gradebook: Gradebook, grade: Grade) -> HandMark:
    """Return what is kept of the grade, to be written to; whoever asks for it commits."""
    _Base.metadata.create_all(gradebook.db.connection())
    found: HandMark | None = gradebook.db.get(HandMark, grade.id)
    if found is None:
        found = HandMark(grade=grade.id)
        gradebook.db.add(found)
    return found


class ByHand(NamedTuple):
    """What is kept of a mark given by hand, beside its points."""

    judged: tuple[Judged, ...] = ()
    """The criteria that the points were given by."""
    changed: bool = False
    """Whether the answer is another than the one that was marked."""


def by_hand(record: HandMark | None, grade: Grade) -> ByHand:
    """Return what is kept of the grade's mark by hand; nothing where it has none."""
    if record is None or grade.manual_score is None:
        return ByHand()
    another = record.marked is not None and record.marked != record.graded
    return ByHand(judged(record), another and bool(grade.needs_manual_grade))


def judged(record: HandMark | None) -> tuple[Judged, ...]:
    """Return the criteria that the mark was given by; none where it was given by points alone."""
    kept: list[Any] = json.loads((record and record.criteria) or "[]")
    return tuple(Judged(Criterion(k["text"], float(k["points"])), bool(k["met"])) for k in kept)


def as_json(criteria: tuple[Judged, ...]) -> str | None:
    """Return criteria as a record keeps them."""
    rows = [{"text": c.text, "points": c.points, "met": met} for c, met in criteria]
    return json.dumps(rows) if rows else None
