"""The better mark of each question stands through a regrade, where that is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Dict
from traitlets.utils.importstring import import_item

from nbexaminer.gradebook import Mark, StudentMarks
from nbexaminer.gradebook.counting import Counting
from nbexaminer.notebook.released import grade_id
from nbexaminer.notebook.remarks import KEY, add_remark
from nbexaminer.pipeline.context import context_of
from nbexaminer.points import TOLERANCE, as_points
from nbexaminer.steps.counting import CountQuestions
from nbexaminer.steps.lateness import PenaliseLateness


class KeepBetter(NbGraderPreprocessor):  # type: ignore[misc]
    """Keep the mark from before where it is better, as a mark given by hand.

    As such it stands when the class is graded again, and formgrader shows it for what it is. Comes
    after the scores are saved, before lateness is counted; only while regrading.
    """

    records = True
    before = Dict(help="By student, then 'NOTEBOOK/ID': automatic score and points.").tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Set the marks of `nb` in the record to what stands."""
        context = context_of(resources)
        before = self.before.get(context.student, {})
        counting = Counting(config=self.config)
        place = context.assignment, context.notebook
        marks = context.record.marks
        for cell in nb.cells:
            name = grade_id(cell)
            old = before.get(f"{context.notebook}/{name}")
            if old is None or name is None or not is_grade(cell):
                continue
            if marks[name].manual is None and counting.convention(*place, name) is None:
                marks[name] = _kept(nb, name, marks[name], *old)
        return nb, resources


def _kept(nb: NotebookNode, name: str, mark: Mark, auto: float | None, points: float) -> Mark:
    """Return the mark from before as one by hand where it is better, in today's points."""
    if auto is None or mark.auto is None:
        return mark
    now = mark.points
    kept = auto * now / points if points > 0 else auto
    if mark.auto >= kept - TOLERANCE:
        return mark
    remarks = nb.metadata.get(KEY, {}).get("remarks", [])
    remarks[:] = [r for r in remarks if not (r["cell"] == name and r["marks"])]
    better = as_points(kept)
    text = f"Regraded, this would be {as_points(mark.auto)}; the better mark, {better}, stands."
    marks = None if kept >= now - TOLERANCE else f"{better}/{as_points(now)}"
    add_remark(nb, text, name, marks)
    return replace(mark, manual=kept, open=False)


def marks_to_keep(before: Mapping[str, StudentMarks]) -> dict[str, dict[str, Any]]:
    """Return `KeepBetter.before` of a class's marks."""
    return {
        student: {str(question): (mark.auto, mark.points) for question, mark in one.marks.items()}
        for student, one in before.items()
    }


def with_keeping(record: Sequence[str]) -> list[str]:
    """Return the steps that record with KeepBetter in its place."""
    behind = (CountQuestions, PenaliseLateness)
    places = (k for k, path in enumerate(record) if issubclass(import_item(path), behind))
    place = next(places, len(record))
    return [*record[:place], f"{KeepBetter.__module__}.{KeepBetter.__qualname__}", *record[place:]]
