"""How `nbgrader autograde` reads a submission: nothing that a file holds can stop it."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets import Integer

from course_utils.grading.reading import UnreadableSubmissionError, read_submission
from course_utils.grading.released import count_answers, read_released
from course_utils.grading.remarks import add_remark


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in; where that cannot be read, grades the blank notebook and says so.

    The file in `submitted/` is only ever read. The released notebook is passed to the steps as
    `resources["course_utils"]["released"]`.
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
        resources["course_utils"] = {"released": released}

        submitted = coursedir.format_path(
            coursedir.submitted_directory, names["student"], names["assignment"]
        )
        if path.parent.resolve() != Path(submitted).resolve():  # the second pass, over our own file
            return super().from_filename(filename, resources=resources, **kw)

        nb = self._submission(path, released)
        try:
            return self._converted(nb, resources)
        except SQLAlchemyError:  # the course's trouble, not the student's
            raise
        except Exception as error:
            self.log.exception("%s could not be put right; the blank notebook is graded", path)
            reason = f"it could not be put right ({type(error).__name__}: {error})"
            return self._converted(_blank(released, reason), resources)

    def _converted(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        converted: tuple[NotebookNode, dict[str, Any]] = self.from_notebook_node(  # type: ignore[no-untyped-call]
            nb, resources
        )
        return converted

    def _submission(self, expected: Path, released: NotebookNode) -> NotebookNode:
        """Return the notebook to grade: the file of the expected name, else the one meant by it."""
        readable: dict[Path, NotebookNode] = {}
        trouble: dict[Path, str] = {}
        for path in sorted(expected.parent.glob("*.ipynb")):
            try:
                readable[path] = read_submission(self._bytes(path))
            except UnreadableSubmissionError as error:
                trouble[path] = str(error)
        answers = {path: count_answers(nb, released) for path, nb in readable.items()}
        others = [p for p in readable if p != expected and self._may_stand_in(p, expected)]
        best = max(others, key=lambda p: answers[p], default=None)
        if answers.get(expected, 0) == 0 and best is not None and answers[best] > 0:
            add_remark(
                readable[best],
                f"Graded from the file {best.name!r}; "
                + _instead_of(expected, trouble, expected in readable),
            )
            return readable[best]
        if expected in readable:
            return readable[expected]
        if expected not in trouble:
            trouble = {expected: "there is no such file"} | trouble
        reasons = "; ".join(f"{path.name!r}: {reason}" for path, reason in trouble.items())
        return _blank(released, reasons)

    def _bytes(self, path: Path) -> bytes:
        try:
            size = path.stat().st_size
            if size > self.max_megabytes * 1_000_000:
                raise UnreadableSubmissionError(
                    f"the file has {size / 1e6:.0f} MB, more than the {self.max_megabytes} MB "
                    "that are read"
                )
            return path.read_bytes()
        except OSError as error:
            raise UnreadableSubmissionError(
                f"the file cannot be opened: {error.strerror}"
            ) from None

    def _may_stand_in(self, path: Path, expected: Path) -> bool:
        """Whether `path` is not itself another notebook of the assignment."""
        coursedir = self._coursedir
        folder = coursedir.format_path(coursedir.release_directory, ".", expected.parent.name)
        return not (Path(folder) / path.name).exists()


def _instead_of(expected: Path, trouble: dict[Path, str], readable: bool) -> str:
    if readable:
        return f"{expected.name!r} holds no answer."
    return f"{expected.name!r}: {trouble.get(expected, 'there is no such file')}."


def _blank(released: NotebookNode, reason: str) -> NotebookNode:
    nb = deepcopy(released)
    add_remark(nb, f"Nothing could be read, so the empty notebook was graded: {reason}.")
    return nb
