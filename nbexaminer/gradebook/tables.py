"""The course's own table beside nbgrader's, in the same database; nbgrader leaves it alone."""

import json
from collections.abc import Iterable
from typing import Any

from nbgrader.api import Gradebook
from sqlalchemy import String, Text, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nbexaminer.gradebook.model import Criterion, HandRecord, Judged


class _Base(DeclarativeBase):
    """Tables of ours; nbgrader's upgrades leave them alone."""


class HandMark(_Base):
    """The row of a HandRecord. A grade's id is never used again, so no row outlives its sense."""

    __tablename__ = "course_hand_mark"

    grade: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The id of nbgrader's Grade."""
    graded: Mapped[str | None] = mapped_column(String(64))
    marked: Mapped[str | None] = mapped_column(String(64))
    criteria: Mapped[str | None] = mapped_column(Text)
    """The rubric as it was when it was used, and what of it was met, as JSON."""


def hand_records(gradebook: Gradebook, grades: Iterable[str]) -> dict[str, HandRecord]:
    """Return what is kept of nbgrader's grades with these ids, where anything is."""
    if not inspect(gradebook.db.connection()).has_table(HandMark.__tablename__):
        return {}
    rows = gradebook.db.scalars(select(HandMark).where(HandMark.grade.in_(list(grades))))
    return {row.grade: HandRecord(row.graded, row.marked, _judged(row.criteria)) for row in rows}


def store_hand_records(gradebook: Gradebook, records: dict[str, HandRecord]) -> None:
    """Write records by the ids of nbgrader's grades; whoever asks for it commits."""
    if not records:
        return
    _Base.metadata.create_all(gradebook.db.connection())
    for grade, record in records.items():
        criteria = _as_json(record.judged)
        gradebook.db.merge(HandMark(
            grade=grade, graded=record.graded, marked=record.marked, criteria=criteria
        ))  # fmt: skip


def _judged(criteria: str | None) -> tuple[Judged, ...]:
    kept: list[Any] = json.loads(criteria or "[]")
    return tuple(Judged(Criterion(k["text"], float(k["points"])), bool(k["met"])) for k in kept)


def _as_json(judged: tuple[Judged, ...]) -> str | None:
    rows = [{"text": c.text, "points": c.points, "met": met} for c, met in judged]
    return json.dumps(rows) if rows else None
