"""What a worker needs to know of an assignment, taken from the course once."""

import hashlib
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, Notebook, Student, SubmittedAssignment
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from sqlalchemy import select
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from course_utils.grading.course_folder import CourseFolderError
from course_utils.grading.released import data_files, read_released
from course_utils.grading.runner.marking_code import marking_code
from course_utils.grading.steps import RemarkLateness

_WRITING = (SaveAutoGrades, AssignLatePenalties, RemarkLateness)
"""Steps that write the gradebook, or read what these have written."""


@dataclass(frozen=True)
class Cell:
    """A cell as the gradebook has it; the fields are those of nbgrader's SourceCell."""

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str


@dataclass(frozen=True)
class GradedCell:
    """A marked cell and its points."""

    name: str
    max_score: float


@dataclass(frozen=True)
class Given:
    """A notebook of the assignment: as it was given out, and as the gradebook has it."""

    name: str
    released: str
    """The released notebook, as JSON."""
    kernelspec: str | None
    source_cells: tuple[Cell, ...]
    grade_cells: tuple[GradedCell, ...]
    task_cells: tuple[GradedCell, ...]
    solution_cells: tuple[GradedCell, ...]


@dataclass(frozen=True)
class Material:
    """The assignment's side of grading, without a gradebook and without a course folder.

    It has those methods of nbgrader's Gradebook that the steps of a worker read with.
    """

    assignment: str
    config: Config
    sanitize: tuple[str, ...]
    """Import paths of the steps, in the configured order; `grade` ends where writing begins."""
    grade: tuple[str, ...]
    write: tuple[str, ...]
    notebooks: tuple[Given, ...]
    student_ids: tuple[str, ...]
    data: Mapping[str, bytes] = field(default_factory=dict)
    """The files beside the source notebooks, by path: they lie beside every submission."""
    due: str | None = None
    """The due date, in UTC."""
    extensions: Mapping[str, float] = field(default_factory=dict)
    """By student who has one: the seconds more until their work is late."""

    def find_notebook(self, notebook: str, assignment: str) -> Given:
        """Return the notebook; raises MissingEntry."""
        for given in self.notebooks:
            if given.name == notebook and assignment == self.assignment:
                return given
        raise MissingEntry(f"No such notebook: {assignment}/{notebook}")

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Cell:
        """Return the cell as it was in the source; raises MissingEntry."""
        cell: Cell = _named(self.find_notebook(notebook, assignment).source_cells, name)
        return cell

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> GradedCell:
        """Return the marked cell; raises MissingEntry."""
        given = self.find_notebook(notebook, assignment)
        cell: GradedCell = _named((*given.grade_cells, *given.task_cells), name)
        return cell

    @property
    def students(self) -> list["KnownStudent"]:
        """Everybody the gradebook knows."""
        return [KnownStudent(name) for name in self.student_ids]

    @cached_property
    def digest(self) -> str:
        """Of everything that the marks follow from; not of who else is in the class.

        The notebooks as they were given out, with tests and points; the files beside them; the
        steps and every value of the configuration; the due date; the code that marks.
        """
        parts = [self.sanitize, self.grade, self.write, self.config, self.due, *self.notebooks]
        text = json.dumps([marking_code(), *parts], default=repr, sort_keys=True)
        files = [name + hashlib.sha256(raw).hexdigest() for name, raw in sorted(self.data.items())]
        return hashlib.sha256("\n".join([text, *files]).encode()).hexdigest()

    def digest_for(self, student: str) -> str:
        """Of the same for this student: with the extension that they were granted."""
        if student not in self.extensions:
            return self.digest
        return hashlib.sha256(f"{self.digest}+{self.extensions[student]}".encode()).hexdigest()

    def packed(self) -> bytes:
        """Return it as bytes for `unpacked`; raises CourseFolderError where that cannot be done."""
        try:
            return pickle.dumps(self)
        except Exception as error:
            raise CourseFolderError(
                "nbgrader_config.py has a value that cannot be sent to another process, as a "
                f"function made in the file cannot: {error}"
            ) from None


@dataclass(frozen=True)
class KnownStudent:
    """A student, as steps ask for them."""

    id: str


@lru_cache(maxsize=2)
def unpacked(packed: bytes) -> Material:
    """Return what `Material.packed` packed; a worker does it once for a class.

    The bytes come from the grading process itself, never from a submission.
    """
    material: Material = pickle.loads(packed)
    return material


def read_material(api: NbGraderAPI, assignment: str, gradebook: Gradebook) -> Material:
    """Take the assignment's material from the course; raises CourseFolderError where it lacks."""
    known = gradebook.find_assignment(assignment)
    if not known.notebooks:
        raise CourseFolderError(
            f"the gradebook has no notebook of {assignment!r}; "
            f"run `nbgrader generate_assignment {assignment}` first"
        )
    converter = Autograde(coursedir=api.coursedir, config=api.config)
    sanitize = [_path(step) for step in converter.sanitize_preprocessors]
    steps = [_path(step) for step in converter.autograde_preprocessors]
    writing = [issubclass(import_item(step), _WRITING) for step in steps]
    split = writing.index(True) if True in writing else len(steps)
    return Material(
        assignment=assignment,
        config=api.config,
        sanitize=tuple(sanitize),
        grade=tuple(steps[:split]),
        write=tuple(steps[split:]),
        notebooks=tuple(_given(api, assignment, notebook) for notebook in known.notebooks),
        student_ids=tuple(gradebook.db.scalars(select(Student.id).order_by(Student.id))),
        data=data_files(api.coursedir, assignment),
        due=None if known.duedate is None else known.duedate.isoformat(),
        extensions={
            student: extension.total_seconds()
            for student, extension in gradebook.db.execute(
                select(SubmittedAssignment.student_id, SubmittedAssignment.extension).where(
                    SubmittedAssignment.assignment_id == known.id,
                    SubmittedAssignment.extension.is_not(None),
                )
            )
        },
    )


def _given(api: NbGraderAPI, assignment: str, notebook: Notebook) -> Given:
    return Given(
        name=notebook.name,
        released=json.dumps(read_released(api.coursedir, assignment, notebook.name)),
        kernelspec=notebook.kernelspec,
        source_cells=tuple(
            Cell(c.name, c.cell_type, c.locked, c.source, c.checksum) for c in notebook.source_cells
        ),
        grade_cells=_graded(notebook.grade_cells),
        task_cells=_graded(notebook.task_cells),
        solution_cells=tuple(GradedCell(c.name, 0.0) for c in notebook.solution_cells),
    )


def _graded(cells: list[Any]) -> tuple[GradedCell, ...]:
    return tuple(GradedCell(cell.name, float(cell.max_score)) for cell in cells)


def _named(cells: tuple[Any, ...], name: str) -> Any:
    for cell in cells:
        if cell.name == name:
            return cell
    raise MissingEntry(f"No such cell: {name}")


def _path(step: Any) -> str:
    return step if isinstance(step, str) else f"{step.__module__}.{step.__qualname__}"
