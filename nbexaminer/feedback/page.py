"""What stands on a feedback page, cell by cell, before it becomes HTML."""

from copy import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_solution

from nbexaminer.feedback.code import highlighted, uncoloured
from nbexaminer.feedback.markup import as_html, as_inline_html, as_plain_html
from nbexaminer.feedback.outputs import Shown, pictures, shown
from nbexaminer.feedback.verdict import said
from nbexaminer.feedback.worked import Worked, worked
from nbexaminer.gradebook import titles
from nbexaminer.notebook.judgements import Judgement, judgement_of
from nbexaminer.notebook.released import grade_id, is_marked, is_test
from nbexaminer.notebook.remarks import remarks_of, shows_remarks

_NOTHING = Markup("")
_MOST = 20_000
"""Characters that one cell's text can take of it: what is longer is not laid out anyway."""
_RICH = ("text/markdown", "text/latex")
_ROOM = 200_000
"""Characters of a notebook that are laid out; an assignment has 20,000. The rest is plain text."""


@dataclass
class Marks:
    """What one question brought."""

    anchor: str
    title: str
    points: float
    score: float
    open: bool
    """A person has still to mark it."""
    bonus: bool = False
    """What it brings comes on top of the total."""
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
    headings, room = titles(nb), _ROOM
    for number, cell in enumerate(nb.cells):
        if shows_remarks(cell):
            continue  # the remarks have a place of their own on the page
        room -= _length(cell)
        heading = headings.get(grade_id(cell) or "", "")
        judgement = judgement_of(nb, cell)
        block = _block(cell, judgement, f"cell-{number}", heading, plain=room < 0)
        if solutions and is_test(cell):
            block.worked = worked(cell.source, student)
        blocks.append(block)
    questions = [block.marks for block in blocks if block.marks]
    general = _add_reasons(nb, blocks)
    return Page(title, questions, blocks, general)


def _length(cell: NotebookNode) -> int:
    outputs = (output.get("data", {}) for output in cell.get("outputs", []))
    rich = sum(len(str(data.get(kind, ""))) for data in outputs for kind in _RICH)
    return min(len(cell.source), _MOST) + rich


def _plain(cell: NotebookNode) -> NotebookNode:
    """Return the cell with no outputs to lay out but their plain text."""
    plain = copy(cell)
    plain["outputs"] = [
        {**output, "data": {k: v for k, v in output.data.items() if k not in _RICH}}
        if "data" in output
        else output
        for output in cell.get("outputs", [])
    ]
    return plain


def _block(
    cell: NotebookNode, judgement: Judgement | None, anchor: str, heading: str, *, plain: bool
) -> Block:
    if plain:
        cell = _plain(cell)
    code, text = (uncoloured, as_plain_html) if plain else (highlighted, as_html)
    marks = _marks(cell, anchor, heading)
    comment = as_html(str(cell.metadata.get("nbgrader", {}).get("comment") or ""))
    if is_test(cell):
        outputs = said(cell, judgement)
        return Block("verdict", anchor, code=code(cell.source), outputs=outputs, marks=marks)
    answer = bool(is_solution(cell))
    block = Block("text", anchor, is_answer=answer, marks=marks, comment=comment)
    if cell.cell_type == "code":
        block.kind, block.code, block.outputs = "code", code(cell.source), shown(cell)
    else:
        block.html, block.outputs = text(cell.source), pictures(cell)
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
    if not is_marked(cell):
        return None
    kept = cell.metadata.nbgrader
    return Marks(
        anchor,
        heading,
        float(kept.points),
        float(kept.get("score") or 0),
        bool(kept.get("open")),
        kept.get("convention") == "bonus",
    )


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
        if remark.marks is not None and question is not None and question.state == "full":
            continue  # lost by itself, and given by a person since
        (general if question is None else question.reasons).append(remark.text)
    return general


def _shown_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if not shows_remarks(cell)]
