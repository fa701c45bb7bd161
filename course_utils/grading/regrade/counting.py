"""Which questions count, and how: extra credit and dropped questions.

Three conventions, by name. Full marks: everybody who handed in has the question's points. Left out:
its points leave the score and the total. Bonus: its points leave the total, earned ones stay.
"""

from copy import deepcopy
from typing import Any, Literal

from nbformat import NotebookNode
from nbgrader.api import Grade, SourceCell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, is_grade, is_task
from traitlets import Dict, Float, List, Unicode
from traitlets.config import Config, Configurable

from course_utils.grading.gradebook import opened
from course_utils.grading.released import grade_id, graded_cells
from course_utils.grading.remarks import add_remark

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


class AskTheirPoints(NbGraderPreprocessor):  # type: ignore[misc]
    """Mark a question that is out of the total by the points that it was worth.

    The gradebook has 0 for it. So it is marked as ever, and what counts is decided after that.
    Comes after OverwriteCells.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with these points."""
        names = resources["nbgrader"]
        place = names["assignment"], names["notebook"]
        counting = Counting(config=self.config)
        released = graded_cells(resources["course_utils"]["released"])
        for name, cell in graded_cells(nb).items():
            if counting.is_out_of_total(*place, name) and name in released and is_grade(cell):
                cell.metadata.nbgrader["points"] = counting.worth(*place, released[name])
        return nb, resources


class CountQuestions(NbGraderPreprocessor):  # type: ignore[misc]
    """Let each question count as the course has decided.

    Comes after the scores are saved and before AssignLatePenalties, so that a penalty is worked
    out of what counts. A mark given by hand stays; the difference goes into its extra credit.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write what counts into the gradebook, and a remark beside the question."""
        names = resources["nbgrader"]
        place = names["assignment"], names["notebook"]
        counting = Counting(config=self.config)
        with opened(resources) as gradebook:
            for cell in nb.cells:
                name = grade_id(cell)
                if not (is_grade(cell) or is_task(cell)) or name is None:
                    continue
                way = counting.convention(*place, name)
                if way is None:
                    continue
                grade = gradebook.find_grade(name, place[1], place[0], names["student"])
                if way != "full_marks" and grade.cell.max_score:
                    source = gradebook.find_source_cell(name, place[1], place[0])
                    _take_from_total(grade, source, cell)
                count(grade, way)
                add_remark(nb, SAID[way], name)
            gradebook.db.commit()
        return nb, resources


def _take_from_total(grade: Grade, source: SourceCell, cell: NotebookNode) -> None:
    """Set the question's points to 0 in the gradebook, with the checksum that goes with them."""
    grade.cell.max_score = 0.0
    if source.locked:
        without = deepcopy(cell)
        without.metadata.nbgrader["points"] = 0.0
        source.checksum = compute_checksum(without)


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
