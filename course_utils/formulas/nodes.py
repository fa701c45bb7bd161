"""The tree of a formula: what the equations of one step are made of.

Fourteen kinds of node, all frozen. A node that holds the same is the same object, so that the many
trees that share their parts are compared and looked up by identity. Nothing is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from weakref import WeakValueDictionary

from course_utils.formulas.functions import ON_MATRICES


class FormulaError(ValueError):
    """A formula that cannot be read or worked out. The message is one sentence."""


class _Once(type):
    """Makes each node once; it lives as long as something holds it."""

    _made: ClassVar[WeakValueDictionary[tuple[object, ...], Any]] = WeakValueDictionary()

    def __call__(cls, *args: Any) -> Any:
        key = (cls, args)
        made = cls._made.get(key)
        return cls._made.setdefault(key, super().__call__(*args)) if made is None else made


class Node(metaclass=_Once):
    """A part of a formula."""

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly below, in the order in which they are written."""
        return ()

    def with_children(self, children: tuple[Node, ...]) -> Node:
        """Return this node over other children."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        names: tuple[str, ...] = getattr(self, "__match_args__", ())
        return type(self), tuple(getattr(self, name) for name in names)


@dataclass(frozen=True, eq=False)
class Number(Node):
    """A number that is not negative: 1, 0.5."""

    value: float

    def __post_init__(self) -> None:
        # 2 and 2.0 are one node, and NumPy takes no negative power of an int
        object.__setattr__(self, "value", float(self.value))


@dataclass(frozen=True, eq=False)
class Symbol(Node):
    """A quantity by its name in the course: ``f_t``, ``c_prev``, ``W_f``."""

    name: str


@dataclass(frozen=True, eq=False)
class _Unary(Node):
    of: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.of,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return type(self)(*children)


@dataclass(frozen=True, eq=False)
class _Several(Node):
    parts: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.parts

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return type(self)(children)


@dataclass(frozen=True, eq=False)
class _Binary(Node):
    first: Node
    second: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return self.first, self.second

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return type(self)(*children)


class Negative(_Unary):
    """-a"""


class Transposed(_Unary):
    """The transpose of a matrix."""


class Diagonal(_Unary):
    """The diagonal of a square matrix, a vector."""


@dataclass(frozen=True, eq=False)
class Columns(Node):
    """Columns `first` to `last` of a matrix, as NumPy counts them: W[:, first:last]."""

    of: Node
    first: int
    last: int

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.of,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Columns(children[0], self.first, self.last)


class Sum(_Several):
    """a + b - c, the last as a Negative."""


class Product(_Several):
    """a ∘ b, element by element, and a number times anything."""


class Joined(_Several):
    """[h, x]: vectors one after the other."""


class Matmul(_Binary):
    """A matrix times a vector."""


class Dot(_Binary):
    """The dot product of two vectors, one number for all units."""


class Quotient(_Binary):
    """a / b, element by element."""


class Power(_Binary):
    """a ^ b, element by element."""


@dataclass(frozen=True, eq=False)
class Apply(Node):
    """A function of FUNCTIONS, by its name."""

    function: str
    of: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.of,)

    def with_children(self, children: tuple[Node, ...]) -> Node:
        return Apply(self.function, *children)


Path = tuple[int, ...]
"""Which child to take at each level, from the root."""


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield every part of a tree with its path, a node before its children."""
    yield path, node
    for k, child in enumerate(node.children):
        yield from walk(child, (*path, k))


def at(node: Node, path: Path) -> Node:
    """Return the part of a tree at a path."""
    for k in path:
        node = node.children[k]
    return node


def put(node: Node, path: Path, part: Node) -> Node:
    """Return a tree with `part` at a path. What is not on the path is shared."""
    if not path:
        return part
    k, *rest = path
    children = list(node.children)
    children[k] = put(children[k], tuple(rest), part)
    return node.with_children(tuple(children))


def substitute(node: Node, parts: dict[str, Node]) -> Node:
    """Return a tree with symbols replaced by trees."""
    if isinstance(node, Symbol):
        return parts.get(node.name, node)
    if parts.keys().isdisjoint(symbols(node)):
        return node
    children = node.children
    others = tuple(substitute(child, parts) for child in children)
    return node if others == children else node.with_children(others)


def replaced(node: Node, parts: Mapping[Node, Node]) -> Node:
    """Return a tree with parts of it replaced, the outermost first; what is put in stays."""
    if node in parts:
        return parts[node]
    children = node.children
    others = tuple([replaced(child, parts) for child in children])
    return node if others == children else node.with_children(others)


def symbols(node: Node) -> list[str]:
    """Return the names of the quantities in a tree, each once, as they come."""
    names: list[str] | None = node.__dict__.get("names")
    if names is None:
        own = [node.name] if isinstance(node, Symbol) else []
        below = (name for child in node.children for name in symbols(child))
        names = node.__dict__["names"] = list(dict.fromkeys([*own, *below]))
    return names


_MATRIX = re.compile(r"[WUVE](?![a-zA-Z])(?!_t$|_prev)")
_PARAMETER = re.compile(r"[bp](?![a-zA-Z])(?!_t$|_prev)")


def is_matrix(node: Node) -> bool:
    """Tell whether a node is a matrix: W, U, V and E name matrices, whatever their index."""
    if isinstance(node, Transposed | Columns) or (
        isinstance(node, Apply) and node.function in ON_MATRICES
    ):
        return is_matrix(node.of)
    return isinstance(node, Symbol) and _MATRIX.match(node.name) is not None


def is_parameter(name: str) -> bool:
    """Tell whether a vector is learnt, by its name: b is a bias, p a peephole."""
    return _PARAMETER.match(name) is not None
