"""What a worker needs to know of an assignment, taken from the course once."""

import hashlib
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.course.trial_key import trial_key
from nbexaminer.gradebook import extensions, people
from nbexaminer.notebook.released import data_files, read_released
from nbexaminer.pipeline.configured import Steps, steps_of
from nbexaminer.pipeline.context import NotebookSnapshot
from nbexaminer.runs.marking_code import marking_code


@dataclass(frozen=True)
class AssignmentSnapshot:
    """The assignment's side of grading, without a gradebook and without a course folder."""

    assignment: str
    config: Config
    steps: Steps
    notebooks: tuple[NotebookSnapshot, ...]
    student_ids: tuple[str, ...]
    data: Mapping[str, bytes] = field(default_factory=dict)
    """The files beside the source notebooks, by path: they lie beside every submission."""
    key: bytes = field(default=b"", repr=False)
    """What the inputs of tests are drawn with: see trial_key.py."""
    due: str | None = None
    """The due date, in UTC."""
    extensions: Mapping[str, float] = field(default_factory=dict)
    """By student who has one: the seconds more until their work is late."""

    @cached_property
    def digest(self) -> str:
        """Of everything that the marks follow from; not of who else is in the class.

        The notebooks as they were given out, with tests and points; the files beside them; the
        steps and every value of the configuration; the due date; the code that marks.
        """
        parts = [self.steps, self.config, self.due, *self.notebooks]
        code = marking_code(self.config)
        text = json.dumps([code, self.key.hex(), *parts], default=repr, sort_keys=True)
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


@lru_cache(maxsize=2)
def unpacked(packed: bytes) -> AssignmentSnapshot:
    """Return what `AssignmentSnapshot.packed` packed; a worker does it once for a class.

    The bytes come from the grading process itself, never from a submission.
    """
    snapshot: AssignmentSnapshot = pickle.loads(packed)
    return snapshot


def read_snapshot(api: NbGraderAPI, assignment: str, gradebook: Gradebook) -> AssignmentSnapshot:
    """Take the assignment's snapshot from the course; raises CourseFolderError where it lacks."""
    known = gradebook.find_assignment(assignment)
    if not known.notebooks:
        raise CourseFolderError(
            f"the gradebook has no notebook of {assignment!r}; "
            f"run `nbgrader generate_assignment {assignment}` first"
        )
    return AssignmentSnapshot(
        assignment=assignment,
        config=api.config,
        steps=steps_of(api.coursedir, api.config),
        notebooks=tuple(
            NotebookSnapshot.of(one, read_released(api.coursedir, assignment, one.name))
            for one in known.notebooks
        ),
        student_ids=tuple(people(gradebook)),
        data=data_files(api.coursedir, assignment),
        key=trial_key(api.coursedir),
        due=None if known.duedate is None else known.duedate.isoformat(),
        extensions={
            student: extension.total_seconds()
            for student, extension in extensions(gradebook, assignment).items()
            if extension is not None
        },
    )
