"""A class graded into a folder of its own: the course's gradebook and `autograded/` are only read.

The folder holds a copy of the gradebook into which `source/` has been generated anew, and what the
engine of `course grade` made of every submission. Submissions are put right against `release/`,
which is what students were given; tests and points are those of `source/` as it stands.
"""

import json
import shutil
from collections.abc import Mapping
from contextlib import closing
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from nbexaminer.course.course_folder import CourseFolderError, cause
from nbexaminer.gradebook import StudentMarks, class_marks, mark_of
from nbexaminer.gradebook.counting import Convention, uncounted
from nbexaminer.gradebook.writing import store_mark
from nbexaminer.notebook.released import graded_cells
from nbexaminer.pipeline.configured import steps_of
from nbexaminer.regrade.gradebooks import copy_gradebook
from nbexaminer.regrade.state import State, state
from nbexaminer.runs.assignment import (
    GradeRequest,
    Report,
    grade_assignment,
    journal_path,
)
from nbexaminer.runs.journal import Journal
from nbexaminer.runs.workers import Workers
from nbexaminer.steps.keep_better import marks_to_keep, with_keeping


@dataclass(frozen=True)
class Options:
    """How a regrade is to be."""

    only_raise: bool = False
    students: tuple[str, ...] = ()
    """Only these; none for everybody who is graded."""
    purpose: str = "regrade"
    """What it is for; another purpose is another piece of work."""
    undone: tuple[tuple[str, str, Convention], ...] = ()
    """Notebook, cell and convention of the decisions that are taken back."""


@dataclass(frozen=True)
class Scratch:
    """The folder of one assignment's regrade."""

    api: NbGraderAPI
    """The course."""
    assignment: str
    folder: Path

    @classmethod
    def of(cls, api: NbGraderAPI, assignment: str) -> "Scratch":
        """Return the folder, which need not be there."""
        folder = journal_path(api, assignment).parent / f"{assignment}.regrade"
        return cls(api, assignment, folder)

    @property
    def gradebook(self) -> str:
        """The URL of the gradebook that holds what the regrade gives."""
        return f"sqlite:///{self.folder / 'gradebook.db'}"

    def begun(self) -> dict[str, Any] | None:
        """Return what the regrade began with: state and options; None where there is none."""
        return _read(self.folder / "begun.json")

    def done(self) -> dict[str, Any] | None:
        """Return what came of it; None where it was not finished."""
        return _read(self.folder / "done.json")

    def graded_folder(self, student: str) -> Path:
        """Return where the graded notebooks of a student are."""
        return self.folder / "autograded" / student / self.assignment

    def grading_api(self, before: Mapping[str, StudentMarks], options: Options) -> NbGraderAPI:
        """Return the course as it is graded here."""
        config = self._config()
        config.CourseDirectory.autograded_directory = str(self.folder / "autograded")
        if options.only_raise:
            steps = steps_of(self.api.coursedir, self.api.config)
            config.Autograde.autograde_preprocessors = [*steps.mark, *with_keeping(steps.record)]
            config.KeepBetter.before = marks_to_keep(before)
        return NbGraderAPI(CourseDirectory(config=config), config=config)

    def generating_api(self) -> NbGraderAPI:
        """Return the course as `source/` is generated here."""
        config = self._config()
        config.CourseDirectory.release_directory = str(self.folder / "release")
        return NbGraderAPI(CourseDirectory(config=config), config=config)

    def _config(self) -> Config:
        config: Config = deepcopy(self.api.config)
        config.CourseDirectory.root = str(self.api.coursedir.root)
        config.CourseDirectory.db_url = self.gradebook
        return config

    def clear(self) -> None:
        """Remove the folder."""
        if self.folder.exists():
            shutil.rmtree(self.folder)


def grade_into(
    scratch: Scratch, now: State, options: Options, workers: Workers, report: Report
) -> None:
    """Grade the class anew into `scratch`, which is begun afresh or gone on with.

    `now` is the course's state. Raises CourseFolderError, GradebookGoneError and DiskError.
    """
    begun = _beginning(now, options)
    if scratch.begun() != begun:
        scratch.clear()
        scratch.folder.mkdir(parents=True, mode=0o700)
        copy_gradebook(scratch.api.coursedir.db_url, scratch.folder / "gradebook.db")
        _generate(scratch)
        _take_back(scratch, options)
        _write(scratch.folder / "begun.json", begun)
    with Gradebook(scratch.api.coursedir.db_url, scratch.api.coursedir.course_id) as gradebook:
        before = class_marks(gradebook, scratch.assignment).students
    students = tuple(sorted(set(options.students or before) & set(now["submissions"])))
    outcome = grade_assignment(
        scratch.grading_api(before, options),
        GradeRequest(scratch.assignment, students, only_changed=True),
        workers,
        report,
        journal=scratch.folder / "journal.sqlite",
    )
    failures = {one.student: one.reason for one in outcome.failures}
    _write(scratch.folder / "done.json", {"failures": failures, "students": students})


def _beginning(now: State, options: Options) -> dict[str, Any]:
    begun: dict[str, Any] = json.loads(json.dumps({"state": now, "options": asdict(options)}))
    return begun


def is_ready(scratch: Scratch, now: State, options: Options) -> bool:
    """Whether `scratch` holds what this regrade gives."""
    return scratch.done() is not None and scratch.begun() == _beginning(now, options)


def state_now(api: NbGraderAPI, assignment: str) -> State:
    """Return the course's state."""
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as gradebook:
        return state(api, assignment, gradebook)


def graded_before(api: NbGraderAPI, assignment: str) -> dict[str, str]:
    """Return by student the digest of the submission that `course grade` has graded.

    Raises CourseFolderError where a run is at work, or was cut off.
    """
    path = journal_path(api, assignment)
    if not path.exists():
        return {}
    with closing(Journal(path, assignment)) as journal:
        if journal.join():
            raise CourseFolderError(
                f"the last `course grade {assignment}` was cut off; call it again, it goes on from "
                "there, then regrade"
            )
        entries = journal.entries(of_this_run=False)
    return {student: entry.submission[64:] for student, entry in entries.items()}


def _generate(scratch: Scratch) -> None:
    """Generate `source/` into the copy of the gradebook.

    What students write into keeps the text it was given out with: an answer is blank or not beside
    that.
    """
    name = scratch.assignment
    with Gradebook(scratch.gradebook, scratch.api.coursedir.course_id) as gradebook:
        given = {
            (notebook.name, cell.name): (cell.source, cell.checksum)
            for notebook in gradebook.find_assignment(name).notebooks
            for cell in notebook.source_cells
            if not cell.locked
        }
        known = {
            notebook.name: {cell.name for cell in notebook.source_cells}
            for notebook in gradebook.find_assignment(name).notebooks
        }
    result = scratch.generating_api().generate_assignment(name)
    if not result["success"]:
        raise CourseFolderError(
            _other_cells(scratch.api, name, known)
            or f"source/{name} cannot be generated: {cause(result)}"
        )
    with Gradebook(scratch.gradebook, scratch.api.coursedir.course_id) as gradebook:
        for notebook in gradebook.find_assignment(name).notebooks:
            for cell in notebook.source_cells:
                if (notebook.name, cell.name) in given:
                    cell.source, cell.checksum = given[notebook.name, cell.name]
        gradebook.db.commit()


def _take_back(scratch: Scratch, options: Options) -> None:
    """Clear the extra credit that decisions have made, where they hold no longer."""
    with Gradebook(scratch.gradebook, scratch.api.coursedir.course_id) as gradebook:
        for submission in gradebook.assignment_submissions(scratch.assignment):
            grades = {(nb.name, one.name): one for nb in submission.notebooks for one in nb.grades}
            for notebook, cell, way in options.undone:
                row = grades.get((notebook, cell))
                if row is not None:
                    store_mark(row, uncounted(mark_of(row, float(row.cell.max_score)), way))
        gradebook.db.commit()


def _other_cells(api: NbGraderAPI, assignment: str, known: dict[str, set[str]]) -> str | None:
    """Return what is new or gone in `source/`, where nbgrader refuses because of that."""
    folder = Path(api.coursedir.format_path(api.coursedir.source_directory, ".", assignment))
    found = {
        path.stem: set(graded_cells(nbformat.read(path, as_version=4)))
        for path in sorted(folder.glob("*.ipynb"))
    }
    words = []
    for text, one, other in (("has no", known, found), ("has a new", found, known)):
        words += [f"{text} notebook {name!r}" for name in sorted(set(one) - set(other))]
        words += [
            f"{text} cell {cell!r}"
            for name in sorted(set(one) & set(other))
            for cell in sorted(one[name] - other[name])
        ]
    if not words:
        return None
    return (
        f"source/{assignment} {' and '.join(words)}: what is marked of an assignment that has been "
        f"handed in cannot be added, removed or renamed. Put it back; to take a question out, "
        f"`course drop {assignment} QUESTION`"
    )


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, value: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value), encoding="utf-8")
    new.replace(path)
