"""Grading one notebook without a course folder, a gradebook or a class.

What a course keeps in its folder is made for the time of the call, by the same steps: nbgrader
generates the assignment, and the submission goes through the pipeline as far as marks. So a
notebook earns here what it earns in a course.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import nbformat
from nbformat import NotebookNode

from nbexaminer.course.course_folder import (
    CourseFolderError,
    cause,
    open_course,
    require_sandbox,
)
from nbexaminer.notebook.judgements import marks_of
from nbexaminer.notebook.released import grade_id, is_marked
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.pipeline import MARK, PUT_RIGHT
from nbexaminer.runs.job import Job
from nbexaminer.runs.pure import as_notebook, grade_submission
from nbexaminer.runs.snapshot import AssignmentSnapshot, read_snapshot
from nbexaminer.submission.intake import HandedIn

_NAME = "assignment"
_STEPS = {
    "Autograde": {"sanitize_preprocessors": [*PUT_RIGHT], "autograde_preprocessors": [*MARK]},
    "GenerateAssignment": {"exporter_class": "nbexaminer.runs.generating.AssignmentExporter"},
    "AssignmentExporter": {"check_solution": False},
}


@dataclass(frozen=True)
class QuestionScore:
    """What became of one cell with points."""

    score: float | None
    """None where a person is to mark it."""
    points: float
    reasons: tuple[str, ...]
    """Why marks were lost; () where none were."""


@dataclass(frozen=True)
class NotebookScores:
    """What a notebook earned."""

    questions: Mapping[str, QuestionScore]
    """By grade id, in the notebook's order."""
    remarks: tuple[str, ...]
    """On the notebook as a whole: what was put right, say."""
    notebook: NotebookNode = field(repr=False)
    """The notebook as it was run, with its outputs."""

    @property
    def score(self) -> float:
        """The sum of what is marked."""
        return sum(one.score for one in self.questions.values() if one.score is not None)

    @property
    def points(self) -> float:
        """The sum of what can be had, by hand too."""
        return sum(one.points for one in self.questions.values())

    def as_json(self) -> dict[str, Any]:
        """Return everything but the notebook as values of JSON."""
        questions = {
            name: {"score": one.score, "points": one.points, "reasons": [*one.reasons]}
            for name, one in self.questions.items()
        }
        return {
            "score": self.score,
            "points": self.points,
            "questions": questions,
            "remarks": [*self.remarks],
        }


def grade(
    source: NotebookNode | str | Path,
    submission: NotebookNode | str | Path | bytes,
    *,
    data: Mapping[str, bytes] = MappingProxyType({}),
    config: str | Path | None = None,
) -> NotebookScores:
    """Grade a submission against the notebook with solutions and tests, as nbgrader's source/ has.

    Both are notebooks, paths of files, or, of the submission, its bytes, which may be broken: then
    the blank is graded, with a remark. `data` are files that lie beside the notebook, by the path
    that it knows them by. `config` is an nbgrader_config.py; without it the pipeline's own steps
    and nbgrader's own values hold.

    Code runs in the sandbox, tests are judged outside of it, and nothing is left behind. The same
    bytes give the same marks: what tests draw at random follows from source and submission.

    Raises OSError where a file cannot be read, CourseFolderError where nbgrader cannot generate the
    source, or where there is no sandbox.
    """
    handed_in = _bytes(submission)
    handed = HandedIn({f"{_NAME}.ipynb": handed_in}, {})
    graded = grade_submission(Job("student", handed, {}, {}, generated(source, data, config)))
    return _result(as_notebook(graded.notebooks[_NAME]), graded.remarks)


def generated(
    source: NotebookNode | str | Path,
    data: Mapping[str, bytes] = MappingProxyType({}),
    config: str | Path | None = None,
) -> bytes:
    """Return what grading needs of a source, as `AssignmentSnapshot.packed` gives it.

    nbgrader generates it, once for the same source. Raises what `grade` raises for it.
    """
    written = b"" if config is None else Path(config).read_bytes()
    return _snapshot(_bytes(source), tuple(sorted(data.items())), written)


def _bytes(notebook: NotebookNode | str | Path | bytes) -> bytes:
    if isinstance(notebook, bytes):
        return notebook
    if isinstance(notebook, NotebookNode):
        return str(nbformat.writes(notebook)).encode()
    return Path(notebook).read_bytes()


@lru_cache(maxsize=4)  # whoever grades many generates the assignment once
def _snapshot(source: bytes, data: tuple[tuple[str, bytes], ...], config: bytes) -> bytes:
    """Let nbgrader generate the source, with files beside it; return what grading needs, packed."""
    with TemporaryDirectory() as folder:
        files = {f"{_NAME}.ipynb": source, **dict(data)}
        return _generated(Path(folder).resolve(), files, config).packed()


def _generated(root: Path, source: Mapping[str, bytes], config: bytes) -> AssignmentSnapshot:
    (root / "nbgrader_config.py").write_bytes(config)
    for name, content in source.items():
        path = root / "source" / _NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    api = open_course(root, None if config else _STEPS)
    require_sandbox(api)
    done = api.generate_assignment(_NAME)
    if not done["success"]:
        raise CourseFolderError(f"nbgrader cannot generate the source: {cause(done)}")
    with api.gradebook as gradebook:
        snapshot = read_snapshot(api, _NAME, gradebook)
    return replace(snapshot, key=hashlib.sha256(source[f"{_NAME}.ipynb"]).digest())


def _result(nb: NotebookNode, others: tuple[str, ...]) -> NotebookScores:
    said = remarks_of(nb)
    questions = {}
    for cell in filter(is_marked, nb.cells):
        name = str(grade_id(cell))
        score, points = marks_of(nb, cell)
        reasons = tuple(one.text for one in said if one.cell == name and one.marks)
        questions[name] = QuestionScore(score, points, reasons)
    remarks = [*(one.text for one in said if not one.marks), *others]
    return NotebookScores(questions, tuple(dict.fromkeys(remarks)), nb)
