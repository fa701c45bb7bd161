"""What a class has not understood: `course report ASSIGNMENT`."""

from nbexaminer.report.gathering import ClassRecord, Submission, gather
from nbexaminer.report.making import class_report
from nbexaminer.report.questions import QuestionStatistics, question_statistics
from nbexaminer.report.slips import SlipCount, count_slips

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
