"""Steps over a notebook: one class, one transformation.

What a submission goes through, and in which order, is in `course_utils.grading.pipeline`; what a
step knows beside the notebook is in `course_utils.grading.context`. Others are for an assignment
that is generated (CheckTests, CheckRubrics, AskWhoYouAre, CloseTheBook) and for the feedback page
(GetMarks, HideHiddenTests).
"""

from course_utils.grading.steps.bound_scores import BoundScores
from course_utils.grading.steps.closed_book import CloseTheBook
from course_utils.grading.steps.counting import AskTheirPoints, CountQuestions
from course_utils.grading.steps.duplicates import KeepOneOfEach
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
from course_utils.grading.steps.personal import AskWhoYouAre, PersonalData, RecogniseOthersData
from course_utils.grading.steps.pictures import AttachPictures
from course_utils.grading.steps.restore import RestoreCells
from course_utils.grading.steps.rubrics import CheckRubrics
from course_utils.grading.steps.save import SaveGradesAndRemarks
from course_utils.grading.steps.show import ShowRemarks
from course_utils.grading.steps.tests import CheckTests
from course_utils.grading.steps.warnings import WarningsCostNothing
from course_utils.grading.steps.words import GatherWords

__all__ = [
    "AskTheirPoints",
    "AskWhoYouAre",
    "AttachPictures",
    "BoundScores",
    "CheckMetadata",
    "CheckRubrics",
    "CheckTests",
    "CloseTheBook",
    "CountQuestions",
    "Execute",
    "ExplainLostMarks",
    "GatherWords",
    "GetMarks",
    "HideHiddenTests",
    "IdentifyCells",
    "KeepMarkedAnswers",
    "KeepOneOfEach",
    "PenaliseLateness",
    "PersonalData",
    "RecogniseOthersData",
    "RemarkLateness",
    "RestoreCells",
    "SaveGradesAndRemarks",
    "ShowRemarks",
    "UseCourseKernel",
    "UseGradebookCells",
    "WarningsCostNothing",
]
