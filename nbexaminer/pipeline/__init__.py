"""The walk of one notebook, from what was handed in to the gradebook: every step, in its order.

`course grade`, `course regrade` and `course sample` walk it in workers as far as RECORD, and record
with one writer; `course mark` walks as far and records nothing. `nbgrader autograde` and the button
of formgrader walk it notebook by notebook, through SubmissionExporter. Each takes the lists from
nbgrader_config.py, which takes them from here: an instructor adds a step there, or leaves one out.
Every Jupyter server reads that file, so this one imports little.
"""

from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any

from nbformat import NotebookNode

_STEPS = "nbexaminer.steps"

PUT_RIGHT = (
    "nbgrader.preprocessors.ClearOutput",
    f"{_STEPS}.IdentifyCells",
    f"{_STEPS}.DeduplicateCells",
    f"{_STEPS}.RestoreCells",
    f"{_STEPS}.GatherWords",
    f"{_STEPS}.AttachPictures",
    f"{_STEPS}.UseCourseKernel",
    f"{_STEPS}.UseGradebookCells",
    f"{_STEPS}.RestorePoints",
    f"{_STEPS}.CheckMetadata",
)
"""Every cell that was given out, once, as it was given out; tests and points from the gradebook."""

MARK = (
    f"{_STEPS}.Execute",
    "nbgrader.preprocessors.LimitOutput",
    f"{_STEPS}.WarningsCostNothing",
    f"{_STEPS}.BoundScores",
    f"{_STEPS}.RecogniseOthersData",
    f"{_STEPS}.KeepMarkedAnswers",
    f"{_STEPS}.ExplainLostMarks",
)
"""Cells run, tests judged, lost marks explained. Nothing here reads or writes the gradebook."""

RECORD = (
    f"{_STEPS}.SaveGradesAndRemarks",
    f"{_STEPS}.CountQuestions",
    f"{_STEPS}.PenaliseLateness",
    f"{_STEPS}.RemarkLateness",
    f"{_STEPS}.ShowRemarks",
    f"{_STEPS}.CheckMetadata",
)
"""Marks, comments and penalties into the gradebook; what follows from them into the notebook."""

Step = Callable[[NotebookNode, dict[str, Any]], tuple[NotebookNode, dict[str, Any]]]


def run(
    steps: Iterable[Step], nb: NotebookNode, resources: dict[str, Any]
) -> tuple[NotebookNode, dict[str, Any]]:
    """Take a notebook through the steps.

    What a step raises goes on as it is, with a note of the step, the cell and the submission.
    """
    for step in steps:
        try:
            nb, resources = step(nb, resources)
        except Exception as error:
            error.add_note(_place(step, error, resources))
            raise
    return nb, resources


def until_recording(steps: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the steps before the first one that says `records`, and those from there on."""
    recording = (k for k, step in enumerate(steps) if getattr(step, "records", False))
    first = next(recording, len(steps))
    return steps[:first], steps[first:]


def told(error: BaseException) -> str:
    """Return an error in one line, and where it was raised."""
    where = " ".join(getattr(error, "__notes__", ()))
    text = f"{type(error).__name__}: {error}"
    return " ".join(f"{where} {text}".split())


def _place(step: Step, error: Exception, resources: dict[str, Any]) -> str:
    names = resources["nbgrader"]
    cell = _cell_at(error.__traceback__)
    at = [type(step).__name__, *([f"at {cell!r}"] if cell else [])]
    submission = "/".join(
        str(names.get(kind, "")) for kind in ("student", "assignment", "notebook")
    )
    return f"{' '.join(at)} of {submission}:"


def _cell_at(where: TracebackType | None) -> str | None:
    """Return the cell that a step was at: the innermost one that its functions call `cell`."""
    found = None
    while where is not None:
        cell = where.tb_frame.f_locals.get("cell")
        if isinstance(cell, NotebookNode) and "metadata" in cell:
            found = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id") or found
        where = where.tb_next
    return found
