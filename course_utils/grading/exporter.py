"""How `nbgrader autograde` reads a submission: nothing that a file holds can stop it."""

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Integer

from course_utils.grading.released import data_files, read_released
from course_utils.grading.submission import blank, notebook_to_grade, read_folder


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in; where that cannot be read, grades the blank notebook and says so.

    The file in `submitted/` is only ever read. The released notebook and the assignment's other
    files are passed to the steps as `released` and `data` of `resources["course_utils"]`.
    """

    max_megabytes = Integer(
        50, help="A submitted file larger than this is not read; the blank notebook is graded."
    ).tag(config=True)

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
        data = data_files(coursedir, names["assignment"])
        resources["course_utils"] = {"released": released, "data": data}

        submitted = coursedir.format_path(
            coursedir.submitted_directory, names["student"], names["assignment"]
        )
        if path.parent.resolve() != Path(submitted).resolve():  # the second pass, over our own file
            return super().from_filename(filename, resources=resources, **kw)

        folder = coursedir.format_path(coursedir.release_directory, ".", names["assignment"])
        given_out = {other.name for other in Path(folder).glob("*.ipynb")}
        handed_in = read_folder(path.parent, self.max_megabytes)
        nb = notebook_to_grade(path.name, handed_in, released, given_out)
        try:
            return self._converted(nb, resources)
        except SQLAlchemyError:  # the course's trouble, not the student's
            raise
        except Exception as error:
            self.log.exception("%s could not be put right; the blank notebook is graded", path)
            reason = f"it could not be put right ({type(error).__name__}: {error})"
            return self._converted(blank(released, reason), resources)

    def _converted(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        converted: tuple[NotebookNode, dict[str, Any]] = self.from_notebook_node(  # type: ignore[no-untyped-call]
            nb, resources
        )
        return converted
