"""What a change of a formula is, and the small trees that changes are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from course_utils.formulas.evaluating import Values
from course_utils.formulas.functions import ENTRIES, Array
from course_utils.formulas.nodes import (
    Apply,
    Negative,
    Node,
    Number,
    Path,
    Product,
    Sum,
    Symbol,
    is_matrix,
    is_parameter,
    put,
)
from course_utils.formulas.printing import text

FAMILIES: dict[str, float] = {
    "another quantity": 0.9,
    "left out": 0.9,
    "exchanged": 0.8,
    "another function": 0.8,
    "another operation": 0.7,
    "sign": 0.7,
    "transposed": 0.7,
    "moved": 0.6,
    "one minus": 0.6,
    "written out": 0.5,
    "rounded": 0.4,
    "put in": 0.4,
    "replaced": 0.4,
    "a rare function": 0.4,
    "scaled": 0.45,
    "two signs": 0.45,
    "signs of one product": 0.45,
    "entries": 0.25,
}
"""Each family with how plausible it is, from 0 to 1: of two that give the same, one is shown."""


ALONE = ("entries", "a rare function")
"""Families that are not looked for beside another change: two are too many then."""

USUAL = ("sigmoid", "tanh", "softmax", "relu", "exp")
SQUASHING = ("sigmoid", "tanh", "softmax", "relu")
"""Functions that are put in where there was none."""


@dataclass(frozen=True)
class Change:
    """A tree that differs from the right one by one change."""

    tree: Node
    family: str
    """One of FAMILIES."""
    sentence: str
    """What is different, in words that go on from "yours": "has o_t in the place of i_t"."""
    key: tuple[object, ...]
    """The same for the same change in a line that is built alike, as in another gate."""
    path: Path = ()
    """Where the right tree has another part; () where that is in several places."""
    part: Node | None = None
    """What stands at `path`; the whole tree if None."""

    @property
    def plausibility(self) -> float:
        """From 0 to 1."""
        return FAMILIES[self.family]


class Changes:
    """Collects trees in which the part at one path is replaced.

    `form` tells the ways apart in which one formula is written, as with the blocks of a matrix.
    """

    def __init__(self, tree: Node, form: object = None) -> None:
        self.tree = tree
        self.form = form

    def put(self, path: Path, part: Node, family: str, sentence: str, *key: object) -> Change:
        tree = put(self.tree, path, part)
        if family == "one minus":
            tree = without_double_minus(tree)
        if self.form is None:
            return Change(tree, family, sentence, (family, path, *key), path, part)
        return Change(tree, family, sentence, (family, path, self.form, *key))

    def over_entries(
        self, path: Path, part: Node, functions: Iterable[str] = ENTRIES
    ) -> Iterator[Change]:
        """The entries of a part mixed up, or some of them missed."""
        for function in functions:
            words = ENTRIES[function].format(named(part))
            family = "put in" if function == "reversed" else "entries"
            yield self.put(path, Apply(function, part), family, words, function)


class Vectors:
    """Which quantities have the shape of a part."""

    def __init__(self, known: Mapping[str, Array]) -> None:
        self._values = Values(known)
        self._alike: dict[tuple[int, ...], list[str]] = {}
        for name, value in known.items():
            if not is_matrix(Symbol(name)):
                self._alike.setdefault(value.shape, []).append(name)

    def like(self, node: Node) -> list[str]:
        """Return the vectors of the shape of a part of the formula."""
        return self._alike.get(self.shape(node), [])

    def shape(self, node: Node) -> tuple[int, ...]:
        """Return the shape of a part's value."""
        return self._values.of(node).shape


def exchangeable(node: Symbol, known: Mapping[str, Array]) -> list[str]:
    """Return the other quantities of the shape and kind of one."""
    shape, matrix, learnt = known[node.name].shape, is_matrix(node), is_parameter(node.name)
    return [
        name
        for name, value in known.items()
        if name != node.name
        and value.shape == shape
        and is_matrix(Symbol(name)) == matrix
        and is_parameter(name) == learnt
    ]


def over(function: str, term: Node) -> Node:
    return (
        Negative(Apply(function, term.of)) if isinstance(term, Negative) else Apply(function, term)
    )


def product_of(factors: tuple[Node, ...]) -> Node:
    return factors[0] if len(factors) == 1 else Product(factors)


def sum_of(terms: tuple[Node, ...]) -> Node:
    return terms[0] if len(terms) == 1 else Sum(terms)


def times(value: float, node: Node) -> Node:
    parts = node.parts if isinstance(node, Product) else (node,)
    return Product((Number(value), *parts))


def one_minus(node: Node) -> Node:
    return Sum((Number(1), Negative(node)))


def without_double_minus(node: Node) -> Node:
    """Return a tree with 1 - (1 - a) as a."""
    match node:
        case Sum((Number(1), Negative(Sum((Number(1), Negative(inner)))))):
            return without_double_minus(inner)
    children = node.children
    others = tuple(without_double_minus(child) for child in children)
    return node if others == children else node.with_children(others)


def opposite(node: Node) -> Node:
    return node.of if isinstance(node, Negative) else Negative(node)


def named(node: Node) -> str:
    return text(node.of if isinstance(node, Negative) else node)
