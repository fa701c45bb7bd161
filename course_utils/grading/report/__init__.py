"""What a class has not understood: `course report ASSIGNMENT`."""

from course_utils.grading.report.gathering import ClassRecord, Submission, gather
from course_utils.grading.report.making import class_report
from course_utils.grading.report.questions import QuestionStatistics, question_statistics
from course_utils.grading.report.slips import SlipCount, count_slips

__all__ = [
    "ClassRecord",
    "QuestionStatistics",
    "SlipCount",
    "Submission",
    "class_report",
    "count_slips",
    "gather",
    "question_statistics",
]
