"""The gradebook: one model of what it says, one reader, and one writer.

`model` has the values, `questions` their order and headings, `counting` the decisions on dropped
questions. `reading` reads them from nbgrader's database, and `writing` stores them there; `tables`
has what the course keeps beside nbgrader's own.
"""

from nbexaminer.gradebook.model import (
    ByHand,
    ClassMarks,
    Comment,
    Criterion,
    HandRecord,
    Judged,
    Mark,
    NotebookRecord,
    Person,
    Question,
    QuestionId,
    StudentMarks,
    less_penalty,
)
from nbexaminer.gradebook.questions import given_out, questions, questions_in, titles
from nbexaminer.gradebook.reading import (
    assignment_names,
    class_marks,
    count_open,
    extensions,
    mark_of,
    people,
    question_rows,
)

__all__ = [
    "ByHand",
    "ClassMarks",
    "Comment",
    "Criterion",
    "HandRecord",
    "Judged",
    "Mark",
    "NotebookRecord",
    "Person",
    "Question",
    "QuestionId",
    "StudentMarks",
    "assignment_names",
    "class_marks",
    "count_open",
    "extensions",
    "given_out",
    "less_penalty",
    "mark_of",
    "people",
    "question_rows",
    "questions",
    "questions_in",
    "titles",
]
