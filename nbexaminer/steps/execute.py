"""Running a submission so that what can be marked is marked, whatever one cell does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from time import monotonic
from typing import Any

from nbclient import NotebookClient
from nbclient.client import timestamp
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import preprocessors
from traitlets import Dict, Enum, Integer

from nbexaminer.exercises import CLASS
from nbexaminer.judge import Judge, Judged, KernelLostError, tests_behind, tests_inside
from nbexaminer.judge.handout import handout_files
from nbexaminer.judge.places import may_be_inside
from nbexaminer.notebook.judgements import (
    Failure,
    Judgement,
    begin_judgements,
    keep_judgement,
)
from nbexaminer.notebook.released import grade_id, is_test
from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline.context import context_of
from nbexaminer.sandbox import (
    LineLostError,
    NotInterruptedError,
    Provisioner,
    Sandbox,
    SandboxLostError,
    require_ipykernel,
)
from nbexaminer.sandbox import cell as request
from nbexaminer.steps.limits import OutputLimit, clean_outputs
from nbexaminer.steps.personal import PersonalData


class Execute(preprocessors.Execute):  # type: ignore[misc]
    """nbgrader's Execute, which survives the death of a kernel and judges tests outside of it.

    Every cell but the tests runs in the submission's kernel, which has the small `course_utils` of
    its handout and this assignment's data, and nothing else of the course. A test cell runs on the
    grader's side and asks that kernel for values: see `nbexaminer.judge`.

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
    max_output = Integer(
        100_000, help="Characters of output kept of one cell; scores and errors are always kept."
    ).tag(config=True)

    judge_tests = Enum(
        ["as_found", "outside", "inside"],
        "as_found",
        help="Where tests run: each as was found when the assignment was generated, and inside "
        "where a value cannot be handed over; all outside the student's process; or, but for "
        "those that ask an exercise of the course, all inside of it.",
    ).tag(config=True)

    _with_answers = False
    """Whether the kernel is given what a course's own model solution asks the reference for."""

    def __init__(self, **kwargs: Any) -> None:
        """Take nbgrader's arguments."""
        super().__init__(**kwargs)

    def preprocess(
        self, nb: NotebookNode, resources: Any = None, km: Any = None
    ) -> tuple[NotebookNode, Any]:
        """Run every code cell of `nb` and store its outputs."""
        NotebookClient.__init__(self, nb, km)
        self._check_assign_resources(resources)
        self._deadline = monotonic() + self.notebook_timeout
        self._given_up: dict[int, NotebookNode] = {}
        self._judged: set[int] = set()
        self._context = context = context_of(resources)
        student = self._student()
        self._judge = Judge(
            nb,
            context.released,
            student,
            context.key,
            inside=self._tests_inside(),
            behind=self._tests_behind(),
            follows_values=self.judge_tests == "as_found",
            files=context.data,
        )
        context.checks.clear()
        begin_judgements(nb)
        self._handout = handout_files(
            context.released, student, context.data, solutions=self._with_answers
        )
        try:
            while not self._run_in_one_kernel():
                pass
        finally:
            self._judge.close()
        return self.nb, self.resources

    def _tests_inside(self) -> frozenset[str]:
        """Return the tests that run in the kernel, where `judge_tests` says so."""
        if self.judge_tests == "outside":
            return frozenset()
        if self.judge_tests == "inside":
            return frozenset(map(str, map(grade_id, filter(may_be_inside, self.nb.cells))))
        return tests_inside(self._context.released)

    def _student(self) -> str:
        """Return whose numbers the checks are to mark by."""
        personal = PersonalData(parent=self).personal
        return self._context.student if personal else CLASS

    def _tests_behind(self) -> frozenset[str]:
        return tests_behind(self._context.released)

    def _run_in_one_kernel(self) -> bool:
        """Run the notebook from the top; False when the kernel was lost on the way.

        Tests that have their verdict keep it, and where nothing else is left to run, no kernel is
        started for it.
        """
        left = [k for k, cell in enumerate(self.nb.cells) if self._is_to_run(k, cell)]
        if self._given_up and not any(k > max(self._given_up) for k in left):
            return True
        self.reset_execution_trackers()
        self._outputs = OutputLimit(self.max_output)
        asked = monotonic()
        with self._kernel_running(self._handout):
            self._judge.connect(self._kernel)
            self._deadline += monotonic() - asked  # the machine's time, not the notebook's
            return all(self._run_cell(self.nb.cells[index], index) for index in left)

    def _is_to_run(self, index: int, cell: NotebookNode) -> bool:
        return cell.cell_type == "code" and bool(cell.source.strip()) and index not in self._judged

    @contextmanager
    def _kernel_running(self, handout: Mapping[str, bytes]) -> Iterator[None]:
        """Start a kernel where c.Sandbox.provisioner says; end it afterwards."""
        kernel = self.nb.metadata.get("kernelspec", {})
        require_ipykernel(kernel.get("name", "python3"), str(kernel.get("language", "")))
        self._kernel = self.create_kernel()
        self._kernel.start(
            handout, arguments=self.extra_arguments, keep_handout=not self._with_answers
        )
        try:
            yield
        finally:
            self._kernel.close()

    def create_kernel(self) -> Provisioner:
        """Return a kernel that is not started."""
        return Sandbox(parent=self).kernel()

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: Any) -> None:
        """Run a cell and store its outputs, as nbclient does.

        Raises LineLostError and NotInterruptedError.
        """
        if self.skip_cells_with_tag in cell.metadata.get("tags", []):
            return
        cell.outputs, self.clear_before_next_output = [], False
        cell.metadata["execution"] = {}

        def take(message: dict[str, Any]) -> None:
            message["parent_header"] = {}
            message["header"] = {"msg_type": message["msg_type"]}
            self.process_message(message, cell, cell_index)

        reply = self._kernel.run(
            request(cell.source), self._seconds(cell), self.iopub_timeout, take
        )
        cell.metadata["execution"]["shell.execute_reply"] = timestamp()
        content = reply.content if reply.in_time else self.error_on_timeout | {"status": "error"}
        self.on_cell_executed(cell=cell, execute_reply={"content": content})

    def _run_cell(self, cell: NotebookNode, index: int) -> bool:
        """Run or judge one cell, or say why not; False when it cost the kernel."""
        refusal = self._given_up.get(index) or self._refusal(cell, index)
        if refusal is not None:
            self._show_error(cell, refusal)
            return True
        if self._is_judged(cell):
            return self._judge_cell(cell, index)
        try:
            self.execute_cell(cell, index)
        except LineLostError as error:
            return self._give_up(index, "KernelDied", self._cause_of_death(str(error)))
        except NotInterruptedError:
            reason = "it ran too long and could not be interrupted"
            return self._give_up(index, "CellTimeout", reason)
        except Exception as error:  # a message that no kernel sends, in one of a thousand ways
            if isinstance(error, OSError | MemoryError) and not isinstance(error, TimeoutError):
                raise  # of this machine
            self.log.warning("A cell's messages could not be read: %r", error)
            return self._give_up(index, "KernelDied", "it sent what no notebook sends")
        clean_outputs(cell)
        try:
            self._judge.after(index, self._seconds(cell))
        except KernelLostError as lost:
            return self._give_up(index, lost.name, self._cause_of_death(lost.reason))
        if index in self._outputs.cut:
            add_remark(
                self.nb,
                f"{self._name(index)} printed too much; its output was cut off.",
                grade_id(cell),
            )
        return True

    def _is_judged(self, cell: NotebookNode) -> bool:
        """Whether the judge runs the cell, and not the kernel as one of the notebook's."""
        return is_test(cell)

    def _judge_cell(self, cell: NotebookNode, index: int) -> bool:
        judged = self._verdict(cell)
        self._judged.add(index)
        cell.outputs = judged.outputs
        keep_judgement(self.nb, cell, judged.judgement)
        self._context.checks[str(grade_id(cell))] = judged.checks
        if judged.sent_inside:
            add_remark(
                self.nb,
                f"{grade_id(cell)!r} was judged in the student's process: it is about an object "
                f"({judged.sent_inside}) that cannot be handed over. Look at that answer yourself.",
                grade_id(cell),
            )
        if judged.lost is not None:
            reason = self._cause_of_death(judged.lost.reason)
            return self._give_up(index, judged.lost.name, reason)
        return True

    def _verdict(self, cell: NotebookNode) -> Judged:
        delimiter = preprocessors.ClearHiddenTests(parent=self).begin_test_delimeter
        hidden = delimiter in cell.source
        return self._judge.verdict(cell, self._seconds(cell), self.error_on_timeout, hidden=hidden)

    def _cause_of_death(self, reason: str) -> str:
        """Return why the sandbox was ended from outside, where it was, else `reason`.

        Raises SandboxLostError where that is not the submission's doing.
        """
        if self._kernel.unwatched:
            raise SandboxLostError(f"The sandbox was ended: {self._kernel.ended}.")
        return self._kernel.ended or reason

    def _seconds(self, cell: NotebookNode) -> float:
        return float(self._get_timeout(cell) or self.notebook_timeout)

    def _refusal(self, cell: NotebookNode, index: int) -> NotebookNode | None:
        """Return the error of a cell that is not run because the notebook has used up its share."""
        if len(self._given_up) > self.max_restarts:
            return _error("NotRun", f"the notebook lost its kernel {len(self._given_up)} times")
        if monotonic() >= self._deadline:
            return _error("NotRun", f"the notebook's {self.notebook_timeout} seconds were used up")
        return None

    def _give_up(self, index: int, name: str, reason: str) -> bool:
        self._given_up[index] = error = _error(name, reason)
        self._show_error(self.nb.cells[index], error)
        add_remark(
            self.nb,
            f"{self._name(index)} was left out and the rest run again: {reason}.",
            grade_id(self.nb.cells[index]),
        )
        return False

    def _show_error(self, cell: NotebookNode, error: NotebookNode) -> None:
        cell.outputs = [error]
        if is_test(cell):
            keep_judgement(self.nb, cell, Judgement(error=Failure(error.ename, error.evalue)))

    def _name(self, index: int) -> str:
        cell = self.nb.cells[index]
        released = self._context.released.cells
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

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Change what was shown before, as far as the limits of its cells go."""
        for cell_index in self._display_id_map.get(display_id, {}):
            if not self._outputs.admits(msg | {"msg_type": "display_data"}, cell_index):
                return
        super()._update_display_id(display_id, msg)

    def handle_comm_msg(self, outs: list[NotebookNode], msg: Any, cell_index: int) -> None:
        """Take no part in widgets: what they hold would be kept without a limit."""


def _error(name: str, reason: str) -> NotebookNode:
    error: NotebookNode = new_output(
        "error", ename=name, evalue=reason, traceback=[f"{name}: {reason}"]
    )
    return error
