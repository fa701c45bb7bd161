"""What stands through a regrade: marks given by hand, and better ones where that is asked for."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Grade
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_task
from traitlets import Bool, Dict
from traitlets.utils.importstring import import_item

from course_utils.grading.gradebook import opened
from course_utils.grading.regrade.counting import Counting, CountQuestions
from course_utils.grading.released import grade_id
from course_utils.grading.remarks import KEY, add_remark

TOLERANCE = 1e-9
"""Two marks that differ by less are the same."""


class KeepWhatStands(NbGraderPreprocessor):  # type: ignore[misc]
    """Comes after the scores are saved, before lateness is counted; only while regrading.

    nbgrader asks for every mark given by hand again after autograding. Here it is asked for again
    only where the automatic mark under it has changed.
    """

    before = Dict(
        help="By student, then 'NOTEBOOK/ID': automatic score, whether it was open, points."
    ).tag(config=True)
    only_raise = Bool(False, help="Keep the better mark of each question.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Set the grades of `nb` in the gradebook to what stands."""
        names = resources["nbgrader"]
        before = self.before.get(names["student"], {})
        counting = Counting(config=self.config)
        with opened(resources) as gradebook:
            for cell in nb.cells:
                name = grade_id(cell)
                old = before.get(f"{names['notebook']}/{name}")
                if old is None or name is None or not (is_grade(cell) or is_task(cell)):
                    continue
                grade = gradebook.find_grade(
                    name, names["notebook"], names["assignment"], names["student"]
                )
                auto, was_open, points = old
                if grade.manual_score is not None:
                    if grade.auto_score == auto:
                        grade.needs_manual_grade = was_open
                elif self.only_raise and not counting.convention(
                    names["assignment"], names["notebook"], name
                ):
                    self._keep_better(nb, grade, auto, points)
            gradebook.db.commit()
        return nb, resources

    def _keep_better(
        self, nb: NotebookNode, grade: Grade, auto: float | None, points: float
    ) -> None:
        """Set the mark from before by hand where it is better, in today's points."""
        if auto is None or grade.auto_score is None:
            return
        now = float(grade.cell.max_score)
        kept = auto * now / points if points > 0 else auto
        if grade.auto_score >= kept - TOLERANCE:
            return
        grade.manual_score, grade.needs_manual_grade = kept, False
        remarks = nb.metadata.get(KEY, {}).get("remarks", [])
        remarks[:] = [r for r in remarks if not (r["cell"] == grade.name and r["marks"])]
        text = f"Regraded, this would be {grade.auto_score:g}; the better mark, {kept:g}, stands."
        marks = None if kept >= now - TOLERANCE else f"{round(kept, 2):g}/{now:g}"
        add_remark(nb, text, grade.name, marks)


def with_keeping(steps: list[Any]) -> list[Any]:
    """Return the steps of autograding with KeepWhatStands in its place."""
    path = f"{KeepWhatStands.__module__}.{KeepWhatStands.__qualname__}"
    for place, step in enumerate(steps):
        if issubclass(_class(step), (CountQuestions, AssignLatePenalties)):
            return [*steps[:place], path, *steps[place:]]
    return [*steps, path]


def _class(step: Any) -> type:
    found: type = import_item(step) if isinstance(step, str) else step
    return found
