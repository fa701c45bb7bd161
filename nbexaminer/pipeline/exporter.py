"""How `nbgrader autograde` reads a submission: nothing that a file holds can stop it."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Integer
from traitlets.utils.importstring import import_item

from nbexaminer.course.trial_key import trial_key
from nbexaminer.errors import CourseFolderError
from nbexaminer.exercises import exercises
from nbexaminer.gradebook import people
from nbexaminer.gradebook.writing import SubmissionRows
from nbexaminer.notebook.released import data_files, read_released
from nbexaminer.pipeline import run, until_recording
from nbexaminer.pipeline.configured import in_force, outdated, steps_of
from nbexaminer.pipeline.context import KEY, GradingContext, NotebookSnapshot, context_of
from nbexaminer.sandbox import Sandbox, SandboxUnavailableError
from nbexaminer.submission.intake import blank, notebook_to_grade, read_files, read_folder


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in; where that cannot be read, grades the blank notebook and says so.

    The file in `submitted/` is only ever read. What the steps need beside it they find in the
    context, as in `course grade`: see context.py.
    """

    max_megabytes = Integer(
        50, help="A submitted file larger than this is not read; the blank notebook is graded."
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Make the exporter; as a part of `nbgrader autograde`, see first whether it can be done.

        Raises NbGraderException, which ends nbgrader before its first submission, where code cannot
        run, and for a step that opens the gradebook by itself.
        """
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        if self.parent is not None:
            try:
                Sandbox(parent=self).require()
                steps = steps_of(self._coursedir, self.config)
            except (SandboxUnavailableError, CourseFolderError) as error:
                self.log.error("%s", error)
                raise NbGraderException(str(error)) from None
            if steps.outdated:
                self.log.warning("nbgrader_config.py: %s", outdated(steps.outdated))

    def register_preprocessor(self, preprocessor: Any, enabled: bool = False) -> Any:
        """Register the step that stands for a configured one: see configured.py."""
        if isinstance(preprocessor, str | type):
            preprocessor = import_item(in_force(preprocessor))
        return super().register_preprocessor(preprocessor, enabled)  # type: ignore[no-untyped-call]

    @property
    def _coursedir(self) -> CourseDirectory:
        converter: Any = self.parent
        return converter.coursedir

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Convert the notebook at `filename`, which may be broken, renamed or missing."""
        path = Path(filename)
        resources = ResourcesDict() if resources is None else resources
        resources["metadata"] = ResourcesDict(name=path.stem, path=str(path.parent))
        names = resources["nbgrader"]
        coursedir = self._coursedir
        released = read_released(coursedir, names["assignment"], names["notebook"])
        resources[KEY] = context = self._context(names, released)

        submitted = coursedir.format_path(
            coursedir.submitted_directory, names["student"], names["assignment"]
        )
        if path.parent.resolve() != Path(submitted).resolve():  # the second pass, over our own file
            return super().from_filename(filename, resources=resources, **kw)

        folder = coursedir.format_path(coursedir.release_directory, ".", names["assignment"])
        given_out = {other.name for other in Path(folder).glob("*.ipynb")}
        handed_in = read_folder(path.parent, self.max_megabytes)
        context.files = read_files(path.parent, coursedir)[0]
        nb = notebook_to_grade(path.name, handed_in, released, given_out)
        try:
            return self._converted(nb, resources)
        except SQLAlchemyError:  # the course's trouble, not the student's
            raise
        except Exception as error:
            self.log.exception("%s could not be put right; the blank notebook is graded", path)
            reason = f"it could not be put right ({type(error).__name__}: {error})"
            return self._converted(blank(released, reason), resources)

    def _context(self, names: Mapping[str, str], released: NotebookNode) -> GradingContext:
        coursedir = self._coursedir
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
            return GradingContext(
                student=names["student"],
                assignment=names["assignment"],
                released=released,
                snapshot=NotebookSnapshot.of(notebook, released),
                students=tuple(people(gradebook)),
                data=data_files(coursedir, names["assignment"]),
                key=trial_key(coursedir),
            )

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Take the notebook through the steps that nbgrader has registered: see pipeline.py."""
        with exercises().beside(context_of(resources).data):
            before, recording = until_recording(self._preprocessors)
            graded, resources = run(before, deepcopy(nb), resources)
            if recording:
                context = context_of(resources)
                with Gradebook(self._coursedir.db_url, self._coursedir.course_id) as gradebook:
                    rows = SubmissionRows(gradebook, context.assignment, context.student)
                    context.record = rows.record(context.notebook)
                    graded, resources = run(recording, graded, resources)
                    rows.store(context.notebook, context.record)
                    gradebook.db.commit()
        nbformat.validate(graded, relax_add_props=True)
        return graded, resources

    def _converted(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        converted: tuple[NotebookNode, dict[str, Any]] = self.from_notebook_node(  # type: ignore[no-untyped-call]
            nb, resources
        )
        return converted
