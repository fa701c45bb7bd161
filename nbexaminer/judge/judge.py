"""One submission's tests, judged."""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.calling import TimeIsUp
from nbexaminer.exercises import Checked, exercises
from nbexaminer.judge.inside import run_inside
from nbexaminer.judge.kernel import KernelLostError, NoAnswerError, Respondent
from nbexaminer.judge.planning import (
    definitions,
    names_defined,
    names_loaded,
    names_made,
    names_stored,
    plan,
    tests_needed,
)
from nbexaminer.judge.remote import Line
from nbexaminer.judge.trusted import Namespace, run_given, run_test
from nbexaminer.notebook.asked import asked_in
from nbexaminer.notebook.judgements import Failure, Judgement
from nbexaminer.notebook.released import grade_id, is_test
from nbexaminer.sandbox import Provisioner, SandboxStartError
from nbexaminer.student_side.wire import WireError

_START_SECONDS = 30.0
"""A kernel that does not answer before anything has run is the course's trouble."""


def salt(nb: NotebookNode, student: str, key: bytes) -> str:
    """Return what the inputs of the tests of `nb` are drawn from.

    It is a keyed hash of assignment and submission, whose cells are in `nb` together: the same
    bytes are always judged on the same inputs, and whoever has not the key cannot foresee them.
    """
    cells = json.dumps([student, *(cell.source for cell in nb.cells)])
    return hmac.new(key, cells.encode(), hashlib.sha256).hexdigest()


class Judged(NamedTuple):
    """A test that has been run."""

    judgement: Judgement
    outputs: list[NotebookNode]
    """What is shown of it."""
    checks: list[Checked]
    """Every check that it has made, with what that was given."""
    lost: KernelLostError | None
    """How it cost the kernel, where it did."""
    sent_inside: str = ""
    """The class of the value for which it was judged inside, other than the assignment says."""


class Judge:
    """Runs the test cells of one notebook outside its kernel, and asks that for its values.

    Those that are to be judged inside run in a fork of the kernel instead.

    A kernel is told of by `connect`, again after it was started anew. `after` is called with every
    other cell once it has run, in the notebook's order.
    """

    def __init__(
        self,
        nb: NotebookNode,
        released: NotebookNode,
        student: str,
        key: bytes = b"",
        *,
        inside: Collection[str] = frozenset(),
        behind: Collection[str] = frozenset(),
        follows_values: bool = False,
        files: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        """`student` is whose numbers count; `key` is the course's, see trial_key.py.

        `inside` are the grade ids of the tests that are judged inside, `behind` those of them that
        run behind all tests before them, and not only behind what defines what they read. With
        `follows_values` others are too, where a value cannot cross. `files` are the assignment's.
        """
        self._nb, self._released = nb, released
        self._inside, self._behind, self._follows_values = inside, behind, follows_values
        self._plan = plan(nb, released, inside)
        self._student = student
        self._salt = salt(nb, student, key)
        self._names = Namespace(self._ask, files)
        self._failed: dict[str, str] = {}
        """Why there is no value of a name that is the course's."""
        self._students = frozenset().union(*self._plan.left_to_student.values())
        self._respondent: Respondent | None = None
        self._line: Line | None = None
        self._fetched: dict[str, Any] = {}

    def connect(self, kernel: Provisioner) -> None:
        """Ask this kernel from now on; nothing of the submission has run in it yet.

        Raises SandboxStartError where it does not answer.
        """
        self._respondent = Respondent(kernel)
        try:
            self._respondent.ask({"do": "values", "names": []}, _START_SECONDS)
        except (KernelLostError, NoAnswerError, WireError) as error:
            raise SandboxStartError(
                f"A fresh kernel does not answer the judge: it {error}."
            ) from error

    def after(self, index: int, seconds: float) -> None:
        """Do what follows from the cell at `index`: run it here too, or leave names to the student.

        Raises KernelLostError.
        """
        source = self._plan.given.get(index)
        if source is not None:
            self._begin(frozenset(), seconds)
            with exercises().graded(self._student, self._salt):
                error = run_given(source, self._names, seconds)
            if error is not None:
                self._fail(names_stored(source), "given cell", type(error).__name__)
        for name in self._plan.left_to_student.get(index, ()):
            self._names.pop(name, None)
            self._failed.pop(name, None)

    def verdict(
        self,
        cell: NotebookNode,
        seconds: float,
        timeout: Mapping[str, Any],
        *,
        hidden: bool = False,
    ) -> Judged:
        """Run a test cell, and return what became of it.

        `timeout` is the error to show for a cell that took longer than `seconds`; `hidden` says
        that students are not shown all of the test.
        """
        if grade_id(cell) in self._inside:
            judged = self.inside(cell, seconds, timeout, hidden=hidden)
            self._define_outside(cell.source, seconds)
            return judged
        judged = self.outside(cell, seconds, timeout, hidden=hidden)
        kind = self._uncrossed(cell, judged)
        if kind is None:
            return judged
        return self.inside(cell, seconds, timeout, hidden=hidden)._replace(sent_inside=kind)

    def inside(
        self, cell: NotebookNode, seconds: float, timeout: Mapping[str, Any], *, hidden: bool
    ) -> Judged:
        """Run a test cell in a fork of the kernel, behind the tests that define what it reads."""
        assert self._respondent is not None, "no kernel is connected"
        place = next(k for k, one in enumerate(self._nb.cells) if one is cell)
        if grade_id(cell) in self._behind:
            needed = [k for k in range(place) if is_test(self._nb.cells[k])]
        else:
            needed = tests_needed(self._nb, self._made, place)
        before = [self._nb.cells[k].source for k in needed]
        try:
            outputs, judgement = run_inside(
                self._respondent, cell.source, before, seconds, timeout, hidden=hidden
            )
        except KernelLostError as error:
            return _lost(error, [])
        return Judged(judgement, outputs, [], None)

    @cached_property
    def _made(self) -> list[frozenset[str]]:
        return names_made(self._nb, self._released)

    @cached_property
    def _read_outside(self) -> frozenset[str]:
        """The names that tests outside read."""
        tests = (c for c in self._nb.cells if is_test(c) and grade_id(c) not in self._inside)
        return frozenset().union(*(names_loaded(cell.source) for cell in tests))

    def _define_outside(self, source: str, seconds: float) -> None:
        """Define what tests outside may check with, of a test that ran inside."""
        if self._read_outside.isdisjoint(names_stored(source)):
            return
        self._begin(frozenset(), seconds)
        self._define_the_rest(source, seconds)
        self._fail(names_defined(source) - self._students, "test", "no value outside")

    def _uncrossed(self, cell: NotebookNode, judged: Judged) -> str | None:
        """Return the class for whose sake a test that lost marks outside is judged inside.

        None for a test that asks an exercise, which only the marker can judge, and for an object of
        the submission's own class: the solution's values have all crossed, or it were inside.
        """
        lost = judged.judgement.marks(points := float(cell.metadata.nbgrader["points"])) < points
        if not (self._follows_values and lost and judged.lost is None and self._line is not None):
            return None
        if judged.checks or asked_in(cell.source):
            return None
        unsent = self._line.unsent
        if not unsent or any(one.is_own for one in unsent):
            return None
        return unsent[0].type_name

    def close(self) -> None:
        """Remove what was written for the tests."""
        self._names.files.close()

    def outside(
        self, cell: NotebookNode, seconds: float, timeout: Mapping[str, Any], *, hidden: bool
    ) -> Judged:
        """Run a test cell here, and ask the kernel for what it reads."""
        graded = exercises().graded(self._student, self._salt)
        lost: KernelLostError | None = None
        try:
            names = names_loaded(cell.source) - names_defined(cell.source) - set(self._names)
            self._begin(names, seconds)
            with graded:
                outputs, judgement = run_test(
                    cell.source, self._names, seconds, self._salt, dict(timeout), hidden=hidden
                )
        except KernelLostError as error:
            judgement, outputs, _, lost, _ = _lost(error, [])
        if judgement.error is not None:
            with graded, suppress(KernelLostError):
                self._define_the_rest(cell.source, seconds)
            stored = names_defined(cell.source) - self._students
            self._fail(stored, "test", judgement.error.name)
        return Judged(judgement, outputs, list(graded.checks), lost)

    def _define_the_rest(self, source: str, seconds: float) -> None:
        """Define what a test that stopped had still to define, as far as that asks nobody.

        The tests after it may check with its helpers.
        """
        left = names_defined(source) - set(self._names) - self._students
        if left:
            run_given(definitions(source, left), self._names, seconds)

    def _fail(self, names: frozenset[str], kind: str, error: str) -> None:
        """Keep those names that the course has no value of from being asked of the student."""
        for name in names - set(self._names):
            self._failed[name] = f"the {kind} that defines {name!r} stopped with {error}"

    def _begin(self, names: frozenset[str], seconds: float) -> None:
        assert self._respondent is not None, "no kernel is connected"
        self._line = Line(self._respondent, seconds)
        self._fetched = self._line.values(sorted(names)) if names else {}
        self._asked = set(names)

    def _ask(self, name: str) -> Any:
        """Return the student's value of `name`. Raises KeyError where there is none.

        Whoever deleted one line of an answer cell and filled in the others has left that one as it
        was given out: an optional value that nobody has.
        """
        if name in self._failed:
            raise NameError(self._failed[name])
        assert self._line is not None
        if name not in self._fetched and name not in self._asked:
            self._asked.add(name)
            self._fetched |= self._line.values([name])
        if name not in self._fetched and self._line.out_of_time:
            raise TimeIsUp
        given = self._plan.as_given.get(name)
        if name in self._fetched or given is None:
            return self._fetched[name]
        if not self._line.values(sorted(given.beside)):
            raise KeyError(name)
        return given.value


def _lost(error: KernelLostError, checks: list[Checked]) -> Judged:
    text = f"{error.name}: {error.reason}"
    shown = new_output("error", ename=error.name, evalue=error.reason, traceback=[text])
    return Judged(Judgement(error=Failure(error.name, error.reason)), [shown], checks, error)
