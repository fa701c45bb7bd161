"""What answers a question that a person marks: its own cell, or a task's work in others."""

import hashlib
import json
from collections.abc import Iterable, Iterator

from nbformat import NotebookNode
from nbgrader.utils import is_task

from nbexaminer.notebook.released import grade_id


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


def digest_of(cell: NotebookNode, work: Iterable[NotebookNode] = ()) -> str:
    """Return what tells one answer from another; white space around it is none of it.

    `work` are the cells that answer a task.
    """
    said = "\0".join(
        f"{one.source.strip()}\0{json.dumps(one.get('attachments') or {}, sort_keys=True)}"
        for one in (cell, *work)
    )
    return hashlib.sha256(said.encode()).hexdigest()
