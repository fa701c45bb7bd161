"""The work that answers a task of nbgrader's, which stands in cells of the student's own."""

from collections.abc import Iterator

from nbformat import NotebookNode
from nbgrader.utils import is_task

from course_utils.grading.released import grade_id


def work_on(nb: NotebookNode, task: NotebookNode) -> tuple[NotebookNode, ...]:
    """Return the cells behind `task` up to the next one that nbgrader knows.

    None for a question that is no task: its answer stands in its own cell.
    """
    return tuple(_behind(nb, task)) if is_task(task) else ()


def _behind(nb: NotebookNode, task: NotebookNode) -> Iterator[NotebookNode]:
    seen = False
    for cell in nb.cells:
        if seen and grade_id(cell) is not None:
            return
        if seen:
            yield cell
        seen = seen or grade_id(cell) == grade_id(task)
