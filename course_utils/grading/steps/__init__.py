"""Steps over a notebook: one class, one transformation.

What a submission goes through, and in which order, is in `course_utils.grading.pipeline`; what a
step knows beside the notebook is in `course_utils.grading.context`. Others are for an assignment
that is generated (CheckTests, CheckRubrics, InsertSignIn, CloseTheBook) and for the feedback page
(GetMarks, HideHiddenTests).
"""

from typing import Any

from traitlets.log import get_logger

from course_utils.grading.steps.bound_scores import BoundScores
from course_utils.grading.steps.closed_book import CloseTheBook
from course_utils.grading.steps.counting import CountQuestions, RestorePoints
from course_utils.grading.steps.duplicates import DeduplicateCells
from course_utils.grading.steps.execute import Execute
from course_utils.grading.steps.explain import ExplainLostMarks
from course_utils.grading.steps.gradebook_cells import UseGradebookCells
from course_utils.grading.steps.hidden import HideHiddenTests
from course_utils.grading.steps.identify import IdentifyCells
from course_utils.grading.steps.keep import KeepMarkedAnswers
from course_utils.grading.steps.kernel import UseCourseKernel
from course_utils.grading.steps.lateness import PenaliseLateness, RemarkLateness
from course_utils.grading.steps.marks import GetMarks
from course_utils.grading.steps.metadata import CheckMetadata
from course_utils.grading.steps.personal import InsertSignIn, PersonalData, RecogniseOthersData
from course_utils.grading.steps.pictures import AttachPictures
from course_utils.grading.steps.restore import RestoreCells
from course_utils.grading.steps.rubrics import CheckRubrics
from course_utils.grading.steps.save import SaveGradesAndRemarks
from course_utils.grading.steps.show import ShowRemarks
from course_utils.grading.steps.tests import CheckTests
from course_utils.grading.steps.warnings import WarningsCostNothing
from course_utils.grading.steps.words import GatherWords

__all__ = [
    "AttachPictures",
    "BoundScores",
    "CheckMetadata",
    "CheckRubrics",
    "CheckTests",
    "CloseTheBook",
    "CountQuestions",
    "DeduplicateCells",
    "Execute",
    "ExplainLostMarks",
    "GatherWords",
    "GetMarks",
    "HideHiddenTests",
    "IdentifyCells",
    "InsertSignIn",
    "KeepMarkedAnswers",
    "PenaliseLateness",
    "PersonalData",
    "RecogniseOthersData",
    "RemarkLateness",
    "RestoreCells",
    "RestorePoints",
    "SaveGradesAndRemarks",
    "ShowRemarks",
    "UseCourseKernel",
    "UseGradebookCells",
    "WarningsCostNothing",
]


def __getattr__(name: str) -> Any:
    """Return the step that an earlier version's list for generating calls so, and say it.

    For one version; lists for grading are read by configured.py.
    """
    if name != "AskWhoYouAre":
        raise AttributeError(name)
    get_logger().warning(
        "nbgrader_config.py: the step AskWhoYouAre is called InsertSignIn now. The old name still "
        "works, for one version"
    )
    return InsertSignIn
