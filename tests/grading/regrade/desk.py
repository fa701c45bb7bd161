"""A small class, graded, and its instructor: everything runs in this process, without kernels."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from nbexaminer.course.course_folder import open_course
from nbexaminer.gradebook import QuestionId, StudentMarks, class_marks
from nbexaminer.regrade.scratch import Options
from nbexaminer.regrade.work import Regrade, work_out
from nbexaminer.runs.assignment import GradeRequest, grade_assignment
from tests.grading.course import ASSIGNMENT, NOTEBOOK, RIGHT, Course, by_id, filled
from tests.grading.runs.classes import Heard, Here

TOTAL, ADD, WHY = (QuestionId(NOTEBOOK, name) for name in ("test_total", "test_add", "why"))


class Desk:
    """What an instructor does, and what can be seen from there."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.heard = Heard()

    @property
    def api(self) -> NbGraderAPI:
        return open_course(self.course.root)

    def hand_in(self, student: str, timestamp: str | None = None, **answers: str) -> None:
        nb = filled(self.course.released(), **(RIGHT | answers))
        self.course.submit(student, nb, timestamp=timestamp)

    def grade(self) -> None:
        grade_assignment(self.api, GradeRequest(ASSIGNMENT), Here(), self.heard)

    def correct(self, cell: str, source: str | None = None, points: float | None = None) -> None:
        """Change a cell in source/."""
        path = self.course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        nb = nbformat.read(path, as_version=4)
        if source is not None:
            by_id(nb, cell).source = source
        if points is not None:
            by_id(nb, cell).metadata.nbgrader["points"] = points
        nbformat.write(nb, path)

    def regrade(self, *, as_shown: bool = False, **options: Any) -> Regrade:
        wanted = Options(**options)
        return work_out(self.api, ASSIGNMENT, wanted, Here, self.heard, as_shown=as_shown)

    def mark(self, student: str, cell: str, **fields: Any) -> None:
        """Mark by hand, as formgrader does."""
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade(cell, NOTEBOOK, ASSIGNMENT, student)
            for name, value in ({"needs_manual_grade": False} | fields).items():
                setattr(grade, name, value)
            gradebook.db.commit()

    def comment(self, student: str, cell: str, text: str) -> None:
        with self.gradebook() as gradebook:
            gradebook.find_comment(cell, NOTEBOOK, ASSIGNMENT, student).manual_comment = text
            gradebook.db.commit()

    def gradebook(self) -> Gradebook:
        return self.api.gradebook

    def marks(self) -> Mapping[str, StudentMarks]:
        with self.gradebook() as gradebook:
            return class_marks(gradebook, ASSIGNMENT).students

    def scores(self, student: str) -> dict[str, float]:
        return {q.cell: mark.score for q, mark in self.marks()[student].marks.items()}

    def worth(self) -> float:
        with self.gradebook() as gradebook:
            return float(gradebook.find_assignment(ASSIGNMENT).max_score)

    def files(self) -> dict[str, str]:
        """Return the digest of every file of the course but the run's own."""
        return {
            path.relative_to(self.course.root).as_posix(): hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
            for path in sorted(Path(self.course.root).rglob("*"))
            if path.is_file() and not {".grading", "backups"} & set(path.parts)
        }
