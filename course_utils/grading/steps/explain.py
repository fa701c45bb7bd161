"""Why points are missing, in one sentence a question."""

import re
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import determine_grade, is_solution
from traitlets import Integer

from course_utils.grading.released import grade_id, graded_cells, is_answered, is_test
from course_utils.grading.remarks import add_remark

_SAYS_NOTHING = re.compile(
    r"\S+: [\d.]+ of [\d.]+ points|[\w, ~]+: (Right\b|Not given|Looked at once).*"
)
"""Lines of a verdict of `check` that give no reason: its headline, and parts that cost nothing."""
_WHERE_TO_READ = re.compile(r" See notebooks/.*")


class ExplainLostMarks(NbGraderPreprocessor):  # type: ignore[misc]
    """For each test below full marks, remark the reason.

    That the answers it tests are missing; else the error in one of them; else what the test itself
    said, its error or its verdict.
    """

    max_characters = Integer(240, help="Length of one reason.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with a reason for each question that lost marks."""
        released = graded_cells(resources["course_utils"]["released"])
        answers: list[NotebookNode] = []
        for cell in nb.cells:
            if is_solution(cell) and cell.cell_type == "code":
                answers.append(cell)
            if is_test(cell):
                name = grade_id(cell)
                score, points = determine_grade(cell, self.log)
                if score < points:
                    reason = _shortened(_reason(cell, answers, released), self.max_characters)
                    add_remark(nb, reason, name, marks=f"{round(score, 2):g}/{points:g}")
                answers = []
        return nb, resources


def _reason(
    test: NotebookNode, answers: list[NotebookNode], released: dict[str, NotebookNode]
) -> str:
    given = {name: released[name] for cell in answers if (name := grade_id(cell)) in released}
    if given and not any(is_answered(c, given[n]) for c in answers if (n := grade_id(c)) in given):
        return "not answered"
    for answer in answers:
        error = _error(answer)
        if error is not None:
            return f"{grade_id(answer)} stopped with {error}"
    return _error(test) or _printed(test) or "the answer did not pass the test"


def _error(cell: NotebookNode) -> str | None:
    errors = [o for o in cell.outputs if o.output_type == "error"]
    if not errors:
        return None
    last = errors[-1]  # behind a KeyboardInterrupt stands why it was interrupted
    return str(strip_ansi(f"{last.ename}: {last.evalue}" if last.evalue else last.ename))


def _printed(cell: NotebookNode) -> str:
    text = strip_ansi("\n".join(o.text for o in cell.outputs if o.output_type == "stream"))
    lines = dict.fromkeys(_WHERE_TO_READ.sub("", line.strip()) for line in text.splitlines())
    return " ".join(line for line in lines if line and not _SAYS_NOTHING.fullmatch(line))


def _shortened(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
