"""Where each test of an assignment is to be judged: found by trying it.

A test is tried on the model solution, on the blank, and on wrong answers that are made of the
solution: outside the student's process, inside of it, and as nbgrader runs it, in the one kernel
of the notebook. It is judged outside where that always gives nbgrader's marks, else inside where
that does.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_solution
from traitlets.config import Config

from nbexaminer.exercises import CLASS
from nbexaminer.judge.places import may_be_inside
from nbexaminer.judge.planning import definitions, names_loaded, names_stored
from nbexaminer.notebook.judgements import Judgement, judgement_of
from nbexaminer.notebook.released import grade_id, graded_cells, is_test
from nbexaminer.pipeline import run
from nbexaminer.pipeline.context import GradingContext, NotebookSnapshot
from nbexaminer.points import TOLERANCE
from nbexaminer.steps.execute import Execute

_NUMPY_NUMBER = re.compile(r"np\.(?:float|int|uint)\d+\((.*)\)")
_NO_OUTCOME = {"CellTimeout", "KernelDied", "NotRun"}
"""Errors that say nothing of the test: a wrong answer made by machine may never end."""
_RIGHT = "the solution"
_SURE = ("outside", "nbgrader")
"""Ways that every test is tried; inside are those that these do not agree on."""
_SECONDS = 2
"""For a cell of a wrong answer, at most."""


class Trial(NamedTuple):
    """What one test brought for one answer, each way; None where that came to no outcome."""

    answer: str
    outside: float | None
    inside: float | None
    nbgrader: float | None
    behind: float | None = None
    """Inside, behind all tests before it."""

    def agrees(self, way: str) -> bool:
        """Whether the test brings outside, or inside, what it brings in nbgrader."""
        brought = getattr(self, way)
        if brought is None or self.nbgrader is None:
            return True
        return bool(abs(brought - self.nbgrader) < TOLERANCE)


@dataclass(frozen=True)
class Trials:
    """What the tests of one notebook brought."""

    tests: Mapping[str, tuple[Trial, ...]] = field(default_factory=dict)
    """By grade id; the first trial is that of the model solution."""
    points: Mapping[str, float] = field(default_factory=dict)

    def inside(self) -> dict[str, str]:
        """Return the tests to judge inside, and for each of them why not outside."""
        found = {}
        for name, trials in self.tests.items():
            right = trials[0]
            differs = [one for one in trials if not one.agrees("outside")]
            if not differs or right.nbgrader is None:
                continue
            # What the sandbox lacks, as the course's package, nbgrader would not: the test that
            # gives its own solution full marks is the one that works.
            if right.outside == self.points[name] and right.nbgrader < right.outside:
                continue
            if self._agreeing(name, self._best(name)) > len(trials) - len(differs):
                found[name] = _difference(differs[0])
        return found

    def behind(self, places: Iterable[str]) -> list[str]:
        """Return those of the tests inside that have to run behind all tests before them."""
        return [name for name in places if self._best(name) == "behind"]

    def _agreeing(self, name: str, way: str) -> int:
        return sum(one.agrees(way) for one in self.tests[name])

    def _best(self, name: str) -> str:
        more = self._agreeing(name, "behind") > self._agreeing(name, "inside")
        return (
            "behind"
            if more and any(one.behind is not None for one in self.tests[name])
            else "inside"
        )

    def different(self, places: Mapping[str, str]) -> dict[str, str]:
        """Return the tests that differ from nbgrader's where they are judged, and how."""
        found = {}
        for name, trials in self.tests.items():
            way = self._best(name) if name in places else "outside"
            for one in trials:
                if not one.agrees(way):
                    brought = getattr(one, way)
                    found[name] = f"{one.answer} earns {brought:g}, in nbgrader {one.nbgrader:g}"
                    break
        return found


def _difference(one: Trial) -> str:
    return f"outside, {one.answer} earns {one.outside:g} in place of {one.nbgrader:g}"


def try_tests(
    solved: NotebookNode,
    released: NotebookNode,
    data: Mapping[str, bytes],
    config: Config | None = None,
) -> Trials:
    """Try the tests of a notebook that can be judged inside.

    `solved` has the solutions and the whole of the tests, `released` is what students are given,
    `data` are the files beside it. Raises SandboxUnavailableError and SandboxStartError.
    """
    names = [str(grade_id(cell)) for cell in filter(may_be_inside, solved.cells)]
    if not names:
        return Trials()
    asked = partial(_brought, released=released, data=data, config=config)
    answers = dict(answers_to(solved, released_with_tests(solved, released)))
    brought = {way: {a: asked(nb, way, a == _RIGHT) for a, nb in answers.items()} for way in _SURE}

    def trials(name: str) -> tuple[Trial, ...]:
        ways = ("outside", "inside", "nbgrader", "behind")
        return tuple(
            Trial(answer, *(brought.get(way, {}).get(answer, {}).get(name) for way in ways))
            for answer in answers
        )

    def agree(name: str, way: str) -> bool:
        return all(one.agrees(way) for one in trials(name))

    for way, tried in (("inside", ["outside"]), ("behind", ["outside", "inside"])):
        if not all(any(agree(name, one) for one in tried) for name in names):
            brought[way] = {a: asked(nb, way, a == _RIGHT) for a, nb in answers.items()}
    tests = filter(is_test, solved.cells)
    points = {str(grade_id(cell)): float(cell.metadata.nbgrader["points"]) for cell in tests}
    return Trials({name: trials(name) for name in names}, points)


def with_readers(inside: Mapping[str, str], nb: NotebookNode) -> dict[str, str]:
    """Return the tests to judge inside, with those that read what only these make.

    Outside, a test that is judged inside leaves its imports, functions, classes and constants.
    """
    found = dict(inside)
    made: dict[str, str] = {}
    for cell in nb.cells:
        names = names_stored(cell.source) if cell.cell_type == "code" else frozenset()
        if not is_test(cell):
            for name in names:
                made.pop(name, None)
            continue
        test = str(grade_id(cell))
        read = next((made[name] for name in names_loaded(cell.source) if name in made), None)
        if test not in found and read is not None and may_be_inside(cell):
            found[test] = f"it reads what {read} makes"
        if test in found:
            left = names_stored(definitions(cell.source, names))
            made |= dict.fromkeys(names - left, test)
    return found


def released_with_tests(solved: NotebookNode, released: NotebookNode) -> NotebookNode:
    """Return the blank with the whole of its tests, as it is graded."""
    nb, given = deepcopy(solved), graded_cells(released)
    for cell in nb.cells:
        if is_solution(cell) and grade_id(cell) in given:
            cell.source = given[str(grade_id(cell))].source
    return nb


def answers_to(solved: NotebookNode, blank: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Yield the solution, the blank and wrong answers, each as a notebook."""
    yield _RIGHT, deepcopy(solved)
    yield "the blank", blank
    for name, change in _WRONG.items():
        yield name, _with_answers(solved, change)
    places = [k for k, cell in enumerate(solved.cells) if _is_code_answer(cell)]
    if len(places) > 1:
        nb = deepcopy(solved)
        for k in places[::2]:
            nb.cells[k].source = blank.cells[k].source
        yield "half of the answers", nb


def _is_code_answer(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and is_solution(cell))


def _with_answers(solved: NotebookNode, change: Callable[[ast.Module], None]) -> NotebookNode:
    nb = deepcopy(solved)
    for cell in filter(_is_code_answer, nb.cells):
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:  # a magic, say: it stays right
            continue
        change(tree)
        cell.source = ast.unparse(ast.fix_missing_locations(tree))
    return nb


_OPERATORS: dict[type[ast.AST], Any] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def _slip(tree: ast.Module) -> None:
    """Make a slip at every operator, comparison and number."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            node.op = _OPERATORS.get(type(node.op), type(node.op))()
        elif isinstance(node, ast.Compare):
            node.ops = [_OPERATORS.get(type(op), type(op))() for op in node.ops]
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            node.value += 1  # type: ignore[operator]


def _give(tree: ast.Module, value: Callable[[ast.expr], ast.expr]) -> None:
    """Change what functions return, and the values of the cell's own names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            node.value = value(node.value)
    for one in tree.body:
        if isinstance(one, ast.Assign) and all(isinstance(name, ast.Name) for name in one.targets):
            one.value = value(one.value)


_WRONG: dict[str, Callable[[ast.Module], None]] = {
    "an answer of None": lambda tree: _give(tree, lambda _: ast.Constant(None)),
    "an answer in a list": lambda tree: _give(tree, lambda value: ast.List([value], ast.Load())),
    "an answer with slips": _slip,
}


class _Tried(Execute):
    """Runs a notebook for what its tests bring."""

    def __init__(self, right: bool, **kwargs: Any) -> None:
        """`right` says whether it is the solution, which may ask the reference."""
        super().__init__(**kwargs)
        self._with_answers = right

    def marks(self, nb: NotebookNode, test: NotebookNode) -> float | None:
        """Return what a test of `nb` brought; None where that says nothing of the test."""
        judgement = judgement_of(nb, test) or Judgement()
        if judgement.error is not None and judgement.error.name in _NO_OUTCOME:
            return None
        return judgement.marks(float(test.metadata.nbgrader["points"]))


class _Behind(_Tried):
    """Runs every test inside, behind all tests before it."""

    def _tests_behind(self) -> frozenset[str]:
        return self._tests_inside()


class _AsNbgrader(_Tried):
    """Runs every cell in the one kernel, tests too, and marks by their outputs."""

    def _is_judged(self, cell: NotebookNode) -> bool:
        return False

    def marks(self, nb: NotebookNode, test: NotebookNode) -> float | None:
        errors = {one.ename for one in test.outputs if one.output_type == "error"}
        return None if errors & _NO_OUTCOME else as_nbgrader_marks(test)


_WAYS: dict[str, tuple[type[_Tried], str]] = {
    "outside": (_Tried, "outside"),
    "inside": (_Tried, "inside"),
    "behind": (_Behind, "inside"),
    "nbgrader": (_AsNbgrader, "inside"),
}
"""Each in a kernel of its own: what a test leaves on the disk, another may find."""


def as_nbgrader_marks(test: NotebookNode) -> float:
    """Return what nbgrader gives for a test that has been run, by its outputs.

    A number of NumPy's is the number that it is; nbgrader takes its `repr` for no number, and gives
    everything. More than everything, for which nbgrader stops, is everything; less than nothing,
    for which it gives everything, is nothing; and a warning costs nothing.
    """
    cell = deepcopy(test)
    points = float(cell.metadata.nbgrader["points"])
    for one in cell.outputs:
        if one.output_type == "execute_result":
            text = one.data.get("text/plain", "")
            known = _NUMPY_NUMBER.fullmatch(text)
            one.data["text/plain"] = text = known[1] if known else text
            try:
                return Judgement(float(text)).marks(points)
            except ValueError:
                pass
    cell.outputs = [one for one in cell.outputs if one.output_type != "stream"]
    score, _ = determine_grade(cell)
    return float(score or 0.0)


def _brought(
    nb: NotebookNode,
    way: str,
    right: bool,
    *,
    released: NotebookNode,
    data: Mapping[str, bytes],
    config: Config | None,
) -> dict[str, float | None]:
    """Return what the tests of an answered notebook bring that way, by name."""
    kind, place = _WAYS[way]
    step = kind(right, config=_configured(config, place, right))
    context = GradingContext(CLASS, "", released, NotebookSnapshot("", "", None, {}), data=data)
    graded, _ = run((step,), deepcopy(nb), context.resources(""))
    return {str(grade_id(cell)): step.marks(graded, cell) for cell in filter(is_test, graded.cells)}


def _configured(config: Config | None, place: str, right: bool) -> Config:
    """Return the course's values, with that place for every test; the solution has all its time."""
    changed = deepcopy(config) if config else Config()
    step = Execute(config=config)
    changed.Execute.judge_tests = place
    if not right:
        changed.Execute.timeout = min(int(step.timeout or _SECONDS), _SECONDS)
        changed.Execute.notebook_timeout = min(step.notebook_timeout, 10 * _SECONDS)
    return changed
