"""The gradebook: one model of what it says, and one reader.

`model` has the values, `questions` their order and headings, and `reading` reads them from
nbgrader's database.
"""

from course_utils.grading.gradebook.model import (
    ClassMarks,
    Comment,
    Mark,
    Person,
    Question,
    QuestionId,
    StudentMarks,
    less_penalty,
)
from course_utils.grading.gradebook.questions import given_out, questions, questions_in, titles
from course_utils.grading.gradebook.reading import (
    assignment_names,
    class_marks,
    mark_of,
    people,
    person_of,
)

__all__ = [
    "ClassMarks",
    "Comment",
    "Mark",
    "Person",
    "Question",
    "QuestionId",
    "StudentMarks",
    "assignment_names",
    "class_marks",
    "given_out",
    "less_penalty",
    "mark_of",
    "people",
    "person_of",
    "questions",
    "questions_in",
    "titles",
]
