"""Which questions count, and how: extra credit and dropped questions.

Three conventions, by name. Full marks: everybody who handed in has the question's points. Left out:
its points leave the score and the total. Bonus: its points leave the total, earned ones stay.
"""

from dataclasses import replace
from typing import Any, Literal

from nbformat import NotebookNode
from traitlets import Dict, Float, List, Unicode
from traitlets.config import Config, Configurable

from nbexaminer.gradebook.model import Mark
from nbexaminer.notebook.released import grade_id
from nbexaminer.points import TOLERANCE

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


def counted(mark: Mark, way: Convention) -> Mark:
    """Return the mark with the score that `way` gives; one given by hand stays beneath it."""
    if way == "full_marks" and mark.manual is None:
        mark = replace(mark, auto=mark.points)
    elif way == "full_marks" and mark.score < mark.points:
        mark = replace(mark, extra=mark.points - (mark.manual or 0.0))
    elif way == "left_out" and mark.manual is None:
        mark = replace(mark, auto=0.0)
    elif way == "left_out":
        mark = replace(mark, extra=-(mark.manual or 0.0))
    return mark if way == "bonus" else replace(mark, open=False)


def uncounted(mark: Mark, way: Convention) -> Mark:
    """Return the mark without the extra credit that `counted` has given beside one by hand."""
    if mark.manual is None or mark.extra is None or way == "bonus":
        return mark
    base = mark.points if way == "full_marks" else 0.0
    given = abs(mark.extra - (base - mark.manual)) < TOLERANCE
    return replace(mark, extra=None) if given else mark
