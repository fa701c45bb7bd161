"""The one list of steps, who takes it, and what is said of a step that fails."""

import logging
from copy import deepcopy
from typing import Any

import pytest
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets.config import Config
from traitlets.log import get_logger
from traitlets.utils.importstring import import_item

from nbexaminer.course.course_folder import CourseFolderError
from nbexaminer.pipeline import MARK, PUT_RIGHT, RECORD, run, told
from nbexaminer.pipeline.configured import outdated, steps_of
from nbexaminer.pipeline.exporter import SubmissionExporter
from nbexaminer.steps import InsertSignIn
from tests.grading.course import Course, filled, resources, source_notebook

EARLIER = {
    "sanitize_preprocessors": [
        "nbgrader.preprocessors.ClearOutput",
        "nbexaminer.steps.IdentifyCells",
        "nbexaminer.steps.KeepOneOfEach",
        "nbexaminer.steps.RestoreCells",
        "nbexaminer.steps.GatherWords",
        "nbexaminer.steps.AttachPictures",
        "nbexaminer.steps.UseCourseKernel",
        "nbgrader.preprocessors.OverwriteCells",
        "nbexaminer.regrade.counting.AskTheirPoints",
        "nbgrader.preprocessors.CheckCellMetadata",
    ],
    "autograde_preprocessors": [
        "nbexaminer.steps.Execute",
        "nbgrader.preprocessors.LimitOutput",
        "nbexaminer.steps.WarningsCostNothing",
        "nbexaminer.steps.BoundScores",
        "nbexaminer.steps.RecogniseOthersData",
        "nbexaminer.steps.KeepMarkedAnswers",
        "nbexaminer.steps.ExplainLostMarks",
        "nbexaminer.steps.SaveGradesAndRemarks",
        "nbexaminer.regrade.counting.CountQuestions",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbexaminer.steps.RemarkLateness",
        "nbexaminer.steps.ShowRemarks",
        "nbgrader.preprocessors.CheckCellMetadata",
    ],
}
"""As nbgrader_config.py had them before there was a list of ours."""


def with_steps(course: Course, **lists: list[Any]) -> Config:
    config = deepcopy(course.api.config)
    config.Autograde.update(lists)
    return config


def test_a_course_takes_the_steps_that_are_listed(course: Course) -> None:
    assert steps_of(course.api.coursedir, course.api.config) == (PUT_RIGHT, MARK, RECORD, ())


def test_a_configuration_of_an_earlier_version_means_the_same_and_is_told(course: Course) -> None:
    steps = steps_of(course.api.coursedir, with_steps(course, **EARLIER))
    assert steps[:3] == (PUT_RIGHT, MARK, RECORD)
    assert (
        "KeepOneOfEach, OverwriteCells, AskTheirPoints, CheckCellMetadata, CountQuestions"
        in outdated(steps.outdated)
    )


def test_so_is_one_that_names_the_grader_as_a_part_of_the_course(course: Course) -> None:
    before = {
        name: [path.replace("nbexaminer.", "course_utils.grading.") for path in paths]
        for name, paths in (("sanitize_preprocessors", PUT_RIGHT),
                            ("autograde_preprocessors", (*MARK, *RECORD)))
    }  # fmt: skip
    steps = steps_of(course.api.coursedir, with_steps(course, **before))
    assert steps[:3] == (PUT_RIGHT, MARK, RECORD)
    paths = [*before["sanitize_preprocessors"], *before["autograde_preprocessors"]]
    assert steps.outdated == tuple(path for path in paths if path.startswith("course_utils."))


def test_a_step_for_generating_has_its_earlier_name_too(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.MonkeyPatch.context() as patch:
        patch.setattr(get_logger(), "propagate", True)
        assert import_item("nbexaminer.steps.AskWhoYouAre") is InsertSignIn
    assert "AskWhoYouAre is called InsertSignIn now" in caplog.text


def test_nbgrader_takes_the_steps_that_stand_for_them_and_says_so(
    course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    config = with_steps(course, **EARLIER)
    config.Sandbox.provisioner = "course-unprotected"
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config)
    logger = get_logger()
    with caplog.at_level(logging.WARNING, logger.name), pytest.MonkeyPatch.context() as patch:
        patch.setattr(logger, "propagate", True)
        exporter = SubmissionExporter(parent=converter, config=config)
    assert outdated(steps_of(course.api.coursedir, config).outdated) in caplog.text
    converter.exporter, converter._sanitizing = exporter, False
    converter._init_preprocessors()
    assert [_path(type(step)) for step in exporter._preprocessors] == [
        _path(import_item(name)) for name in (*MARK, *RECORD)
    ]


def _path(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


class Ours(NbGraderPreprocessor):  # type: ignore[misc]
    """A step of an instructor's own."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        for cell in nb.cells:
            if cell.id == "test_add":
                raise ZeroDivisionError("none left")
        return nb, resources


class TheirsIsOpened(SaveAutoGrades):  # type: ignore[misc]
    """A step built on one that opens the gradebook by its address, which a worker has not."""


def test_a_step_of_ones_own_is_put_in_between(course: Course) -> None:
    own = f"{__name__}.Ours"
    steps = steps_of(
        course.api.coursedir, with_steps(course, autograde_preprocessors=[*MARK, own, *RECORD])
    )
    assert steps[:3] == (PUT_RIGHT, (*MARK, own), RECORD)
    assert steps.outdated == ()


def test_a_step_that_opens_the_gradebook_by_itself_is_refused_with_what_to_do(
    course: Course,
) -> None:
    config = with_steps(course, autograde_preprocessors=[*MARK, TheirsIsOpened])
    with pytest.raises(CourseFolderError, match="build it on .*steps.SaveGradesAndRemarks"):
        steps_of(course.api.coursedir, config)


def test_what_a_step_raises_names_step_cell_and_submission() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        run([Ours()], source_notebook(), resources(source_notebook()))
    expected = "Ours at 'test_add' of ana/small/sums: ZeroDivisionError: none left"
    assert told(raised.value) == expected


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_step_that_raises_costs_one_submission_and_is_named_by_nbgrader_too(
    make_course: Any,
) -> None:
    course = make_course(Autograde={"sanitize_preprocessors": [*PUT_RIGHT, f"{__name__}.Fragile"]})
    course.submit("ana", filled(course.released(), total="total = 3"))
    course.submit("ben", filled(course.released(), total="fragile = 3"))
    result = course.api.autograde("small", "*")
    assert not result["success"]
    assert "Fragile at 'total' of ben/small/sums:" in result["log"]
    assert course.scores("ana")["test_total"] == 2.0


class Fragile(NbGraderPreprocessor):  # type: ignore[misc]
    """Fails for one submission, and for the blank notebook that is graded in its place."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        if cell.get("id") == "total" and resources["nbgrader"]["student"] == "ben":
            raise RuntimeError("it broke")
        return cell, resources
