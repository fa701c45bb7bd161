"""One exercise, defined once: data, reference, slips, worked steps.

>>> from course_utils.exercises import exercise
>>> ex = exercise("forget_gate")
>>> data = ex.draw(student="s017", attempt=0)
>>> ex.mark(data, ex.solve(data)).score
1.0
"""

from course_utils.exercises.checking import check, check_function
from course_utils.exercises.closed_book import closed_book
from course_utils.exercises.definition import Exercise, Part
from course_utils.exercises.exam import Exam
from course_utils.exercises.personal import own_data, sign_in
from course_utils.exercises.recognition import right_for
from course_utils.exercises.registry import exam, exams, exercise, exercises
from course_utils.exercises.rules import Rule, Slip
from course_utils.exercises.verdict import PartVerdict, Verdict

__all__ = [
    "Exam",
    "Exercise",
    "Part",
    "PartVerdict",
    "Rule",
    "Slip",
    "Verdict",
    "check",
    "check_function",
    "closed_book",
    "exam",
    "exams",
    "exercise",
    "exercises",
    "own_data",
    "right_for",
    "sign_in",
]
