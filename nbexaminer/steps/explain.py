"""Why points are missing, in one sentence a question."""

from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Integer

from nbexaminer.exercises import Checked, exercises
from nbexaminer.notebook.judgements import (
    Failure,
    Judgement,
    Said,
    joined,
    judgement_of,
    marks_of,
)
from nbexaminer.notebook.released import grade_id, graded_cells, is_answered, is_test
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline.context import context_of
from nbexaminer.points import as_points
from nbexaminer.steps.typing_habits import in_words

NOT_ANSWERED = "not answered"


class ExplainLostMarks(NbGraderPreprocessor):  # type: ignore[misc]
    """For each question that lost marks by itself, remark the reason.

    Of a test: that the answers it tests are missing; else the error in one of them; else what the
    test itself said, its error, its verdict or what it printed. Of a question that a person marks:
    that it was left blank.
    """

    max_characters = Integer(240, help="Length of one reason.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with a reason for each question that lost marks."""
        released = graded_cells(context_of(resources).released)
        checks = context_of(resources).checks
        answers: list[NotebookNode] = []
        for cell in nb.cells:
            if is_solution(cell) and cell.cell_type == "code":
                answers.append(cell)
            if not is_grade(cell):
                continue
            name = str(grade_id(cell))
            score, points = marks_of(nb, cell)
            if score is not None and score < points:
                reason = NOT_ANSWERED
                if is_test(cell):
                    said = judgement_of(nb, cell) or _as_shown(cell)
                    reason = _reason(cell, said, answers, released, checks.get(name, []))
                marks = f"{as_points(score)}/{as_points(points)}"
                add_remark(nb, _shortened(reason, self.max_characters), name, marks)
            if is_test(cell):
                answers = []
        return nb, resources


def _reason(
    test: NotebookNode,
    judgement: Judgement,
    answers: list[NotebookNode],
    released: dict[str, NotebookNode],
    checks: list[Checked],
) -> str:
    given = {name: released[name] for cell in answers if (name := grade_id(cell)) in released}
    if given and not any(is_answered(c, given[n]) for c in answers if (n := grade_id(c)) in given):
        return NOT_ANSWERED
    for answer in answers:
        error = _error(answer, _as_shown(answer))
        if error is not None:
            return f"{grade_id(answer)} stopped with {error}"
    error = _error(test, judgement)
    return error or _said(judgement, checks) or "the answer did not pass the test"


def _as_shown(cell: NotebookNode) -> Judgement:
    """Return what a cell that the judge has not run shows: its last error, and what it printed.

    Behind a KeyboardInterrupt stands why it was interrupted.
    """
    errors = [Failure(o.ename, o.evalue) for o in cell.outputs if o.output_type == "error"]
    said = (Said(o.text) for o in cell.outputs if o.output_type == "stream")
    return Judgement(error=errors[-1] if errors else None, said=joined(said))


def _error(cell: NotebookNode, judgement: Judgement) -> str | None:
    if judgement.error is None:
        return None
    name, reason = judgement.error
    return in_words(strip_ansi(name), strip_ansi(reason), cell.source)


def _said(judgement: Judgement, checks: list[Checked]) -> str:
    """Return what the verdicts say of lost marks, then what else the test has printed.

    Where an exercise was checked more than once, the last verdict is the one that counts.
    """
    last = {one.exercise: one for one in checks}
    lost = [line for one in last.values() for line in exercises().reasons(one)]
    lines = strip_ansi(judgement.printed).splitlines()
    others = [line.strip() for line in lines if line.strip()]
    return " ".join(dict.fromkeys([*lost, *others]))


def _shortened(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
