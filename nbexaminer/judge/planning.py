"""What of a notebook is run on the trusted side, found in the text that was given out.

A test cell means the course's own `np`, `check` and given numbers, whatever a submission has put
under those names; and it means the student's names for everything that an answer defines.
"""

import ast
import builtins
import dis
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import is_solution

from nbexaminer.notebook.magics import python
from nbexaminer.notebook.released import grade_id, graded_cells, is_test

_LOADS = {"LOAD_NAME", "LOAD_GLOBAL"}
_STORES = {"STORE_NAME", "STORE_GLOBAL"}
_LONGEST = 50_000
"""Characters of a student's cell that is looked into."""
_DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Plan:
    """By the place of a cell in the notebook."""

    given: Mapping[int, str] = field(default_factory=dict)
    """Given cells that some test needs: their code for the trusted side."""
    left_to_student: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Names that an answer is to define: from there on they are the student's."""
    as_given: Mapping[str, "AsGiven"] = field(default_factory=dict)
    """Names that an answer had a value for when it was given out, as in ``z_i = None``."""


@dataclass(frozen=True)
class AsGiven:
    """What stood in an answer cell for the student to replace."""

    value: Any
    beside: frozenset[str]
    """The other names of its cell."""


def plan(nb: NotebookNode, released: NotebookNode, inside: Collection[str] = frozenset()) -> Plan:
    """Return what the tests of `nb` need beside the student's values, but for those `inside`.

    A locked cell is run as a whole, where a test needs a name that it defines. Of an answer as it
    was given out, and of a free cell, only the imports are.
    """
    codes = {k: code for k, cell in enumerate(nb.cells) if (code := _given_code(cell, released))}
    answers = {k: names for k, cell in enumerate(nb.cells) if (names := _stub(cell, released))}
    needed: dict[int, str] = {}
    for k, cell in enumerate(nb.cells):
        if is_test(cell) and grade_id(cell) not in inside:
            _add_needed(k, names_loaded(cell.source), codes, answers, needed)
    as_given = {name: one for cell in nb.cells for name, one in _as_given(cell, released).items()}
    return Plan(dict(sorted(needed.items())), answers, as_given)


def names_made(nb: NotebookNode, released: NotebookNode) -> list[frozenset[str]]:
    """Return the names that each cell makes, whoever wrote it."""
    return [_names_made(cell, released) for cell in nb.cells]


def tests_needed(nb: NotebookNode, made: Sequence[frozenset[str]], place: int) -> list[int]:
    """Return the places of the tests before `place` that make what the test there reads.

    `made` is what each cell makes.
    """
    found: set[int] = set()
    left = [place]
    while left:
        here = left.pop()
        for name in names_loaded(nb.cells[here].source):
            maker = next((k for k in range(here - 1, -1, -1) if name in made[k]), None)
            if maker is not None and is_test(nb.cells[maker]) and maker not in found:
                found.add(maker)
                left.append(maker)
    return sorted(found)


def _names_made(cell: NotebookNode, released: NotebookNode) -> frozenset[str]:
    if cell.cell_type != "code" or len(cell.source) > _LONGEST:
        return frozenset()
    try:
        return names_stored(cell.source) | _stub(cell, released)
    except (RecursionError, MemoryError):
        return frozenset()


def _add_needed(
    place: int,
    names: frozenset[str],
    codes: Mapping[int, str],
    answers: Mapping[int, frozenset[str]],
    needed: dict[int, str],
) -> None:
    for name in names:
        makers = [k for k, code in codes.items() if k < place and name in names_stored(code)]
        if not makers or any(name in answers.get(k, ()) for k in range(makers[-1] + 1, place)):
            continue
        if makers[-1] not in needed:
            needed[makers[-1]] = codes[makers[-1]]
            _add_needed(makers[-1], names_loaded(codes[makers[-1]]), codes, answers, needed)


def _given_code(cell: NotebookNode, released: NotebookNode) -> str:
    """Return what the trusted side may run of a cell that is no test."""
    if cell.cell_type != "code" or is_test(cell):
        return ""
    name = grade_id(cell)
    if name is not None and not is_solution(cell):
        return python(cell.source)
    given = (
        graded_cells(released).get(name)
        if name is not None
        else next((one for one in released.cells if one.get("id") == cell.get("id")), None)
    )
    return _imports(given.source) if given is not None and given.cell_type == "code" else ""


@lru_cache(maxsize=1024)
def _imports(source: str) -> str:
    tree = _tree(source)
    found = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, found))


def _stub(cell: NotebookNode, released: NotebookNode) -> frozenset[str]:
    """Return the names that an answer as it was given out defines, imports left aside."""
    name = grade_id(cell)
    if name is None or not is_solution(cell) or cell.cell_type != "code":
        return frozenset()
    given = graded_cells(released).get(name)
    if given is None or given.cell_type != "code":
        return frozenset()
    return names_stored(given.source) - names_stored(_imports(given.source))


def _as_given(cell: NotebookNode, released: NotebookNode) -> dict[str, AsGiven]:
    """Return the plain constants that an answer as it was given out has at its top level."""
    names = _stub(cell, released)
    if not names:
        return {}
    source = graded_cells(released)[str(grade_id(cell))].source
    return {
        target.id: AsGiven(ast.literal_eval(node.value), names - {target.id})
        for node in _tree(source).body
        if isinstance(node, ast.Assign) and _is_constant(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def definitions(source: str, missing: Collection[str]) -> str:
    """Return those statements of a cell that define a missing name and ask the student nothing.

    Imports, functions, classes and plain constants.
    """
    kept = [
        node
        for node in _tree(source).body
        if isinstance(node, _DEFINING)
        or (isinstance(node, ast.Assign) and _is_constant(node.value))
    ]
    texts = [ast.unparse(node) for node in kept]
    return "\n".join(text for text in texts if not names_stored(text).isdisjoint(missing))


def _is_constant(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


@lru_cache(maxsize=1024)
def names_loaded(source: str) -> frozenset[str]:
    """Return the global names that code reads, Python's own left aside."""
    return _names(source, _LOADS) - frozenset(dir(builtins))


@lru_cache(maxsize=1024)
def names_stored(source: str) -> frozenset[str]:
    """Return the global names that code defines."""
    return _names(source, _STORES)


@lru_cache(maxsize=1024)
def names_defined(source: str) -> frozenset[str]:
    """Return the global names that code gives a meaning of its own: defined before they are read.

    `x = np.asarray(x)` reads the student's x first.
    """
    is_stored: dict[str, bool] = {}
    for step in dis.get_instructions(_compiled(source)):
        if step.opname in _LOADS | _STORES:
            is_stored.setdefault(str(step.argval), step.opname in _STORES)
    return frozenset(name for name, stored in is_stored.items() if stored)


def _names(source: str, operations: set[str]) -> frozenset[str]:
    codes = _codes(_compiled(source))
    return frozenset(
        step.argval
        for code in codes
        for step in dis.get_instructions(code)
        if step.opname in operations and isinstance(step.argval, str)
    )


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _compiled(source: str) -> CodeType:
    """Compile a cell; one that is no Python does nothing."""
    try:
        code: CodeType = compile(_tree(source), "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError):  # as of a `return` outside a function
        code = compile("", "<cell>", "exec")
    return code


def _tree(source: str) -> ast.Module:
    """Parse a cell; one that is no Python defines nothing and reads nothing."""
    try:
        return ast.parse(python(source))
    except (SyntaxError, ValueError):
        return ast.Module([], [])
