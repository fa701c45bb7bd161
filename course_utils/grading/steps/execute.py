"""Running a submission so that what can be marked is marked, whatever one cell does."""

import os
from math import ceil
from time import monotonic
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import preprocessors
from traitlets import Dict, Integer

from course_utils.exercises.personal import CLASS, GRADED_STUDENT
from course_utils.grading.released import grade_id
from course_utils.grading.remarks import add_remark
from course_utils.grading.steps.limits import OutputLimit, limit_memory
from course_utils.grading.steps.personal import PersonalData


class Execute(preprocessors.Execute):  # type: ignore[misc]
    """nbgrader's Execute, which survives the death of a kernel.

    A cell that ends its kernel, or that cannot be interrupted when its time is up, is given an
    error and never run again; a fresh kernel runs the cells before it and goes on after it. Time,
    restarts, memory and output are limited for each notebook. A kernel that does not start at all
    is the course's trouble: it is raised, and nobody is marked for it.
    """

    error_on_timeout = Dict(
        {
            "ename": "CellTimeout",
            "evalue": "the cell was stopped because it ran too long",
            "traceback": ["CellTimeout: the cell was stopped because it ran too long"],
        }
    ).tag(config=True)
    notebook_timeout = Integer(
        60, help="Seconds that all cells of one notebook may take together."
    ).tag(config=True)
    max_restarts = Integer(3, help="Fresh kernels that one notebook may use up.").tag(config=True)
    memory_megabytes = Integer(
        4096, help="Address space of the kernel; 0 sets no limit. Linux only."
    ).tag(config=True)
    max_output = Integer(
        100_000, help="Characters of output kept of one cell; scores and errors are always kept."
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: Any = None, km: Any = None
    ) -> tuple[NotebookNode, Any]:
        """Run every code cell of `nb` and store its outputs."""
        NotebookClient.__init__(self, nb, km)
        self._check_assign_resources(resources)
        self._deadline = monotonic() + self.notebook_timeout
        self._given_up: dict[int, NotebookNode] = {}
        while not self._run_in_one_kernel():
            pass
        return self.nb, self.resources

    def _run_in_one_kernel(self) -> bool:
        """Run the notebook from the top; False when the kernel was lost on the way."""
        self.reset_execution_trackers()
        self._outputs = OutputLimit(self.max_output)
        with self.setup_kernel(env=self._environment()):
            if self.memory_megabytes:
                limit_memory(self.km.provisioner.pid, self.memory_megabytes)
            for index, cell in enumerate(self.nb.cells):
                if cell.cell_type == "code" and not self._run_cell(cell, index):
                    return False
        return True

    def _environment(self) -> dict[str, str]:
        """Tell the kernel whose numbers the checks are to mark by."""
        personal = PersonalData(parent=self).personal
        student = self.resources["nbgrader"]["student"] if personal else CLASS
        return {**os.environ, GRADED_STUDENT: student}

    def _run_cell(self, cell: NotebookNode, index: int) -> bool:
        """Run one cell, or say why not; False when it cost the kernel."""
        error = self._given_up.get(index) or self._refusal(cell, index)
        if error is not None:
            cell.outputs = [error]
            return True
        try:
            self.execute_cell(cell, index, store_history=True)
        except DeadKernelError:
            self._give_up(index, "KernelDied", "it ended the Python process")
            return False
        except CellTimeoutError:
            self._give_up(index, "CellTimeout", "it ran too long and could not be interrupted")
            return False
        if index in self._outputs.cut:
            add_remark(
                self.nb,
                f"{self._name(index)} printed too much; its output was cut off.",
                grade_id(cell),
            )
        return True

    def _refusal(self, cell: NotebookNode, index: int) -> NotebookNode | None:
        """Return the error of a cell that is not run because the notebook has used up its share."""
        if not cell.source.strip():
            return None
        if len(self._given_up) > self.max_restarts:
            return _error("NotRun", f"the notebook lost its kernel {len(self._given_up)} times")
        if monotonic() >= self._deadline:
            return _error("NotRun", f"the notebook's {self.notebook_timeout} seconds were used up")
        return None

    def _give_up(self, index: int, name: str, reason: str) -> None:
        self._given_up[index] = _error(name, reason)
        add_remark(
            self.nb,
            f"{self._name(index)} was left out and the rest run again: {reason}.",
            grade_id(self.nb.cells[index]),
        )

    def _name(self, index: int) -> str:
        cell = self.nb.cells[index]
        released = self.resources.get("course_utils", {}).get("released", {}).get("cells", [])
        name = grade_id(cell) or (cell.id if any(g.get("id") == cell.id for g in released) else "")
        return f"The cell {name!r}" if name else f"Your own cell (number {index + 1})"

    def _get_timeout(self, cell: NotebookNode | None) -> int | None:
        """Give a cell its own time, or what is left of the notebook's."""
        left = max(1, ceil(self._deadline - monotonic()))
        timeout: int | None = super()._get_timeout(cell)
        return left if timeout is None else min(timeout, left)

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Take over one output message, as far as the cell's limit goes."""
        if self._outputs.admits(msg, cell_index):
            output: NotebookNode | None = super().output(outs, msg, display_id, cell_index)
            return output
        return None


def _error(name: str, reason: str) -> NotebookNode:
    error: NotebookNode = new_output(
        "error", ename=name, evalue=reason, traceback=[f"{name}: {reason}"]
    )
    return error
