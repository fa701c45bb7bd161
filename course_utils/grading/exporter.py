"""How `nbgrader autograde` reads a submission: nothing that a file holds can stop it."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook, Student
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Integer

from course_utils.grading.context import KEY, GradingContext, NotebookSnapshot
from course_utils.grading.pipeline import run
from course_utils.grading.released import data_files, read_released
from course_utils.grading.sandbox import Sandbox, SandboxUnavailableError
from course_utils.grading.submission import blank, notebook_to_grade, read_files, read_folder
from course_utils.grading.trial_key import trial_key


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in; where that cannot be read, grades the blank notebook and says so.

    The file in `submitted/` is only ever read. What the steps need beside it they find in the
    context, as in `course grade`: see context.py.
    """

    max_megabytes = Integer(
        50, help="A submitted file larger than this is not read; the blank notebook is graded."
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        """Make the exporter; as a part of `nbgrader autograde`, see first whether code can run.

        Raises NbGraderException, which ends nbgrader before its first submission.
        """
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        if self.parent is not None:
            try:
                Sandbox(parent=self).require()
            except SandboxUnavailableError as error:
                self.log.error("%s", error)
                raise NbGraderException(str(error)) from None

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
                students=tuple(gradebook.db.scalars(select(Student.id).order_by(Student.id))),
                data=data_files(coursedir, names["assignment"]),
                key=trial_key(coursedir),
                db_url=coursedir.db_url,
            )

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Take the notebook through the steps that nbgrader has registered: see pipeline.py."""
        graded, resources = run(self._preprocessors, deepcopy(nb), resources)
        nbformat.validate(graded, relax_add_props=True)
        return graded, resources

    def _converted(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        converted: tuple[NotebookNode, dict[str, Any]] = self.from_notebook_node(  # type: ignore[no-untyped-call]
            nb, resources
        )
        return converted
