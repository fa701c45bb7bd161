"""A course's own solutions, taken the way of a submission: they have to earn everything."""

from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode
from nbgrader.utils import determine_grade
from traitlets.config import Config

from course_utils.exercises.personal import CLASS
from course_utils.grading.judge.handout import write_handout
from course_utils.grading.released import grade_id, is_test
from course_utils.grading.steps.execute import Execute


class LostMarks(NamedTuple):
    """A test that the model solution does not pass in full."""

    cell: str
    score: float
    points: float
    shown: str


class _ExecuteSolution(Execute):
    """Gives the kernel the answers that a model solution asks the reference for."""

    def _write_handout(self, folder: Path, student: str) -> Path:
        return write_handout(
            folder, self._released(), student, self._ours().get("data"), solutions=True
        )


def marks_lost_by_solution(
    source: NotebookNode, released: NotebookNode, config: Config | None = None
) -> list[LostMarks]:
    """Grade the notebook of `source/` as a submission; return the tests that it does not pass.

    `config` holds the course's values. A test that means something else outside the student's
    kernel than inside is found here, before students meet it.
    """
    nb = deepcopy(source)
    resources = {"nbgrader": {"student": CLASS}, "course_utils": {"released": released}}
    _ExecuteSolution(config=config).preprocess(nb, resources)
    found = []
    for cell in nb.cells:
        if is_test(cell):
            score, points = determine_grade(cell)
            if score is None or score < points:
                shown = "\n".join(
                    str(output.get("text") or output.get("evalue") or "") for output in cell.outputs
                )
                found.append(LostMarks(grade_id(cell) or "", score or 0.0, points, shown))
    return found
