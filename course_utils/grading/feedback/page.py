"""What stands on a feedback page, cell by cell, before it becomes HTML."""

from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from course_utils.grading.feedback.code import highlighted
from course_utils.grading.feedback.markup import as_html, as_inline_html
from course_utils.grading.feedback.outputs import Shown, shown
from course_utils.grading.feedback.verdict import said
from course_utils.grading.feedback.worked import Worked, worked
from course_utils.grading.released import grade_id, is_test
from course_utils.grading.remarks import ROLE, remarks_of

_NOTHING = Markup("")


@dataclass
class Marks:
    """What one question brought."""

    anchor: str
    title: str
    points: float
    score: float
    open: bool
    """A person has still to mark it."""
    reasons: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """`open`, `extra` where it is out of the total, `full` where nothing was lost, or `lost`.

        A question that was dropped has no points; what it brings comes on top.
        """
        if self.open:
            return "open"
        if not self.points:
            return "extra"
        return "full" if self.score >= self.points else "lost"


class Weighed(NamedTuple):
    """A criterion of a question that a person marked."""

    html: Markup
    points: float
    met: bool


@dataclass
class Block:
    """One cell: text, code with what it showed, or a question's verdict."""

    kind: str
    """text, code or verdict."""
    anchor: str = ""
    html: Markup = _NOTHING
    code: Markup = _NOTHING
    is_answer: bool = False
    outputs: list[Shown] = field(default_factory=list)
    marks: Marks | None = None
    worked: list[Worked] = field(default_factory=list)
    comment: Markup = _NOTHING
    criteria: list[Weighed] = field(default_factory=list)
    adjusted: float = 0.0
    """Points that a person gave above the criteria; below them, where negative."""


@dataclass
class Page:
    """A notebook's feedback."""

    title: str
    questions: list[Marks]
    blocks: list[Block]
    general: list[str]
    """Remarks about the whole notebook."""


def page_of(nb: NotebookNode, title: str, student: str, *, solutions: bool) -> Page:
    """Return the page of a graded notebook into which GetMarks has written scores and comments.

    `student` is whose numbers the worked solutions show, where `solutions` asks for them.
    """
    blocks: list[Block] = []
    heading = ""
    for number, cell in enumerate(nb.cells):
        if cell.metadata.get("course_utils", {}).get("role") == ROLE:
            continue  # the remarks have a place of their own on the page
        heading = _heading(cell) or heading
        block = _block(cell, f"cell-{number}", heading)
        if solutions and is_test(cell):
            block.worked = worked(cell.source, student)
        blocks.append(block)
    questions = [block.marks for block in blocks if block.marks]
    _tell_apart(questions)
    general = _add_reasons(nb, blocks)
    return Page(title, questions, blocks, general)


def _block(cell: NotebookNode, anchor: str, heading: str) -> Block:
    marks = _marks(cell, anchor, heading)
    comment = as_html(str(cell.metadata.get("nbgrader", {}).get("comment") or ""))
    if is_test(cell):
        outputs = said(shown(cell, tracebacks=False))
        return Block("verdict", anchor, code=highlighted(cell.source), outputs=outputs, marks=marks)
    answer = bool(is_solution(cell))
    block = Block("text", anchor, is_answer=answer, marks=marks, comment=comment)
    if cell.cell_type == "code":
        block.kind, block.code, block.outputs = "code", highlighted(cell.source), shown(cell)
    else:
        block.html = as_html(cell.source)
    _add_criteria(block, cell)
    return block


def _add_criteria(block: Block, cell: NotebookNode) -> None:
    kept = cell.metadata.get("nbgrader", {})
    for one in kept.get("criteria", []):
        block.criteria.append(
            Weighed(as_inline_html(one["text"]), float(one["points"]), bool(one["met"]))
        )
    if block.criteria:
        block.adjusted = kept["by_hand"] - sum(c.points for c in block.criteria if c.met)


def _marks(cell: NotebookNode, anchor: str, heading: str) -> Marks | None:
    if not is_grade(cell):
        return None
    kept = cell.metadata.nbgrader
    name = heading or str(grade_id(cell))
    return Marks(
        anchor, name, float(kept.points), float(kept.get("score") or 0), bool(kept.get("open"))
    )


def _tell_apart(questions: list[Marks]) -> None:
    """Number the questions that stand under one heading."""
    titles = [question.title for question in questions]
    seen: dict[str, int] = {}
    for question, title in zip(questions, titles, strict=True):
        seen[title] = seen.get(title, 0) + 1
        if titles.count(title) > 1:
            question.title = f"{title} ({seen[title]})"


def _add_reasons(nb: NotebookNode, blocks: list[Block]) -> list[str]:
    """Give each remark to the question it is about; return the others."""
    by_name = {
        grade_id(cell): block.marks
        for cell, block in zip(_shown_cells(nb), blocks, strict=True)
        if block.marks
    }
    general: list[str] = []
    for remark in remarks_of(nb):
        question = by_name.get(remark.cell)
        (general if question is None else question.reasons).append(remark.text)
    return general


def _shown_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [c for c in nb.cells if c.metadata.get("course_utils", {}).get("role") != ROLE]


def _heading(cell: NotebookNode) -> str:
    """Return the cell's first heading below the title, without its marks."""
    if cell.cell_type != "markdown":
        return ""
    for line in cell.source.splitlines():
        if line.startswith("##"):
            return str(line).strip("# ").strip()
    return ""
