"""The steps that a course's nbgrader_config.py names, today's and those of an earlier version."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from nbgrader import preprocessors
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.earlier import as_now
from nbexaminer.pipeline import Step, until_recording

_STEPS = "nbexaminer.steps"
_OURS = {
    preprocessors.OverwriteKernelspec: f"{_STEPS}.UseCourseKernel",
    preprocessors.OverwriteCells: f"{_STEPS}.UseGradebookCells",
    preprocessors.CheckCellMetadata: f"{_STEPS}.CheckMetadata",
    preprocessors.SaveAutoGrades: f"{_STEPS}.SaveGradesAndRemarks",
    preprocessors.AssignLatePenalties: f"{_STEPS}.PenaliseLateness",
}
"""Steps of nbgrader's that open the gradebook by themselves, and those that stand for them here."""
_COUNTING = "nbexaminer.regrade.counting"
_RENAMED = {
    f"{_STEPS}.KeepOneOfEach": f"{_STEPS}.DeduplicateCells",
    f"{_STEPS}.AskTheirPoints": f"{_STEPS}.RestorePoints",
    f"{_COUNTING}.AskTheirPoints": f"{_STEPS}.RestorePoints",
    f"{_COUNTING}.CountQuestions": f"{_STEPS}.CountQuestions",
}
"""What steps were called by an earlier version, and are called now; for one version."""


class Steps(NamedTuple):
    """The import paths of a course's steps, in their order."""

    put_right: tuple[str, ...]
    mark: tuple[str, ...]
    record: tuple[str, ...]
    outdated: tuple[str, ...] = ()
    """What the configuration calls as an earlier version did."""


def steps_of(coursedir: CourseDirectory, config: Config) -> Steps:
    """Return the steps that a course's configuration names.

    Recording begins at the first step that says `records`. Raises CourseFolderError for a step that
    is built on one of nbgrader's that opens the gradebook by itself.
    """
    converter = Autograde(coursedir=coursedir, config=config)
    named = [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]
    put_right = [in_force(step) for step in converter.sanitize_preprocessors]
    rest = [in_force(step) for step in converter.autograde_preprocessors]
    mark, _ = until_recording([import_item(step) for step in rest])
    record = rest[len(mark) :]
    steps = zip(map(_path, named), [*put_right, *rest], strict=True)
    outdated = [configured for configured, now in steps if configured != now]
    return Steps(tuple(put_right), tuple(rest[: len(mark)]), tuple(record), tuple(outdated))


def outdated(paths: Iterable[str]) -> str:
    """Return what is to be said of a configuration that names steps as an earlier version did."""
    names = ", ".join(dict.fromkeys(path.rpartition(".")[2] for path in paths))
    return (
        f"its lists of steps are of an earlier version ({names}). They still work, for one "
        "version: take PUT_RIGHT, MARK and RECORD from nbexaminer.pipeline, as the "
        "course's own nbgrader_config.py does"
    )


def made(paths: Sequence[str], config: Config) -> list[Step]:
    """Return the steps of those import paths, with their values in `config`."""
    return [import_item(path)(config=config) for path in paths]


def in_force(step: Any) -> str:
    """Return the import path of the step that stands for a configured one.

    Raises CourseFolderError for one that is built on nbgrader's and opens the gradebook by itself.
    """
    path = _as_now(_path(step))
    kind = import_item(path)
    if kind in _OURS:
        return _OURS[kind]
    if isinstance(kind, type) and not kind.__module__.startswith("nbexaminer."):
        for theirs, ours in _OURS.items():
            if issubclass(kind, theirs) and not issubclass(kind, import_item(ours)):
                raise CourseFolderError(
                    f"the step {path} is built on nbgrader's {theirs.__name__}, which opens the "
                    f"gradebook by itself: build it on {ours}"
                )
    return path


def _as_now(path: str) -> str:
    """Return the import path that an earlier version's step has now."""
    path = as_now(path)
    return _RENAMED.get(path, path)


def _path(step: Any) -> str:
    return step if isinstance(step, str) else f"{step.__module__}.{step.__qualname__}"
