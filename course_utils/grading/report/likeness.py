"""Answers that fit another student's numbers, and code that is the same after renaming.

Both are evidence to look at, with its weight; neither is a finding about a person.
"""

import ast
import hashlib
from dataclasses import dataclass
from typing import Any

from course_utils.exercises import exercises
from course_utils.exercises.recognition import is_right, right_for
from course_utils.grading.marked_answers import MarkedAnswer
from course_utils.grading.report.gathering import ClassRecord

FEWEST_NODES = 40
"""Code of fewer parts of its syntax tree is alike by nature."""

COMMON = 0.05
"""What a larger share of the class writes is a common way to write it."""


@dataclass(frozen=True)
class OthersData:
    """An answer, wrong for its student's numbers and right for those of one or two others."""

    student: str
    others: tuple[str, ...]
    exercise: str
    cell: str
    answers: dict[str, Any]
    numbers: int
    """How many numbers agree."""


@dataclass(frozen=True)
class SameCode:
    """Answer cells that differ in names, comments and layout only."""

    cell: str
    students: tuple[str, ...]
    nodes: int
    """The size of the code: the nodes of its syntax tree."""
    example: str
    common: bool
    """More than a twentieth of the class wrote this."""


def others_data(record: ClassRecord) -> list[OthersData]:
    """Return the answers that fit another student's personal numbers, by student.

    Only where data are personal: on shared numbers nothing can be seen.
    """
    students = [submission.student for submission in record.submissions]
    found = []
    for submission in record.submissions:
        for answer in submission.answers:
            one = _fits_others(submission.student, answer, students)
            if one is not None:
                found.append(one)
    return found


def _fits_others(student: str, answer: MarkedAnswer, students: list[str]) -> OthersData | None:
    exercise = exercises().get(answer.exercise)
    lost = any(part.score < 1 or part.followed_through for part in answer.parts.values())
    if exercise is None or exercise.fixed is not None or not answer.answers or not lost:
        return None
    if is_right(exercise, exercise.draw(student, answer.attempt), answer.answers):
        return None
    others = [other for other in students if other != student]
    fitting = right_for(exercise, answer.answers, others, answer.attempt)
    if not 1 <= len(fitting) <= 2:
        return None
    numbers = sum(_size(value) for value in answer.answers.values())
    return OthersData(
        student, tuple(fitting), answer.exercise, answer.cell, answer.answers, numbers
    )


def same_code(record: ClassRecord) -> list[SameCode]:
    """Return groups of at least two students with the same code, the least common first."""
    groups: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for submission in record.submissions:
        for cell, source in submission.code.items():
            shape = _shape(source)
            if shape is not None:
                groups.setdefault((cell, shape[0]), []).append(
                    (submission.student, source, shape[1])
                )
    found = [
        SameCode(
            cell,
            tuple(student for student, _, _ in group),
            group[0][2],
            group[0][1],
            len(group) > max(2, COMMON * len(record.submissions)),
        )
        for (cell, _), group in groups.items()
        if len(group) > 1
    ]
    return sorted(found, key=lambda one: (one.common, len(one.students), one.cell, one.students))


def _shape(source: str) -> tuple[str, int] | None:
    """Return a digest of the code with its own names numbered, and its size; None where it is small
    or no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    nodes = list(ast.walk(tree))
    if len(nodes) < FEWEST_NODES:
        return None
    _Renamed(nodes).visit(tree)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), len(nodes)


class _Renamed(ast.NodeTransformer):
    """Numbers the names that the code itself gives, in order, and drops docstrings."""

    def __init__(self, nodes: list[ast.AST]) -> None:
        own = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        own |= {n.arg for n in nodes if isinstance(n, ast.arg)}
        self._own = own | {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
        self._numbers: dict[str, str] = {}

    def _number(self, name: str) -> str:
        return self._numbers.setdefault(name, f"name{len(self._numbers)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._own:
            node.id = self._number(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._number(node.arg)
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._number(node.name)
        node.returns = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)


def _size(value: Any) -> int:
    return sum(map(_size, value)) if isinstance(value, list) else int(value is not None)
