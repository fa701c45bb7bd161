"""One submission's tests, judged."""

import hashlib
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.exercises.personal import Checked, Graded, graded_as
from course_utils.exercises.time_limit import TimeIsUp
from course_utils.grading.judge.kernel import KernelLostError, NoAnswerError, Respondent
from course_utils.grading.judge.planning import names_loaded, names_stored, plan
from course_utils.grading.judge.remote import Line
from course_utils.grading.judge.trusted import Namespace, run_given, run_test
from course_utils.grading.student_side.course_utils.wire import WireError

_START_SECONDS = 30.0
"""A kernel that does not answer before anything has run is the course's trouble."""


class Judge:
    """Runs the test cells of one notebook outside its kernel, and asks that for its values.

    A kernel is told of by `connect`, again after it was started anew. `after` is called with every
    other cell once it has run, in the notebook's order.
    """

    def __init__(self, nb: NotebookNode, released: NotebookNode, student: str) -> None:
        """`student` is whose numbers count."""
        self._plan = plan(nb, released)
        self._student = student
        self._salt = hashlib.sha256(
            "\0".join([student, *(c.source for c in nb.cells)]).encode("utf-8", "replace")
        ).hexdigest()
        self._names = Namespace(self._ask)
        self._failed: dict[str, BaseException] = {}
        self._respondent: Respondent | None = None
        self._line: Line | None = None
        self._fetched: dict[str, Any] = {}

    def connect(self, manager: Any, client: Any) -> None:
        """Ask this kernel from now on; nothing of the submission has run in it yet.

        Raises RuntimeError where it does not answer.
        """
        self._respondent = Respondent(manager, client)
        try:
            self._respondent.ask({"do": "values", "names": []}, _START_SECONDS)
        except (KernelLostError, NoAnswerError, WireError) as error:
            raise RuntimeError(f"A fresh kernel does not answer the judge: it {error}.") from error

    def after(self, index: int, seconds: float) -> None:
        """Do what follows from the cell at `index`: run it here too, or leave names to the student.

        Raises KernelLostError.
        """
        source = self._plan.given.get(index)
        if source is not None:
            self._begin(frozenset(), seconds)
            with graded_as(Graded(self._student, self._salt)):
                error = run_given(source, self._names, seconds)
            if error is not None:
                self._failed |= dict.fromkeys(names_stored(source) - set(self._names), error)
        for name in self._plan.left_to_student.get(index, ()):
            self._names.pop(name, None)
            self._failed.pop(name, None)

    def verdict(
        self, cell: NotebookNode, seconds: float, timeout: Mapping[str, Any]
    ) -> tuple[list[NotebookNode], list[Checked], KernelLostError | None]:
        """Return a test cell's outputs, its checks, and how the kernel was lost.

        `timeout` is the error to show for a cell that took longer than `seconds`.
        """
        graded = Graded(self._student, self._salt)
        lost: KernelLostError | None = None
        try:
            self._begin(names_loaded(cell.source) - set(self._names), seconds)
            with graded_as(graded):
                outputs = run_test(cell.source, self._names, seconds, self._salt, dict(timeout))
        except KernelLostError as error:
            lost = error
            text = f"{error.name}: {error.reason}"
            outputs = [new_output("error", ename=error.name, evalue=error.reason, traceback=[text])]
        return outputs, graded.checks, lost

    def _begin(self, names: frozenset[str], seconds: float) -> None:
        assert self._respondent is not None, "no kernel is connected"
        self._line = Line(self._respondent, seconds)
        self._fetched = self._line.values(sorted(names)) if names else {}
        self._asked = set(names)

    def _ask(self, name: str) -> Any:
        """Return the student's value of `name`. Raises KeyError where there is none."""
        if name in self._failed:
            raise NameError(
                f"the given cell that defines {name!r} stopped with "
                f"{type(self._failed[name]).__name__}"
            )
        assert self._line is not None
        if name not in self._fetched and name not in self._asked:
            self._asked.add(name)
            self._fetched |= self._line.values([name])
        if name not in self._fetched and self._line.out_of_time:
            raise TimeIsUp
        return self._fetched[name]
