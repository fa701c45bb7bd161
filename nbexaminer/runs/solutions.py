"""A course's own solutions, taken the way of a submission: they have to earn everything.

`python -m nbexaminer.runs.solutions FOLDER ASSIGNMENT ...`, in a course's folder, says
which marks the solutions of source/ lose in the assignments that were generated into FOLDER. It
exits with 1 where they lose any.
"""

import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from nbexaminer.course.course_folder import CourseFolderError, open_course
from nbexaminer.exercises import CLASS, exercises
from nbexaminer.notebook.judgements import marks_of
from nbexaminer.notebook.released import data_files, grade_id, is_test
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.pipeline import run
from nbexaminer.pipeline.context import GradingContext, NotebookSnapshot
from nbexaminer.sandbox import SandboxUnavailableError
from nbexaminer.steps.execute import Execute
from nbexaminer.steps.explain import ExplainLostMarks


class LostMarks(NamedTuple):
    """A test that the model solution does not pass in full."""

    cell: str
    score: float
    points: float
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.cell}: the solution itself earns {self.score:g} of {self.points:g} points when "
            f"it is marked as a submission: {self.reason}"
        )


class _ExecuteSolution(Execute):
    """Gives the kernel the answers that a model solution asks the reference for."""

    _with_answers = True


def marks_lost_by_solution(
    source: NotebookNode,
    released: NotebookNode,
    config: Config | None = None,
    data: Mapping[str, bytes] | None = None,
) -> list[LostMarks]:
    """Grade the notebook of `source/` as a submission; return the tests that it does not pass.

    `config` holds the course's values, `data` the files that lie beside the notebook. A test that
    means something else outside the student's kernel than inside is found here, before students
    meet it.
    """
    return lost_marks(run_solution(source, released, config, data))


def run_solution(
    source: NotebookNode,
    released: NotebookNode,
    config: Config | None = None,
    data: Mapping[str, bytes] | None = None,
) -> NotebookNode:
    """Return the notebook of `source/` as it is when it was graded as a submission."""
    snapshot = NotebookSnapshot("", "", None, {})
    context = GradingContext(CLASS, "", released, snapshot, data=data or {})
    steps = (_ExecuteSolution(config=config), ExplainLostMarks(config=config))
    with exercises().beside(context.data):
        nb, _ = run(steps, deepcopy(source), context.resources(""))
    return nb


def lost_marks(nb: NotebookNode) -> list[LostMarks]:
    """Return the tests that a solution, which was graded so, does not pass in full."""
    reasons = {remark.cell: remark.text for remark in remarks_of(nb) if remark.marks is not None}
    found = []
    for cell in filter(is_test, nb.cells):
        score, points = marks_of(nb, cell)
        name = grade_id(cell) or ""
        if score is None or score < points:
            found.append(LostMarks(name, score or 0.0, points, reasons.get(name, "")))
    return found


def marks_lost(root: Path, released: Path, assignments: list[str]) -> Iterator[str]:
    """Yield a sentence for each mark that a solution of the course in `root` loses.

    The assignments have been generated into the folder `released`. Raises CourseFolderError where
    there is no course, and SandboxUnavailableError where submissions cannot be run.
    """
    api = open_course(root)
    for assignment in assignments:
        data = data_files(api.coursedir, assignment)
        for path in sorted((root / "source" / assignment).glob("*.ipynb")):
            given = nbformat.read(released / assignment / path.name, as_version=4)
            own = nbformat.read(path, as_version=4)
            for lost in marks_lost_by_solution(own, given, api.config, data):
                yield f"source/{assignment}/{path.name}, {lost}"


def main(words: list[str]) -> int:
    """Print the sentences; return the code to exit with."""
    released, *assignments = words
    try:
        lost = list(marks_lost(Path.cwd(), Path(released), assignments))
    except (CourseFolderError, SandboxUnavailableError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(lost))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
