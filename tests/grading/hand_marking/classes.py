"""A class with answers in words, graded without kernels."""

import nbformat
from nbformat import NotebookNode

from tests.grading.course import (
    ASSIGNMENT,
    NOTEBOOK,
    RIGHT,
    Course,
    cell,
    filled,
    source_notebook,
)
from tests.grading.runs.classes import without_kernel

RUBRIC = (
    ("says that addition **commutes**", 1.0),
    ("shows it with numbers, as $2 + 3 = 3 + 2$", 1.0),
    ("names a case in which it does not hold", 1.0),
)
PROMPT = "## 3. In words\n\nWhy is $a + b = b + a$? Answer in two sentences; a person reads them."
SOLUTION = "**Model answer.** Addition of numbers commutes: $2 + 3 = 3 + 2$. Texts do not."

ANSWERS = {
    "ana": "Because addition is commutative: $2 + 3 = 3 + 2$.",
    "ben": "because  addition is commutative: $2 + 3 = 3 + 2$.",
    "cleo": "Because addition commutes; for texts it does not hold, `'ab'` is not `'ba'`.",
    "dan": "",
    "eve": "Because addition is commutative, as 2 + 3 = 3 + 2 shows.",
    "fay": "The order of the numbers does not matter to their sum.",
    "gus": None,
    "hal": "Because addition commutes. For texts it does not hold: `'a' + 'b'` is `'ab'`.",
}
"""What each student wrote; None hands in what was given out."""


def source() -> NotebookNode:
    """Return the small course's notebook with a rubric in its question in words."""
    criteria = "\n".join(f"- {points:g}: {text}" for text, points in RUBRIC)
    text = f"### BEGIN SOLUTION\n{SOLUTION}\n\n**Marking.**\n\n{criteria}\n### END SOLUTION"
    nb = source_notebook()
    place = next(k for k, c in enumerate(nb.cells) if c.id == "why")
    nb.cells[place].source = text
    nb.cells.insert(place, cell("markdown", PROMPT, "asked", locked=True))
    return nb


def hand_in(course: Course, answers: dict[str, str | None] = ANSWERS) -> None:
    """Hand in these answers in words beside right code."""
    for student, words in answers.items():
        given = course.released()
        handed_in = given if words is None else filled(given, **(RIGHT | {"why": words}))
        course.submit(student, handed_in)


def graded_class(course: Course, answers: dict[str, str | None] = ANSWERS) -> Course:
    """Give the notebook out, hand the answers in and autograde them."""
    without_kernel(course)
    course.release(source())
    hand_in(course, answers)
    course.expect_success(course.api.autograde(ASSIGNMENT, "*"))
    return course


def state(course: Course, student: str) -> tuple[float | None, str, bool]:
    """Return points and comment by hand, and whether somebody has to look."""
    with course.gradebook() as gradebook:
        names = ("why", NOTEBOOK, ASSIGNMENT, student)
        grade = gradebook.find_grade(*names)
        comment = gradebook.find_comment(*names).manual_comment or ""
        return grade.manual_score, comment, grade.needs_manual_grade


def write(course: Course, nb: NotebookNode) -> None:
    """Write the source alone, without giving it out."""
    nbformat.write(nb, course.root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
