"""A course in a folder: nbgrader's own interface, with the values of its nbgrader_config.py."""

import os
import re
import sys
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

from course_utils.grading.errors import CourseFolderError as CourseFolderError
from course_utils.grading.errors import no_course


def open_course(root: Path, values: dict[str, Any] | None = None) -> NbGraderAPI:
    """Return nbgrader's API for the course in `root`; `values` go over those of its config files.

    These are nbgrader_config.py and, where there is one, nbgrader_config.json over it.

    Raises CourseFolderError when the folder has no nbgrader_config.py.
    """
    root = root.resolve()
    if not (root / "nbgrader_config.py").is_file():
        raise no_course(root)
    _tools_on_path()
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    if (root / "nbgrader_config.json").is_file():
        config.merge(_decisions(root))
    config.merge(Config(values or {}))
    config.CourseDirectory.root = str(root)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def _decisions(root: Path) -> Config:
    try:
        loader = JSONFileConfigLoader("nbgrader_config.json", path=str(root))
        return loader.load_config()
    except ValueError as error:
        raise CourseFolderError(f"{root / 'nbgrader_config.json'} is no JSON: {error}") from None


def require_gradebook(api: NbGraderAPI) -> None:
    """Raise CourseFolderError when the course's gradebook is an SQLite file that is not there.

    nbgrader would make an empty one.
    """
    kind, _, path = api.coursedir.db_url.partition(":///")
    if kind == "sqlite" and not Path(path).is_file():
        raise CourseFolderError(
            f"{path} is missing: nothing has been graded here; `nbgrader generate_assignment "
            "--force` and `course grade` make it"
        )


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


def _tools_on_path() -> None:
    """nbgrader calls `alembic` by its bare name to make a gradebook."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = here + os.pathsep + os.environ["PATH"]
