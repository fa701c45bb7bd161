"""Steps over a notebook: one class, one transformation.

What a submission goes through, and in which order, is in `nbexaminer.pipeline`; what a
step knows beside the notebook is in `nbexaminer.pipeline.context`. Others are for an assignment
that is generated (CheckTests, CheckRubrics, InsertSignIn, CloseTheBook) and for the feedback page
(GetMarks, HideHiddenTests).
"""

from typing import Any

from traitlets.log import get_logger

from nbexaminer.steps.bound_scores import BoundScores
from nbexaminer.steps.closed_book import CloseTheBook
from nbexaminer.steps.counting import CountQuestions, RestorePoints
from nbexaminer.steps.duplicates import DeduplicateCells
from nbexaminer.steps.execute import Execute
from nbexaminer.steps.explain import ExplainLostMarks
from nbexaminer.steps.gradebook_cells import UseGradebookCells
from nbexaminer.steps.hidden import HideHiddenTests
from nbexaminer.steps.identify import IdentifyCells
from nbexaminer.steps.keep import KeepMarkedAnswers
from nbexaminer.steps.kernel import UseCourseKernel
from nbexaminer.steps.lateness import PenaliseLateness, RemarkLateness
from nbexaminer.steps.marks import GetMarks
from nbexaminer.steps.metadata import CheckMetadata
from nbexaminer.steps.personal import InsertSignIn, PersonalData, RecogniseOthersData
from nbexaminer.steps.pictures import AttachPictures
from nbexaminer.steps.restore import RestoreCells
from nbexaminer.steps.rubrics import CheckRubrics
from nbexaminer.steps.save import SaveGradesAndRemarks
from nbexaminer.steps.show import ShowRemarks
from nbexaminer.steps.tests import CheckTests
from nbexaminer.steps.warnings import WarningsCostNothing
from nbexaminer.steps.words import GatherWords

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
