"""How an assignment is generated: its tests are tried first, and what is wrong with it is said."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, cast

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool

from nbexaminer.exercises import exercises
from nbexaminer.judge import keep_tests_inside
from nbexaminer.judge.planning import names_loaded, names_stored
from nbexaminer.notebook.judgements import judgement_of
from nbexaminer.notebook.magics import python
from nbexaminer.notebook.released import data_files, grade_id, is_test
from nbexaminer.pipeline import run
from nbexaminer.points import as_points
from nbexaminer.runs.solutions import lost_marks, run_solution
from nbexaminer.runs.trials import Trials, try_tests, with_readers
from nbexaminer.sandbox import SandboxStartError, SandboxUnavailableError
from nbexaminer.steps.execute import Execute


class AssignmentExporter(NotebookExporter):
    """Runs nbgrader's steps, and finds out where each test is to be judged: see trials.py.

    That stands in the notebook that is given out. Nothing that is said here stops nbgrader but a
    name that two cells have; `course release` stops where the solution loses a mark.
    """

    try_tests = Bool(
        True, help="Find where each test is to be judged; otherwise all are judged outside."
    ).tag(config=True)
    check_solution = Bool(
        True, help="Grade the model solution as a submission, and say what it loses."
    ).tag(config=True)

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        _require_names(nb)
        steps: list[Any] = self._preprocessors
        first = next((k for k, s in enumerate(steps) if isinstance(s, ClearSolutions)), len(steps))
        names, converter = resources["nbgrader"], cast(Any, self.parent)
        data = data_files(converter.coursedir, names["assignment"])
        with exercises().beside(data):
            solved, resources = run(steps[:first], deepcopy(nb), resources)
            released, resources = run(steps[first:], deepcopy(solved), resources)
            self._look_at(solved, released, names, data)
        nbformat.validate(released, relax_add_props=True)
        return released, resources

    def _look_at(
        self,
        solved: NotebookNode,
        released: NotebookNode,
        names: Mapping[str, str],
        data: Mapping[str, bytes],
    ) -> None:
        """Write into `released` which tests are judged inside, and say it."""
        file = f"{names['notebook']}.ipynb"
        for said in faults(solved):
            self.log.warning("%s, %s", file, said)
        try:
            how = Execute(config=self.config).judge_tests
            if how == "as_found" and self.try_tests:
                trials = try_tests(solved, released, data, self.config)
                inside = with_readers(trials.inside(), solved)
                keep_tests_inside(released, inside, trials.behind(trials.inside()))
                for said in places_in_words(solved, trials, inside):
                    self.log.warning("%s: %s", file, said)
                for name, reason in inside.items():
                    self.log.info("%s: %s is judged there because %s", file, name, reason)
            if self.check_solution:
                for said in solution_faults(solved, released, self.config, data):
                    self.log.warning("%s, %s", file, said)
        except (SandboxUnavailableError, SandboxStartError) as error:
            self.log.warning(
                "%s: its tests were not tried, for there is no sandbox: %s", file, error
            )


def _require_names(nb: NotebookNode) -> None:
    """Raise NbGraderException where two cells have one name: nbgrader does not say which."""
    count = Counter(name for cell in nb.cells if (name := grade_id(cell)) is not None)
    twice = sorted(name for name, times in count.items() if times > 1)
    if twice:
        raise NbGraderException(
            f"two cells are called {', '.join(map(repr, twice))}; give each a name of its own"
        )


def places_in_words(
    solved: NotebookNode, trials: Trials, inside: Mapping[str, str]
) -> Iterator[str]:
    """Yield which tests are judged inside, and which differ from nbgrader all the same."""
    tests = [str(grade_id(cell)) for cell in filter(is_test, solved.cells)]
    if inside:
        names = [name for name in tests if name in inside]
        yield (
            f"{len(names)} of {len(tests)} tests are judged in the student's process: "
            f"{', '.join(names)}; a student who tries can reach them"
        )
    for name, difference in trials.different(inside).items():
        yield f"{name} does not mark as nbgrader does: {difference}"


def faults(solved: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with an assignment by its text: no code is run."""
    for cell in filter(is_test, solved.cells):
        try:
            ast.parse(python(cell.source))
        except SyntaxError as error:
            yield f"{grade_id(cell)}: the test is no Python: {error.msg}, line {error.lineno}"
        if not float(cell.metadata.nbgrader["points"]):
            yield f"{grade_id(cell)}: the test has no points"
    for name in untested(solved):
        yield f"{name}: no test reads anything that this answer defines"


def untested(solved: NotebookNode) -> list[str]:
    """Return the answers in code of which nothing is tested, and which nobody marks by hand.

    A test, or an answer that a person marks, reads what it names, and what these cells read.
    """
    codes = [
        (cell, names_stored(cell.source), names_loaded(cell.source))
        for cell in solved.cells
        if cell.cell_type == "code"
    ]
    wanted: set[str] = set()
    found = []
    for cell, stored, loaded in reversed(codes):
        needed = is_grade(cell) or bool(stored & wanted)
        if needed:
            wanted |= loaded
        elif is_solution(cell):
            found.append(str(grade_id(cell)))
    return found[::-1]


def solution_faults(
    solved: NotebookNode, released: NotebookNode, config: Any, data: Mapping[str, bytes]
) -> Iterator[str]:
    """Yield what the model solution does when it is graded as a submission is."""
    nb = run_solution(solved, released, config, data)
    for cell in nb.cells:
        if cell.cell_type != "code" or is_test(cell):
            continue
        errors = [one for one in cell.outputs if one.output_type == "error"]
        if errors:
            where = grade_id(cell) or "a cell without a name"
            yield f"{where}: stops with {errors[-1].ename}: {errors[-1].evalue}".rstrip(": ")
    for lost in lost_marks(nb):
        yield str(lost)
    for cell in filter(is_test, nb.cells):
        judgement, points = judgement_of(nb, cell), float(cell.metadata.nbgrader["points"])
        if judgement is not None and (judgement.score or 0.0) > points:
            ends, most = as_points(judgement.score or 0.0), as_points(points)
            yield f"{grade_id(cell)}: the test ends in {ends} and has {most} points"
