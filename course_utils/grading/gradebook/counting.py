"""Which questions count, and how: extra credit and dropped questions.

Three conventions, by name. Full marks: everybody who handed in has the question's points. Left out:
its points leave the score and the total. Bonus: its points leave the total, earned ones stay.
"""

from typing import Any, Literal

from nbformat import NotebookNode
from nbgrader.api import Grade
from traitlets import Dict, Float, List, Unicode
from traitlets.config import Config, Configurable

from course_utils.grading.released import grade_id

Convention = Literal["full_marks", "left_out", "bonus"]
SAID: dict[Convention, str] = {
    "full_marks": "This question was dropped: everybody has all of its points.",
    "left_out": "This question was dropped: it counts for nobody.",
    "bonus": "This question is extra credit: its points come on top of the total.",
}
"""What a student reads."""


def _questions() -> Any:
    return Dict(
        key_trait=Unicode(),
        value_trait=List(Unicode()),
        help="By assignment: the grade ids of its marked cells, or NOTEBOOK/ID.",
    ).tag(config=True)


class Counting(Configurable):
    """The course's decisions; `course drop` keeps them in nbgrader_config.json."""

    full_marks = _questions()
    left_out = _questions()
    bonus = _questions()
    points = Dict(
        key_trait=Unicode(),
        value_trait=Dict(key_trait=Unicode(), value_trait=Float()),
        help="By assignment and NOTEBOOK/ID: what a question out of the total is worth.",
    ).tag(config=True)

    def convention(self, assignment: str, notebook: str, cell: str | None) -> Convention | None:
        """Return how the question counts; None for the ordinary way."""
        names = {cell, f"{notebook}/{cell}"}
        if not names.isdisjoint(self.left_out.get(assignment, ())):
            return "left_out"
        if not names.isdisjoint(self.full_marks.get(assignment, ())):
            return "full_marks"
        if not names.isdisjoint(self.bonus.get(assignment, ())):
            return "bonus"
        return None

    def is_out_of_total(self, assignment: str, notebook: str, cell: str | None) -> bool:
        """Whether the gradebook has 0 points for the question."""
        return self.convention(assignment, notebook, cell) in ("left_out", "bonus")

    def worth(self, assignment: str, notebook: str, released: NotebookNode) -> float:
        """Return the points by which a question out of the total is marked.

        Those it had when it was taken out; where nobody has written them down, those it was given
        out with.
        """
        kept = self.points.get(assignment, {})
        given = released.metadata.nbgrader["points"]
        return float(kept.get(f"{notebook}/{grade_id(released)}", given))

    @classmethod
    def of(cls, config: Config) -> "Counting":
        """Return the decisions in `config`."""
        return cls(config=config)


def count(grade: Grade, way: Convention) -> None:
    """Set the fields of `grade` so that its score is what `way` gives."""
    if way == "full_marks":
        points = float(grade.cell.max_score)
        if grade.manual_score is None:
            grade.auto_score = points
        elif grade.manual_score + (grade.extra_credit or 0.0) < points:
            grade.extra_credit = points - grade.manual_score
    elif way == "left_out":
        if grade.manual_score is None:
            grade.auto_score = 0.0
        else:
            grade.extra_credit = -grade.manual_score
    if way != "bonus":
        grade.needs_manual_grade = False


def uncount(grade: Grade, way: Convention) -> None:
    """Take the extra credit back that `count` has given beside a mark by hand."""
    if grade.manual_score is None or grade.extra_credit is None:
        return
    base = float(grade.cell.max_score) if way == "full_marks" else 0.0
    if way != "bonus" and abs(grade.extra_credit - (base - grade.manual_score)) < 1e-9:
        grade.extra_credit = None
