"""Formulas as they stand in a textbook: one line, and the lines of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.formulas import printing, reading
from course_utils.formulas.evaluating import Given, Values, value_of
from course_utils.formulas.functions import Array
from course_utils.formulas.naming import latex_of, text_of
from course_utils.formulas.neighbours import neighbours, own_shapes
from course_utils.formulas.nodes import (
    FormulaError,
    Node,
    Symbol,
    replaced,
    substitute,
    symbols,
    walk,
)
from course_utils.formulas.program import program
from course_utils.formulas.shapes import Shapes

_LARGEST = 400
"""Nodes of one tree."""


@dataclass(frozen=True)
class Formula:
    """One line: a name, and what it is."""

    name: str
    tree: Node

    def evaluate(self, given: Given) -> Array:
        """Return the right side's value, from arrays by name.

        Vectors have the feature axis last and may have batch axes in front. Raises FormulaError
        where a quantity is missing or does not fit.
        """
        return value_of(self.tree, given)

    @property
    def right(self) -> str:
        """The right side as text."""
        return printing.text(self.tree)

    def latex(self, given: Given | None = None) -> str:
        """Return the line as LaTeX; with `given`, its right side with the numbers filled in."""
        if given is None:
            return f"{latex_of(self.name)} = {printing.latex(self.tree)}"
        return printing.numbers(self.tree, given)

    def code(self) -> str:
        """Return the right side as Python with NumPy. Raises FormulaError as printing.code does."""
        return printing.code(self.tree)

    def variants(self, given: Given | None = None) -> tuple[Variant, ...]:
        """Return what somebody gets who mistakes this line in one way, the most plausible first.

        No two of them are the same. `given` holds the quantities of the formula and others that may
        be taken for them; only their shapes matter here. Without it the shapes are those that the
        formula itself gives. Raises FormulaError where a quantity of the formula is missing.
        """
        if given is None:
            shapes = own_shapes(self.name, self.tree)
        else:
            shapes = {name: np.shape(value) for name, value in given.items()}
        return _variants(self, tuple(sorted(shapes.items())))

    def __str__(self) -> str:
        return f"{text_of(self.name)} = {self.right}"


@dataclass(frozen=True)
class Variant:
    """A formula that differs from the right one by one change."""

    formula: Formula
    family: str
    """One of FAMILIES."""
    sentence: str
    """What is different, in words that go on from "yours": "has o_t in the place of i_t"."""
    change: tuple[object, ...]
    """The same for the same change in a line that is built alike, as in another gate."""
    plausibility: float
    """From 0 to 1."""


@lru_cache(maxsize=1024)
def _variants(
    formula: Formula, shapes: tuple[tuple[str, tuple[int, ...]], ...]
) -> tuple[Variant, ...]:
    return tuple(
        Variant(
            Formula(formula.name, one.tree), one.family, one.sentence, one.key, one.plausibility
        )
        for one in neighbours(formula.tree, shapes)
    )


class Formulas(Mapping[str, Formula]):
    """The lines of one step, by the name on their left side, in order of working.

    Raises FormulaError where a name is defined twice, a line reads what a later one defines, no
    shapes fit, or a tree is too large.
    """

    def __init__(self, lines: list[tuple[str, Node]]) -> None:
        self._lines: dict[str, Formula] = {}
        for k, (name, tree) in enumerate(lines):
            if name in self._lines:
                raise FormulaError(f"{text_of(name)} has two lines, expected one")
            if sum(1 for _ in walk(tree)) > _LARGEST:
                raise FormulaError(
                    f"{text_of(name)} is too long, expected {_LARGEST} parts at most"
                )
            later = {other for other, _ in lines[k:]} - self._lines.keys()
            for used in symbols(tree):
                if used in later:
                    raise FormulaError(
                        f"{text_of(name)} reads {text_of(used)}, expected the line of it before"
                    )
            self._lines[name] = Formula(name, tree)
        self.shapes = Shapes((f.name, f.tree) for f in self._lines.values())

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the quantities that have to be given."""
        return tuple(name for name in self.shapes.quantities if name not in self._lines)

    def evaluate(self, given: Given) -> dict[str, Array]:
        """Return the value of every line, from arrays by name. Raises FormulaError.

        A line that is given as well is worked out all the same; later ones go on with it as given.
        """
        known: dict[str, Any] = dict(given)
        values = Values(known)
        found = {}
        for name, formula in self._lines.items():
            found[name] = values.of(formula.tree)
            known.setdefault(name, found[name])
        return found

    def taking(self, *names: str) -> Formulas:
        """Return these lines alone; what else they read has to be given. Raises KeyError."""
        return Formulas([(name, self[name].tree) for name in names])

    def inlined(self, *names: str) -> Formulas:
        """Return the lines but those of `names`, whose right sides stand where they were read."""
        put_in: dict[str, Node] = {}
        kept = []
        for name, formula in self._lines.items():
            tree = substitute(formula.tree, put_in)
            if name in names:
                put_in[name] = tree
            else:
                kept.append((name, tree))
        return Formulas(kept)

    def naming(self, **parts: str | Node) -> Formulas:
        """Return the lines with parts of them as lines of their own: the opposite of `inlined`.

        Each part, a tree or its text, comes before the first line that reads it. Raises
        FormulaError where no line does.
        """
        lines = [(f.name, f.tree) for f in self._lines.values()]
        for name, part in parts.items():
            tree = reading.expression(part) if isinstance(part, str) else part
            named = {tree: Symbol(name)}
            lines = [(other, replaced(line, named)) for other, line in lines]
            reads = [k for k, (_, line) in enumerate(lines) if name in symbols(line)]
            if not reads:
                raise FormulaError(f"no line has the part {printing.text(tree)}")
            lines.insert(reads[0], (name, tree))
        return Formulas(lines)

    def replacing(self, parts: Mapping[Node, Node]) -> Formulas:
        """Return the lines with those parts replaced, wherever they stand."""
        return Formulas([(f.name, replaced(f.tree, parts)) for f in self._lines.values()])

    def program(self) -> dict[str, Any]:
        """Return the lines as a program of JSON's kinds; see program.py."""
        return program([(f.name, f.tree) for f in self._lines.values()], self.shapes)

    def __getitem__(self, name: str) -> Formula:
        return self._lines[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formulas) and list(self.items()) == list(other.items())

    def __hash__(self) -> int:
        return hash(tuple(self._lines.values()))

    def __str__(self) -> str:
        return "\n".join(map(str, self._lines.values()))


def read(text: str) -> Formulas:
    """Return the formulas in `text`, one a line, or apart by two spaces.

    They are written as the course writes them, ``C_t = f_t ∘ C_{t-1} + i_t ∘ C~_t``, or as books
    print them in LaTeX. W, U, V and E with any index are matrices. Raises FormulaError with one
    sentence that says where, and what was expected.
    """
    return Formulas(reading.lines(text))


def read_right(name: str, text: str) -> Formula:
    """Return the formula of `name` whose right side is `text`. Raises FormulaError."""
    return Formula(name, reading.expression(text))
