"""What nbgrader's own commands do not do by themselves; nbgrader_config.py calls `mend()`.

- A path is no pattern: nbgrader gives `glob` whole paths, so that nothing is found in a course
  below a folder called "WS26 [RNN]", and takes braces and percent signs in paths for its own.
- A gradebook of another nbgrader is told of before it is opened, which would change it, and before
  `--force` has removed anything.
- What was given out stays where generating it again fails, and the reason is one sentence.
- `alembic`, which nbgrader calls by its bare name to make a gradebook, is found where the
  environment is not activated.
"""

import glob
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from nbgrader import dbutil
from nbgrader.api import Gradebook
from nbgrader.apps.baseapp import NbGrader
from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import BaseConverter, NbGraderException

from nbexaminer.course.schema import require_place, require_schema
from nbexaminer.errors import CourseFolderError, GradebookLockedError
from nbexaminer.notebook.released import changed_cells

GLOBBING = (
    "nbgrader.apps.api",
    "nbgrader.apps.validateapp",
    "nbgrader.converters.base",
    "nbgrader.exchange.default.collect",
    "nbgrader.exchange.default.exchange",
    "nbgrader.exchange.default.fetch_feedback",
    "nbgrader.exchange.default.list",
    "nbgrader.exchange.default.release_feedback",
    "nbgrader.utils",
)
"""nbgrader's modules that call `glob.glob` with paths."""


def mend() -> None:
    """Put these right in this process."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = here + os.pathsep + os.environ["PATH"]
    for name in GLOBBING:
        vars(import_module(name))["glob"] = SimpleNamespace(glob=paths_matching)
    for owner, name, mended in (
        (Gradebook, "__init__", _looks_before_opening),
        (BaseConverter, "start", _looks_before_starting),
        (GenerateAssignment, "start", _keeps_what_was_given_out),
        (dbutil, "upgrade", _doubles_percent_signs),
        (ZipCollectApp, "_format_collect_path", _leaves_braces),
    ):
        original = getattr(owner, name)
        if not hasattr(original, "__wrapped__"):
            setattr(owner, name, mended(original))


def paths_matching(pattern: str) -> list[str]:
    """Return the paths that match; folders that are there as they are written are no pattern.

    Brackets in what follows are brackets where nothing matches them otherwise.
    """
    parts = pattern.split(os.sep)
    there = next((k for k in range(len(parts)) if not _is_there(parts[: k + 1])), len(parts))
    start, rest = [glob.escape(part) for part in parts[:there]], parts[there:]
    literal = [part.replace("[", "[[]") for part in rest]
    return glob.glob(os.sep.join([*start, *rest])) or glob.glob(os.sep.join([*start, *literal]))


def _is_there(parts: list[str]) -> bool:
    last = set(parts[-1])
    if not last & set("*?["):
        return True
    return last != {"*"} and os.path.lexists(os.sep.join(parts))


def _looks_before_opening(original: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def mended(self: Gradebook, db_url: str, *args: Any, **kwargs: Any) -> None:
        try:
            look_at_gradebook(db_url)
        except CourseFolderError as error:
            if NbGrader.initialized():  # a command, for which an exception is a traceback
                raise SystemExit(f"{error}.") from None
            raise
        original(self, db_url, *args, **kwargs)

    return mended


def _looks_before_starting(original: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def mended(self: BaseConverter) -> None:
        try:
            look_at_gradebook(self.coursedir.db_url)
        except CourseFolderError as error:
            self.log.error("%s.", error)
            raise NbGraderException(str(error)) from None
        original(self)

    return mended


def _keeps_what_was_given_out(original: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def mended(self: GenerateAssignment) -> None:
        course = self.coursedir
        folder = Path(course.format_path(course.release_directory, ".", course.assignment_id))
        with TemporaryDirectory() as copy:
            kept = Path(copy) / "release"
            if folder.is_dir():
                shutil.copytree(folder, kept)
            try:
                original(self)
            except BaseException as error:
                if kept.is_dir():
                    shutil.rmtree(folder, ignore_errors=True)
                    shutil.copytree(kept, folder)
                    self.log.error("%s", _what_stays(self, folder, error))
                raise

    return mended


def _what_stays(converter: GenerateAssignment, folder: Path, error: BaseException) -> str:
    course, names = converter.coursedir, []
    with suppress(Exception, SystemExit):  # the gradebook that cannot be opened is `error` itself
        for notebook in sorted(folder.glob("*.ipynb")):
            names += changed_cells(course, course.assignment_id, notebook.stem)
    if names:
        return (
            f"Nothing was generated: since work was handed in, cells were added to the source or "
            f"taken out of it ({', '.join(names)}). Put them back as they were. {folder} is as it "
            "was, and grading goes on with it."
        )
    return f"Nothing was generated, and {folder} is as it was."


def _doubles_percent_signs(original: Callable[..., None]) -> Callable[..., None]:
    """For the file that `nbgrader db upgrade` writes for alembic, in which they mean something."""

    @wraps(original)
    def mended(db_url: str, *args: Any) -> None:
        original(db_url.replace("%", "%%"), *args)

    return mended


def _leaves_braces(original: Callable[..., str]) -> Callable[..., str]:
    """In the path of the course's folder, which nbgrader fills in together with what is below."""

    @wraps(original)
    def mended(self: ZipCollectApp, collect_step: str) -> str:
        below: str = self.collect_directory_structure.format(
            downloaded=self.downloaded_directory,
            assignment_id=self.coursedir.assignment_id,
            collect_step=collect_step,
        )
        return os.path.join(self.coursedir.root, below)

    return mended


def look_at_gradebook(url: str) -> None:
    """Raise CourseFolderError where a gradebook is of another nbgrader, or cannot be where it is.

    It only reads. One that is not there passes, and one that another program has locked: whoever
    opens it waits in a way of their own.
    """
    require_place(url)
    if url.startswith("sqlite") and not os.path.exists(url.partition(":///")[2]):
        return
    with suppress(GradebookLockedError):
        require_schema(url)
