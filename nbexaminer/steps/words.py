"""Words that a student wrote beside the cell that was meant for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from nbexaminer.notebook.changes import (
    added,
    fenced,
    is_program,
    unchanged,
    without_placeholder,
)
from nbexaminer.notebook.released import grade_id, graded_cells, is_answered
from nbexaminer.notebook.remarks import KEPT, KEY, PART_OF, add_remark
from nbexaminer.pipeline.context import context_of


class _Part(NamedTuple):
    """Something a student wrote, and the cell that it stands in."""

    text: str
    cell: NotebookNode


@dataclass(frozen=True)
class _Question:
    """An answer cell that a person marks, and the cells around it that belong to it."""

    answer: NotebookNode
    given: NotebookNode
    around: range

    @property
    def is_empty(self) -> bool:
        return not is_answered(self.answer, self.given)

    def as_text(self, text: str) -> str:
        """Return words as they may stand in the answer cell."""
        if self.given.cell_type != "code":
            return text
        return "\n".join(f"# {line}" for line in text.splitlines())

    def as_code(self, code: str) -> str:
        """Return code as it may stand in the answer cell."""
        return code if self.given.cell_type == "code" else fenced(code, "python")


class GatherWords(NbGraderPreprocessor):  # type: ignore[misc]
    """Put what a student wrote around an answer that a person marks into that answer, in order.

    That is text in cells of their own between the question and the next cell that was given out,
    parts of an answer that was split, and what was written into the question's own cell. Where the
    answer is empty all the same, text from elsewhere in the notebook is shown with it, so that a
    person decides. Comes after RestoreCells.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with the answers in words complete."""
        released = context_of(resources).released
        free = _Free(released)
        questions = list(_questions(nb, graded_cells(released)))
        beside = {k for question in questions for k in question.around}
        elsewhere = [
            (cell, text)
            for k, cell in enumerate(nb.cells)
            if k not in beside
            and PART_OF not in cell.metadata.get(KEY, {})
            and (text := free.words(cell))
        ]
        gone: set[int] = set()
        for question in questions:
            gone |= _gather(nb, question, free)
        for question in _empty(questions):
            name = grade_id(question.answer)
            if _write(question, [_Part(question.as_text(text), cell) for cell, text in elsewhere]):
                text = f"The answer cell {name!r} is empty; text from elsewhere is shown with it."
                add_remark(nb, text, name)
        nb.cells = [cell for k, cell in enumerate(nb.cells) if k not in gone]
        return nb, resources


def _questions(nb: NotebookNode, given: dict[str, NotebookNode]) -> Iterator[_Question]:
    for k, cell in enumerate(nb.cells):
        released = given.get(grade_id(cell) or "")
        if released is not None and is_grade(released) and is_solution(released):
            yield _Question(cell, released, range(_start(nb, k), _stop(nb, k)))


def _empty(questions: list[_Question]) -> list[_Question]:
    """Return the questions without an answer; those in words, where there are any."""
    empty = [question for question in questions if question.is_empty]
    return [one for one in empty if one.given.cell_type != "code"] or empty


def _start(nb: NotebookNode, place: int) -> int:
    """Return where a question begins: with the first given cell behind the question before it."""
    back = range(place - 1, -1, -1)
    before = (k for k in back if is_grade(nb.cells[k]) or is_solution(nb.cells[k]))
    start = next(before, -1) + 1
    return next((k for k in range(start, place) if grade_id(nb.cells[k]) is not None), start)


def _stop(nb: NotebookNode, place: int) -> int:
    after = range(place + 1, len(nb.cells))
    return next((k for k in after if grade_id(nb.cells[k]) is not None), len(nb.cells))


def _gather(nb: NotebookNode, question: _Question, free: "_Free") -> set[int]:
    """Take what stands around into the answer; returns the places of the cells that went in."""
    parts: list[_Part] = []
    gone: set[int] = set()
    for k, cell in enumerate(nb.cells):
        if cell is question.answer:
            parts.append(_Part("" if question.is_empty else str(cell.source), cell))
        elif cell.metadata.get(KEY, {}).get(PART_OF) == grade_id(question.answer):
            parts.append(_Part(str(cell.source), cell))
            gone.add(k)
        elif k not in question.around:
            continue
        elif text := free.words(cell):
            parts.append(_Part(question.as_text(text), cell))
            gone |= {k} - free.places(cell, k)
        elif question.is_empty and cell.cell_type == "code" and free.is_own(cell):
            parts.append(_Part(question.as_code(str(cell.source)), cell))
            gone |= {k} if question.given.cell_type == "code" else set()
    if len(parts) > 1 and _write(question, parts):
        name = grade_id(question.answer)
        add_remark(nb, f"What stood beside the answer cell {name!r} was taken into it.", name)
    return gone


def _write(question: _Question, parts: list[_Part]) -> bool:
    """Write the parts into the answer; returns whether they say anything."""
    pictures: dict[str, Any] = {}
    texts: list[str] = []
    for text, cell in parts:
        kept = text
        if cell is not question.answer:
            kept = without_placeholder(text, question.given)
        for name, picture in (cell.get("attachments") or {}).items():
            new = name
            while pictures.get(new, picture) != picture:
                new = f"_{new}"
            pictures[new] = picture
            kept = kept.replace(f"attachment:{name}", f"attachment:{new}")
        if kept.strip():
            texts.append(kept.strip("\n"))
    if not texts:
        return False
    question.answer.source = "\n\n".join(texts)
    if pictures and question.answer.cell_type == "markdown":
        question.answer["attachments"] = pictures
    return True


class _Free:
    """The cells that were given out to be changed, without a grade id: what is not a student's."""

    def __init__(self, released: NotebookNode) -> None:
        cells = [cell for cell in released.cells if grade_id(cell) is None]
        self._by_id = {cell.get("id"): cell for cell in cells}
        self._texts = {cell.source.strip() for cell in cells}

    def is_own(self, cell: NotebookNode) -> bool:
        """Whether the student made the cell, or changed one that was given out for that."""
        source = cell.source.strip()
        if not source or source in self._texts or grade_id(cell) is not None:
            return False
        given = self._by_id.get(cell.get("id"))
        return KEPT not in cell.metadata.get(KEY, {}) and (
            given is None or not unchanged(cell, given)
        )

    def words(self, cell: NotebookNode) -> str:
        """Return the student's words in a cell that is no answer; code that is none are words."""
        if not self.is_own(cell):
            return ""
        given = self._by_id.get(cell.get("id"))
        if cell.cell_type != "code":
            return str(cell.source) if given is None else added(cell, given)
        prose = given is None and not is_program(cell.source)
        return _uncommented(cell.source) if prose else ""

    def places(self, cell: NotebookNode, place: int) -> set[int]:
        """Return `place` where the cell has to stay there: it was given out."""
        return {place} if cell.get("id") in self._by_id else set()


def _uncommented(source: str) -> str:
    """Return prose from a code cell without the signs of comments and of a string around it."""
    lines = [line.strip().removeprefix("#").strip() for line in source.strip().splitlines()]
    return "\n".join(lines).strip("\"'\n")
