"""The questions of an assignment, in their order and by the heading that they stand under."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from nbformat import NotebookNode
from nbgrader.api import Assignment, Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from nbexaminer.errors import CourseFolderError
from nbexaminer.gradebook.model import Question, QuestionId
from nbexaminer.notebook.released import (
    grade_id,
    graded_cells,
    is_hand_marked,
    is_marked,
    marked_cells,
    read_released,
)
from nbexaminer.notebook.remarks import shows_remarks


def questions(gradebook: Gradebook, coursedir: CourseDirectory, assignment: str) -> list[Question]:
    """Return the questions of an assignment: notebook by notebook, in the order of its cells.

    What there is and what it is worth is read from the gradebook; order, heading and who marks it
    from the notebooks that were given out. Raises CourseFolderError where the gradebook lacks the
    assignment, and NbGraderException where a notebook was not given out.
    """
    known = find_assignment(gradebook, assignment)
    points = points_of(known)
    return [
        replace(question, points=points[question.id])
        for notebook in sorted(str(one.name) for one in known.notebooks)
        for question in given_out(coursedir, assignment, notebook)
        if question.id in points
    ]


def given_out(coursedir: CourseDirectory, assignment: str, notebook: str) -> list[Question]:
    """Return a notebook's questions with the points that they were given out with.

    Raises NbGraderException where the notebook was not given out.
    """
    return questions_in(read_released(coursedir, assignment, notebook), assignment, notebook)


def questions_in(nb: NotebookNode, assignment: str, notebook: str) -> list[Question]:
    """Return the questions of a notebook as it was given out, in its order."""
    names = titles(nb)
    return [
        Question(
            assignment, notebook, name, float(cell.metadata.nbgrader.get("points") or 0),
            names[name], is_hand_marked(cell),
        )
        for name, cell in graded_cells(nb).items()
        if is_marked(cell)
    ]  # fmt: skip


def titles(nb: NotebookNode) -> dict[str, str]:
    """Return, by grade id, the heading each question of a notebook stands under.

    That is the nearest one above it below the title (`##` or less), or the grade id where there is
    none. Questions under one heading are numbered: `2. Gates (1)`, `2. Gates (2)`.
    """
    found = dict(_headings(nb))
    together = Counter(found.values())
    seen: Counter[str] = Counter()
    for name, heading in found.items():
        seen[heading] += 1
        if together[heading] > 1:
            found[name] = f"{heading} ({seen[heading]})"
    return found


def _headings(nb: NotebookNode) -> Iterator[tuple[str, str]]:
    heading = ""
    for cell in nb.cells:
        if cell.cell_type == "markdown" and not shows_remarks(cell):
            lines = (line for line in cell.source.splitlines() if line.startswith("##"))
            heading = next(lines, "").strip("# ").strip() or heading
        name = grade_id(cell)
        if name is not None and is_marked(cell):
            yield name, heading or name


def find_assignment(gradebook: Gradebook, assignment: str) -> Assignment:
    """Return nbgrader's row; raises CourseFolderError, with the assignments that there are."""
    try:
        return gradebook.find_assignment(assignment)
    except MissingEntry:
        names = ", ".join(str(one.name) for one in gradebook.assignments) or "none"
        raise CourseFolderError(
            f"the gradebook has no assignment {assignment!r}; it has: {names}. "
            f"`nbgrader generate_assignment {assignment}` puts a new one in"
        ) from None


def points_of(assignment: Assignment) -> dict[QuestionId, float]:
    """Return what every question of the gradebook's assignment is worth, tasks included."""
    return {
        QuestionId(str(notebook.name), str(cell.name)): float(cell.max_score)
        for notebook in assignment.notebooks
        for cell in marked_cells(notebook)
    }
