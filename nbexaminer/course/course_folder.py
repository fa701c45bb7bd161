"""A course in a folder: nbgrader's own interface, with the values of its nbgrader_config.py."""

import os
import re
from glob import escape
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

from nbexaminer.course.nbgrader_mended import mend, paths_matching
from nbexaminer.course.schema import require_place, require_schema
from nbexaminer.errors import CourseFolderError as CourseFolderError
from nbexaminer.errors import no_course
from nbexaminer.sandbox import Sandbox, SandboxUnavailableError

_ANY = "\0"
"""Stands for a student's id where a path is taken apart; no folder has it."""


class CourseAPI(NbGraderAPI):  # type: ignore[misc]
    """nbgrader's API, which also finds what was handed in for an assignment called "3 (GRU)"."""

    def get_submitted_students(self, assignment_id: str) -> set[str]:
        """Return who has a folder of the assignment in submitted/; of any assignment for `*`."""
        course = self.coursedir
        # nbgrader reads the assignment's name as a regular expression
        parts = Path(course.format_path(course.submitted_directory, _ANY, assignment_id)).parts
        one = "*" if assignment_id == "*" else escape(assignment_id)
        pattern = course.format_path(course.submitted_directory, "*", one)
        place = next(k for k, part in enumerate(parts) if _ANY in part)
        return {Path(path).parts[place] for path in paths_matching(pattern) if os.path.isdir(path)}


def open_course(root: Path, values: dict[str, Any] | None = None) -> NbGraderAPI:
    """Return nbgrader's API for the course in `root`; `values` go over those of its config files.

    These are nbgrader_config.py and, where there is one, nbgrader_config.json over it.

    Raises CourseFolderError when the folder has no nbgrader_config.py, or cannot hold a gradebook.
    """
    root = root.resolve()
    if not (root / "nbgrader_config.py").is_file():
        raise no_course(root)
    mend()
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    if (root / "nbgrader_config.json").is_file():
        config.merge(_decisions(root))
    config.merge(Config(values or {}))
    config.CourseDirectory.root = str(root)
    coursedir = CourseDirectory(config=config)
    require_place(coursedir.db_url)
    return CourseAPI(coursedir, config=config)


def _decisions(root: Path) -> Config:
    try:
        loader = JSONFileConfigLoader("nbgrader_config.json", path=str(root))
        return loader.load_config()
    except ValueError as error:
        raise CourseFolderError(f"{root / 'nbgrader_config.json'} is no JSON: {error}") from None


def require_gradebook(api: NbGraderAPI) -> None:
    """Raise CourseFolderError where the course has no gradebook, or one of another nbgrader.

    nbgrader would make an empty one, or change one that it cannot read.
    """
    require_gradebook_file(api)
    require_schema(api.coursedir.db_url)


def require_gradebook_file(api: NbGraderAPI) -> None:
    """Raise CourseFolderError when the course's gradebook is an SQLite file that is not there."""
    kind, _, path = api.coursedir.db_url.partition(":///")
    if kind == "sqlite" and not Path(path).is_file():
        raise CourseFolderError(
            f"{path} is missing: nothing has been graded here; `nbgrader generate_assignment "
            "--force` and `course grade` make it"
        )


def require_sandbox(api: NbGraderAPI) -> None:
    """Raise CourseFolderError where submissions are to run in a sandbox that cannot be had here."""
    try:
        Sandbox(config=api.config).require()
    except SandboxUnavailableError as error:
        raise CourseFolderError(str(error)) from None


def checked(step: str, result: dict[str, Any]) -> None:
    """Raise CourseFolderError when a step of nbgrader's API did not succeed."""
    if not result["success"]:
        raise CourseFolderError(f"{step} failed.\n{last_lines(result)}")


def last_lines(result: dict[str, Any]) -> str:
    """Return the end of what a failed step logged."""
    text = result.get("log") or result.get("error") or ""
    return "\n".join(text.strip().splitlines()[-12:])


def cause(result: dict[str, Any]) -> str:
    """Return the line of a failed step's log that names the error."""
    text: str = result.get("log") or result.get("error") or "no reason given"
    lines = text.strip().splitlines()
    named = [line.strip() for line in lines if re.match(r"\s*[\w.]*(Error|Exception)\b", line)]
    return [*lines[-1:], *named][-1]
