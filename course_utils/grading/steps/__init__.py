"""Steps for the lists in nbgrader_config.py: one class, one transformation.

While generating: CheckRubrics, AskWhoYouAre, CloseTheBook. While sanitizing: IdentifyCells,
KeepOneOfEach, RestoreCells, UseCourseKernel, then nbgrader's own OverwriteCells. While
autograding: Execute, WarningsCostNothing, BoundScores, RecogniseOthersData, KeepMarkedAnswers,
ExplainLostMarks, SaveGradesAndRemarks, RemarkLateness, ShowRemarks. For the feedback page:
GetMarks, HideHiddenTests.
"""

from course_utils.grading.steps.bound_scores import BoundScores
from course_utils.grading.steps.closed_book import CloseTheBook
from course_utils.grading.steps.duplicates import KeepOneOfEach
from course_utils.grading.steps.execute import Execute
from course_utils.grading.steps.explain import ExplainLostMarks
from course_utils.grading.steps.hidden import HideHiddenTests
from course_utils.grading.steps.identify import IdentifyCells
from course_utils.grading.steps.keep import KeepMarkedAnswers
from course_utils.grading.steps.kernel import UseCourseKernel
from course_utils.grading.steps.lateness import RemarkLateness
from course_utils.grading.steps.marks import GetMarks
from course_utils.grading.steps.personal import AskWhoYouAre, PersonalData, RecogniseOthersData
from course_utils.grading.steps.restore import RestoreCells
from course_utils.grading.steps.rubrics import CheckRubrics
from course_utils.grading.steps.save import SaveGradesAndRemarks
from course_utils.grading.steps.show import ShowRemarks
from course_utils.grading.steps.warnings import WarningsCostNothing

__all__ = [
    "AskWhoYouAre",
    "BoundScores",
    "CheckRubrics",
    "CloseTheBook",
    "Execute",
    "ExplainLostMarks",
    "GetMarks",
    "HideHiddenTests",
    "IdentifyCells",
    "KeepMarkedAnswers",
    "KeepOneOfEach",
    "PersonalData",
    "RecogniseOthersData",
    "RemarkLateness",
    "RestoreCells",
    "SaveGradesAndRemarks",
    "ShowRemarks",
    "UseCourseKernel",
    "WarningsCostNothing",
]
