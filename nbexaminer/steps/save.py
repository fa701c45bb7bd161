"""Scores for the gradebook, and remarks beside the answers they are about."""

from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, is_grade, is_solution, is_task

from nbexaminer.gradebook import HandRecord, Mark, NotebookRecord
from nbexaminer.hand_marking.reconcile import reconciled_test, reconciled_words
from nbexaminer.hand_marking.tasks import digest_of, work_on
from nbexaminer.notebook.judgements import marks_of
from nbexaminer.notebook.released import grade_id, is_test
from nbexaminer.notebook.remarks import add_remark, markdown_text, remarks_of
from nbexaminer.pipeline.context import context_of


class SaveGradesAndRemarks(NbGraderPreprocessor):  # type: ignore[misc]
    """Scores as nbgrader's SaveAutoGrades gives them; remarks are an answer's automatic comment.

    A mark and a comment given by hand stay. Somebody is asked to look at the mark again where the
    answer has changed since, and only there.
    """

    records = True

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put what the cells of `nb` bring into the record."""
        context = context_of(resources)
        for cell in nb.cells:
            if is_task(cell):
                _comment(nb, cell, context.record)
            if is_grade(cell) or is_task(cell):
                reason = _score(nb, cell, context.record)
                if reason is not None:
                    add_remark(nb, reason, grade_id(cell))
                    self.log.warning("%s, %s: %s", context.student, grade_id(cell), reason)
            if is_solution(cell):
                _comment(nb, cell, context.record)
        return nb, resources


def _score(nb: NotebookNode, cell: NotebookNode, record: NotebookRecord) -> str | None:
    """Set the cell's mark; returns why somebody is to look at one given by hand."""
    name = str(grade_id(cell))
    before = record.marks[name]
    mark = _marked(nb, cell, before) if is_grade(cell) else before
    if is_test(cell):
        record.marks[name], reason = reconciled_test(before, mark)
        return reason
    kept = record.by_hand.get(name, HandRecord())
    digest = digest_of(cell, work_on(nb, cell))
    record.marks[name], record.by_hand[name], reason = reconciled_words(before, mark, kept, digest)
    return reason


def _marked(nb: NotebookNode, cell: NotebookNode, before: Mark) -> Mark:
    """Return the mark with the machine's score; a person is asked as nbgrader asks."""
    score, _ = marks_of(nb, cell)
    return replace(before, auto=score, open=before.manual is not None or score is None)


def _comment(nb: NotebookNode, cell: NotebookNode, record: NotebookRecord) -> None:
    name = str(grade_id(cell))
    blank = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
    said = (one for one in remarks_of(nb) if one.cell == name and one.marks is None)
    texts = [*(["No response."] if blank else []), *(markdown_text(one.text) for one in said)]
    record.comments[name] = record.comments[name]._replace(auto=" ".join(texts).strip() or None)
