"""Answers that fit another student's numbers, notebooks that are equal, code that is but renamed.

All are evidence to look at, with its weight; none is a finding about a person.
"""

import ast
import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from nbexaminer.exercises import exercises
from nbexaminer.notebook.changes import comments
from nbexaminer.notebook.marked_answers import MarkedAnswer
from nbexaminer.report.gathering import ClassRecord, Place

FEWEST_NODES = 40
"""Code of fewer parts of its syntax tree is alike by nature."""

LONGEST = 100_000
"""Characters of an answer's code that is compared."""

COMMON = 0.05
"""What a larger share of the class writes is a common way to write it."""

EVERYBODY = 0.9
"""What so large a share of the class has was given to all or asked of all."""

FEWEST_CHARACTERS = 40
"""Shorter answers, without white space, are equal by chance."""


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
class SameNotebook:
    """Students whose answers are all equal to the byte: code, comments and words."""

    students: tuple[str, ...]
    answers: int
    """How many answers they have, all of them equal."""
    telling: dict[Place, str]
    """By answer what is equal and not what many write: its words, its code or its comments."""

    @property
    def characters(self) -> int:
        """How long that is, without white space."""
        return sum(len("".join(text.split())) for text in self.telling.values())


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
    lost = any(part.score < 1 or part.followed_through for part in answer.parts.values())
    if not lost:
        return None
    fitting = exercises().fitting(answer.exercise, answer.answers, students, answer.attempt)
    if student in fitting or not 1 <= len(fitting) <= 2:
        return None
    numbers = sum(_size(value) for value in answer.answers.values())
    return OthersData(
        student, tuple(fitting), answer.exercise, answer.cell, answer.answers, numbers
    )


def same_notebooks(record: ClassRecord) -> list[SameNotebook]:
    """Return groups of students whose answers are all equal to the byte, the longest first.

    What says nothing is not counted: what was given out, the model answer, what other students or
    nearly everybody have as well, and code that is alike by nature or written in a common way; of
    such code its comments are counted. Too little of the rest is no evidence.
    """
    groups: dict[tuple[tuple[Place, str], ...], list[str]] = {}
    for submission in record.submissions:
        if submission.answered:
            groups.setdefault(tuple(submission.answered.items()), []).append(submission.student)
    tells = _Telling(record)
    found = [
        SameNotebook(
            tuple(students),
            len(answers),
            {
                place: text
                for place, source in answers
                if (text := tells.part(place, source, len(students)))
            },
        )
        for answers, students in groups.items()
        if len(students) > 1
    ]
    return sorted(
        (one for one in found if one.characters >= FEWEST_CHARACTERS),
        key=lambda one: (-one.characters, one.students),
    )


class _Telling:
    """What of an answer says something where several students have it."""

    def __init__(self, record: ClassRecord) -> None:
        self._given = record.given
        self._class = sum(bool(one.answered) for one in record.submissions)
        self._held: Counter[tuple[Place, str]] = Counter()
        for submission in record.submissions:
            for place, source in submission.answered.items():
                self._held.update({(place, part) for part in self._parts(place, source)})

    def part(self, place: Place, source: str, group: int) -> str:
        """Return the answer, or of code that many write its comments; "" for neither."""
        for part, text in self._parts(place, source).items():
            if part and self._is_rare((place, part), group) and not self._is_given(place, part):
                return text
        return ""

    def _parts(self, place: Place, source: str) -> dict[str, str]:
        """Return the answer's parts, the whole first: what it is compared by, and its text."""
        if not self._is_code(place, source):
            return {" ".join(source.split()): source}
        given = {line for cell in self._given.get(place, ()) for line in comments(cell.source)}
        own = "\n".join(line for line in comments(source) if line not in given)
        shape = _shape(source)
        return {shape[0] if shape else "": source, own: own}

    def _is_code(self, place: Place, source: str) -> bool:
        given = self._given.get(place)
        return given[0].cell_type == "code" if given else _shape(source) is not None

    def _is_given(self, place: Place, part: str) -> bool:
        cells = self._given.get(place, ())
        return any(part in self._parts(place, cell.source) for cell in cells)

    def _is_rare(self, part: tuple[Place, str], group: int) -> bool:
        holders = self._held[part]
        if holders >= max(3, EVERYBODY * self._class):
            return False
        return holders - group <= max(2, COMMON * self._class)


def same_code(record: ClassRecord) -> list[SameCode]:
    """Return groups of at least two students with the same code, the least common first."""
    groups: dict[tuple[Place, str], list[tuple[str, str, int]]] = {}
    for submission in record.submissions:
        for place, source in submission.code.items():
            shape = _shape(source)
            if shape is not None:
                groups.setdefault((place, shape[0]), []).append(
                    (submission.student, source, shape[1])
                )
    found = [
        SameCode(
            place[1],
            tuple(student for student, _, _ in group),
            group[0][2],
            group[0][1],
            len(group) > max(2, COMMON * len(record.submissions)),
        )
        for (place, _), group in groups.items()
        if len(group) > 1
    ]
    return sorted(found, key=lambda one: (one.common, len(one.students), one.cell, one.students))


def _shape(source: str) -> tuple[str, int] | None:
    """Return a digest of the code with its own names numbered, and its size.

    None where it is small, no Python, or too long or too deep to be compared.
    """
    if len(source) > LONGEST:
        return None
    try:
        tree = ast.parse(source)
        nodes = list(ast.walk(tree))
        if len(nodes) < FEWEST_NODES:
            return None
        _Renamed(nodes).visit(tree)
        return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), len(nodes)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


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
