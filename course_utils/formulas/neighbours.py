"""The neighbours of a formula: what one gets who mistakes it in one way.

One generic change at a time, to any part of the tree. The kinds of change come from the kinds of
node, not from a list of known mistakes. Of variants that always give the same numbers the most
plausible stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from course_utils.formulas.evaluating import Values
from course_utils.formulas.functions import FUNCTIONS, Array
from course_utils.formulas.naming import text_of
from course_utils.formulas.nodes import (
    Apply,
    Dot,
    FormulaError,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Path,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transposed,
    at,
    is_matrix,
    is_parameter,
    put,
    substitute,
    symbols,
    walk,
)
from course_utils.formulas.printing import text
from course_utils.formulas.shapes import Shapes

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
    "put in": 0.4,
    "replaced": 0.4,
    "a rare function": 0.4,
    "scaled": 0.4,
}
"""Each family with how plausible it is, from 0 to 1: of two that give the same, one is shown."""

_MOST = 1500
_EXAMPLES = 8
_USUAL = ("sigmoid", "tanh", "softmax", "relu", "exp")
_GATES = ("sigmoid", "tanh", "softmax", "relu")
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


def neighbours(tree: Node, shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> tuple[Change, ...]:
    """Return the neighbours of a tree, the most plausible first, no two of them the same.

    `shapes` are those of its quantities, by name, and of others that may be taken for them. Raises
    FormulaError where a quantity of the tree is missing.
    """
    known = _numbers_apart(shapes)
    values = Values(known)
    shape = values.of(tree).shape
    seen = {_signature(tree, values, shape)}
    found = []
    for change in sorted(_changes(tree, known), key=lambda one: -FAMILIES[one.family]):
        signature = _signature(change.tree, values, shape)
        if signature and signature not in seen:
            seen.add(signature)
            found.append(change)
    return tuple(found[:_MOST])


class _Changes:
    """Collects trees in which the part at one path is replaced."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree

    def put(self, path: Path, part: Node, family: str, sentence: str, *key: object) -> Change:
        tree = put(self._tree, path, part)
        if family == "one minus":
            tree = _without_double_minus(tree)
        return Change(tree, family, sentence, (family, path, *key))


def _changes(tree: Node, known: Mapping[str, Array]) -> Iterator[Change]:
    collected = _Changes(tree)
    vectors = _Vectors(known)
    for path, node in walk(tree):
        if is_matrix(node):
            continue
        yield from _by_kind(collected, path, node, vectors)
        if not isinstance(node, Joined | Number | Negative):
            yield from _scaled(collected, path, node)
            yield from _put_in(collected, path, node, vectors, tree)
    for path, node in walk(tree):
        if isinstance(node, Symbol):
            yield from _other_quantity(collected, path, node, known)
        elif not isinstance(node, Number | Negative | Transposed):
            yield from _replaced(collected, path, node, vectors)
    yield from _everywhere(tree, known)
    yield from _other_line(tree, known)
    yield from _moved(collected, tree)
    yield from _in_blocks(tree)
    for path, node in walk(tree):
        if isinstance(node, Product):
            yield from _factor_elsewhere(tree, path, node)


class _Vectors:
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


def _other_quantity(
    changes: _Changes, path: Path, node: Symbol, known: Mapping[str, Array]
) -> Iterator[Change]:
    """Another quantity of the same shape in one place; a parameter for a parameter."""
    for other in _exchangeable(node, known):
        what = f"has {text_of(other)} in the place of {text_of(node.name)}"
        yield changes.put(path, Symbol(other), "another quantity", what, other)
        if not is_matrix(node) and not is_parameter(other):
            turned = _one_minus(Symbol(other))
            what = f"has 1 - {text_of(other)} in the place of {text_of(node.name)}"
            yield changes.put(path, turned, "one minus", what, other, "one minus")


def _exchangeable(node: Symbol, known: Mapping[str, Array]) -> list[str]:
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


def _everywhere(tree: Node, known: Mapping[str, Array]) -> Iterator[Change]:
    """One quantity replaced wherever it stands, or two exchanged."""
    names = symbols(tree)
    for name in names:
        if sum(isinstance(n, Symbol) and n.name == name for _, n in walk(tree)) < 2:
            continue
        for other in _exchangeable(Symbol(name), known):
            what = f"has {text_of(other)} in the place of {text_of(name)}, wherever it stands"
            key = ("another quantity", "everywhere", name, other)
            put_in: Node = Symbol(other)
            yield Change(substitute(tree, {name: put_in}), "another quantity", what, key)
        put_in = _one_minus(Symbol(name))
        what = f"has 1 - {text_of(name)} in the place of {text_of(name)}, wherever it stands"
        turned = _without_double_minus(substitute(tree, {name: put_in}))
        yield Change(turned, "one minus", what, ("one minus", "everywhere", name))
    for one, other in combinations(names, 2):
        if other in _exchangeable(Symbol(one), known):
            exchanged = substitute(tree, {one: Symbol(other), other: Symbol(one)})
            what = f"has {text_of(one)} and {text_of(other)} exchanged"
            yield Change(exchanged, "exchanged", what, ("exchanged", one, other))


def _replaced(changes: _Changes, path: Path, node: Node, vectors: _Vectors) -> Iterator[Change]:
    """One quantity, or what it leaves of 1, where something has to be worked out."""
    for name in vectors.like(node):
        if not is_parameter(name):
            for other in (Symbol(name), _one_minus(Symbol(name))):
                words = f"has {text(other)} in the place of {text(node)}"
                yield changes.put(path, other, "replaced", words, text(other))


def _other_line(tree: Node, known: Mapping[str, Array]) -> Iterator[Change]:
    """All parameters of another line: W_i and b_i for W_f and b_f."""
    learnt = {n for n in symbols(tree) if is_matrix(Symbol(n)) or is_parameter(n)}
    own = {_index(name) for name in learnt}
    if len(learnt) < 2 or len(own) != 1:
        return
    for index in dict.fromkeys(map(_index, known)):
        others = {name: f"{name.split('_')[0]}_{index}" for name in learnt}
        if index not in own and all(
            other in _exchangeable(Symbol(name), known) for name, other in others.items()
        ):
            words = ", ".join(f"{text_of(b)} for {text_of(a)}" for a, b in others.items())
            put_in = substitute(tree, {name: Symbol(other) for name, other in others.items()})
            key = ("another quantity", "line", index)
            yield Change(put_in, "another quantity", f"has {words}", key)


def _index(name: str) -> str:
    return name.partition("_")[2]


def _by_kind(changes: _Changes, path: Path, node: Node, vectors: _Vectors) -> Iterator[Change]:
    match node:
        case Apply():
            yield from _other_function(changes, path, node)
        case Sum():
            yield from _other_sum(changes, path, node)
        case Product():
            yield from _other_product(changes, path, node)
        case Quotient(first, second):
            yield changes.put(path, first, "left out", f"does not divide by {text(second)}")
            yield changes.put(path, second, "left out", f"leaves {text(first)} out")
            turned = Quotient(second, first)
            yield changes.put(path, turned, "exchanged", "has numerator and denominator exchanged")
        case Negative(of):
            yield changes.put(path, of, "sign", f"has the minus before {text(of)} lost")
        case Matmul(matrix, vector):
            yield from _other_matmul(changes, path, matrix, vector, vectors)
        case Dot(first, second):
            parts = (first, second)
            yield changes.put(path, Product(parts), "another operation", "multiplies by elements")
        case Joined(parts):
            yield from _other_joined(changes, path, parts)


def _other_function(changes: _Changes, path: Path, node: Apply) -> Iterator[Change]:
    z, name = node.of, FUNCTIONS[node.function].text
    yield changes.put(path, z, "left out", f"has no {name}", "no function")
    for other in FUNCTIONS:
        if other not in (node.function, "clip", "total"):
            what = f"has {FUNCTIONS[other].text} in the place of {name}"
            key = (node.function, other)
            family = "another function" if other in _USUAL else "a rare function"
            yield changes.put(path, Apply(other, z), family, what, *key)
    others: dict[str, Node] = {
        "the hard sigmoid": Apply("clip", Sum((_times(0.2, z), Number(0.5)))),
        "the hard sigmoid of z/6": Apply("clip", Sum((Quotient(z, Number(6)), Number(0.5)))),
        "the share of the sum": Quotient(z, Apply("total", z)),
        "a derivative": _derivative(node),
        "the square": Product((z, z)),
        f"1 - {name}": _one_minus(node),
    }
    for other, tree in others.items():
        family = "one minus" if other.startswith("1") else "another function"
        words = f"has {other} in the place of {name}"
        yield changes.put(path, tree, family, words, node.function, other)
    if node.function in _WRITTEN_OUT:
        for wrong in _wrongly_written_out(node.function):
            words = f"has {text(wrong)} in the place of {name}(z)"
            put_in = substitute(wrong, {"z": z})
            yield changes.put(path, put_in, "written out", words, node.function, text(wrong))
    for outer in ("log", "exp"):
        what = f"takes {outer} of {name}"
        yield changes.put(path, Apply(outer, node), "put in", what, outer)
    twice = Apply(node.function, node)
    yield changes.put(path, twice, "put in", f"applies {name} twice", "twice")


def _exp(z: Node) -> Node:
    return Apply("exp", z)


_Z = Symbol("z")
_WRITTEN_OUT: dict[str, Node] = {
    "sigmoid": Quotient(Number(1), Sum((Number(1), _exp(Negative(_Z))))),
    "tanh": Quotient(
        Sum((_exp(_Z), Negative(_exp(Negative(_Z))))), Sum((_exp(_Z), _exp(Negative(_Z))))
    ),
    "softmax": Quotient(_exp(_Z), Apply("total", _exp(_Z))),
}
"""What a function is, as one types it into a calculator."""


@cache
def _wrongly_written_out(function: str) -> tuple[Node, ...]:
    """Return a function's own formula with one thing wrong in it, in terms of z."""
    tree = _WRITTEN_OUT[function]
    changes = _Changes(tree)
    found: list[Node] = [_with_function(tree, "exp", base) for base in ("exp10", "exp2")]
    for path, node in walk(tree):
        found.append(node)
        if isinstance(node, Sum | Quotient | Negative):
            found += [change.tree for change in _by_kind(changes, path, node, _Vectors({}))]
        elif isinstance(node, Apply):
            found.append(put(tree, path, node.of))
            if node.function == "total":
                found.append(put(tree, path, Sum((Number(1), node))))
            elif node.of == _Z:
                found.append(put(tree, path, _exp(Negative(_Z))))
            if path:
                found.append(put(tree, path, _times(2, node)))
        if node == _Z:
            found.append(put(tree, path, _times(2, node)))
    if function == "tanh":
        found.append(Quotient(tree.children[0], Number(2)))  # sinh
    wrong = (one for one in found if one not in (tree, _Z) and symbols(one))
    return tuple(dict.fromkeys(wrong))


def _with_function(node: Node, function: str, other: str) -> Node:
    children = tuple(_with_function(child, function, other) for child in node.children)
    if isinstance(node, Apply) and node.function == function:
        return Apply(other, children[0])
    return node.with_children(children) if children else node


def _derivative(node: Apply) -> Node:
    if node.function == "tanh":
        return Sum((Number(1), Negative(Product((node, node)))))
    return Product((node, _one_minus(node)))


def _other_sum(changes: _Changes, path: Path, node: Sum) -> Iterator[Change]:
    for k, term in enumerate(node.parts):
        rest = node.parts[:k] + node.parts[k + 1 :]
        kept = _sum(rest)
        yield changes.put(path, kept, "left out", f"leaves {_named(term)} out", k)
        flipped = term.of if isinstance(term, Negative) else Negative(term)
        parts = (*node.parts[:k], flipped, *node.parts[k + 1 :])
        verb = "adds" if isinstance(term, Negative) else "subtracts"
        yield changes.put(path, Sum(parts), "sign", f"{verb} {_named(term)}", k)
        if not isinstance(term, Negative):
            doubled = (*node.parts[:k], _times(2, term), *node.parts[k + 1 :])
            yield changes.put(path, Sum(doubled), "scaled", f"adds {_named(term)} twice", k)
    product = Product(tuple(t.of if isinstance(t, Negative) else t for t in node.parts))
    if not any(isinstance(term, Number) for term in node.parts):
        words = f"multiplies where it should add, in {text(node)}"
        yield changes.put(path, product, "another operation", words, "∘")
    yield from _in_each_term(changes, path, node)
    if len(node.parts) > 2:
        mean = Quotient(node, Number(len(node.parts)))
        yield changes.put(path, mean, "scaled", "takes the mean of the terms", "mean")
        for one, other in combinations(range(len(node.parts)), 2):
            joined = Product((node.parts[one], node.parts[other]))
            parts = tuple(joined if k == one else p for k, p in enumerate(node.parts) if k != other)
            words = f"multiplies {_named(node.parts[one])} and {_named(node.parts[other])}"
            yield changes.put(path, Sum(parts), "another operation", words, one, other)


def _in_each_term(changes: _Changes, path: Path, node: Sum) -> Iterator[Change]:
    """Of a ∘ b + c ∘ d: the same change in both terms, and other brackets."""
    if not all(isinstance(part, Product) and len(part.parts) == 2 for part in node.parts):
        return
    terms = [part.children for part in node.parts]
    first, second = (tuple(term[k] for term in terms) for k in (0, 1))
    for k, kept in enumerate((second, first)):
        left = " and ".join(map(_named, (first, second)[k]))
        yield changes.put(path, _sum(kept), "left out", f"leaves {left} out", "each", k)
        for function in _GATES:
            squashed = [
                Product(tuple(Apply(function, f) if j == k else f for j, f in enumerate(term)))
                for term in terms
            ]
            words = f"puts {left} through {FUNCTIONS[function].text}"
            yield changes.put(path, Sum(tuple(squashed)), "put in", words, function, "each", k)
    regrouped = (
        Product((Sum(first), Sum(second))),
        Product((*first, Sum(second))),
        Product((Sum(first), *second)),
        Product(tuple(map(Sum, terms))),
    )
    for one in regrouped:
        words = f"has {text(one)} in the place of {text(node)}"
        yield changes.put(path, one, "another operation", words, "regrouped", text(one))


def _other_product(changes: _Changes, path: Path, node: Product) -> Iterator[Change]:
    for k, factor in enumerate(node.parts):
        rest = node.parts[:k] + node.parts[k + 1 :]
        kept = _product(rest)
        yield changes.put(path, kept, "left out", f"leaves {_named(factor)} out", k)
    words = f"adds where it should multiply, in {text(node)}"
    yield changes.put(path, Sum(node.parts), "another operation", words, "+")
    if len(node.parts) == 2:
        one, other = node.parts
        words = f"subtracts where it should multiply, in {text(node)}"
        yield changes.put(path, Sum((one, Negative(other))), "another operation", words, "-")
        words = f"takes the dot product, one number, in {text(node)}"
        yield changes.put(path, Dot(one, other), "another operation", words, "·")
        words = f"divides where it should multiply, in {text(node)}"
        yield changes.put(path, Quotient(one, other), "another operation", words, "/")
        yield changes.put(path, Quotient(other, one), "another operation", words, "\\")


def _other_matmul(
    changes: _Changes, path: Path, matrix: Node, vector: Node, vectors: _Vectors
) -> Iterator[Change]:
    rows, columns = vectors.shape(matrix)
    if rows == columns:
        turned = matrix.of if isinstance(matrix, Transposed) else Transposed(matrix)
        what = f"has {text(matrix)} transposed"
        yield changes.put(path, Matmul(turned, vector), "transposed", what)
        yield changes.put(path, vector, "left out", f"leaves {text(matrix)} out", "matrix")
    others = [Symbol(name) for name in vectors.like(vector)]
    for other in others:
        if other != vector and not isinstance(vector, Symbol):
            what = f"multiplies {text(matrix)} with {text(other)}"
            yield changes.put(path, Matmul(matrix, other), "another quantity", what, other.name)


def _other_joined(changes: _Changes, path: Path, parts: tuple[Node, ...]) -> Iterator[Change]:
    for function in _GATES:
        squashed = Joined(tuple(Apply(function, part) for part in parts))
        words = f"puts {text(Joined(parts))} through {FUNCTIONS[function].text}"
        yield changes.put(path, squashed, "put in", words, function)
    turned = Joined(parts[::-1])
    what = f"joins in the order {text(turned)}"
    yield changes.put(path, turned, "exchanged", what)
    for k, part in enumerate(parts):
        without = Joined((*parts[:k], _times(0, part), *parts[k + 1 :]))
        yield changes.put(path, without, "left out", f"leaves {text(part)} out", k)


def _scaled(changes: _Changes, path: Path, node: Node) -> Iterator[Change]:
    """Doubled, halved, with its sign lost, 1 - x for x, squared, without its sign."""
    what = _named(node)
    for value, word in ((2, "doubles"), (0.5, "halves")):
        yield changes.put(path, _times(value, node), "scaled", f"{word} {what}", word)
    yield changes.put(path, _opposite(node), "sign", f"has the sign of {what} turned", "-")
    turned = _without_double_minus(_one_minus(node))
    words = f"has {text(turned)} in the place of {what}"
    yield changes.put(path, turned, "one minus", words, "1-")
    yield changes.put(path, Product((node, node)), "scaled", f"squares {what}", "²")
    if not path:
        yield changes.put(path, Apply("abs", node), "sign", f"has {what} without its sign", "abs")


def _put_in(
    changes: _Changes, path: Path, node: Node, vectors: _Vectors, tree: Node
) -> Iterator[Change]:
    """A term, a factor or a function too many."""
    parent = at(tree, path[:-1]) if path else None
    if isinstance(parent, Joined) and isinstance(node, Symbol):
        for name in vectors.like(node):
            if name != node.name and not is_parameter(name):
                words = f"multiplies {_named(node)} by {text_of(name)}"
                yield changes.put(path, Product((Symbol(name), node)), "put in", words, "∘", name)
    if not path:
        share = Quotient(node, Apply("total", node))
        yield changes.put(path, share, "put in", "divides by the sum of the entries", "share")
        mean = Quotient(Apply("total", node), Number(vectors.shape(node)[-1]))
        yield changes.put(path, mean, "another operation", "takes the mean of the entries", "mean")
    if not isinstance(node, Apply) or not path:
        for function in _GATES:
            what = f"puts {_named(node)} through {FUNCTIONS[function].text}"
            yield changes.put(path, Apply(function, node), "put in", what, function)
    whole = parent is None or isinstance(parent, Apply)
    if isinstance(node, Sum):
        yield changes.put(path, Sum((*node.parts, Number(1))), "put in", "adds 1", "+", "1")
    for name in vectors.like(node):
        other = Symbol(name)
        if whole:
            terms = node.parts if isinstance(node, Sum) else (node,)
            more = Sum((*terms, other))
            yield changes.put(path, more, "put in", f"adds {text_of(name)}", "+", name)
            if not path and not is_parameter(name):
                half = Product((Number(0.5), Sum((*terms, other))))
                yield changes.put(path, half, "put in", f"takes the mean with {text(other)}", name)
            less = Sum((*terms, Negative(other)))
            yield changes.put(path, less, "put in", f"subtracts {text_of(name)}", "-", name)
        if not isinstance(parent, Product | Joined) and not is_parameter(name):
            factors = node.parts if isinstance(node, Product) else (node,)
            words = f"multiplies {_named(node)} by {text_of(name)}"
            yield changes.put(path, Product((*factors, other)), "put in", words, "∘", name)
            turned = _one_minus(other)
            words = f"multiplies {_named(node)} by 1 - {text_of(name)}"
            yield changes.put(path, Product((*factors, turned)), "put in", words, "1-", name)


def _moved(changes: _Changes, tree: Node) -> Iterator[Change]:
    """Brackets and functions that reach too far, or not far enough."""
    for path, node in walk(tree):
        match node:
            case Apply(function, Sum(parts)) if function != "total":
                name = FUNCTIONS[function].text
                split = Sum(tuple(_over(function, part) for part in parts))
                yield changes.put(path, split, "moved", f"takes {name} of each term", "split")
                if sum(isinstance(part, Matmul) for part in parts) > 1:
                    each = (_over(function, p) if isinstance(p, Matmul) else p for p in parts)
                    words = f"takes {name} of each product"
                    yield changes.put(path, Sum(tuple(each)), "moved", words, "split products")
                for k, part in enumerate(parts):
                    rest = parts[:k] + parts[k + 1 :]
                    inner = _sum(rest)
                    outside = Sum((Apply(function, inner), part))
                    what = f"adds {_named(part)} after {name}"
                    yield changes.put(path, outside, "moved", what, "outside", k)
                    first = Sum((Apply(function, part), *rest))
                    what = f"takes {name} of {_named(part)} alone"
                    yield changes.put(path, first, "moved", what, "alone", k)
                    apart = Sum((_over(function, part), Apply(function, inner)))
                    what = f"takes {name} of {_named(part)} and of the rest"
                    yield changes.put(path, apart, "moved", what, "apart", k)
            case Apply(function, Matmul(matrix, vector)):
                inner = Matmul(matrix, Apply(function, vector))
                yield changes.put(path, inner, "moved", f"takes {FUNCTIONS[function].text} first")
            case Product(parts):
                yield from _moved_in_product(changes, path, parts)
            case Sum(parts):
                yield from _moved_in_sum(changes, path, parts)
            case Matmul(matrix, Product(parts)):
                for k, part in enumerate(parts):
                    rest = parts[:k] + parts[k + 1 :]
                    inner = _product(rest)
                    outer = Product((part, Matmul(matrix, inner)))
                    words = f"multiplies by {_named(part)} after {text(matrix)}"
                    yield changes.put(path, outer, "moved", words, k)
            case Matmul(matrix, Joined(parts)):
                yield from _moved_out_of_joined(changes, path, matrix, parts)


def _factor_elsewhere(tree: Node, path: Path, node: Product) -> Iterator[Change]:
    """A factor taken out of its product, and another part multiplied by it."""
    for k, factor in enumerate(node.parts):
        if isinstance(factor, Symbol) and not is_parameter(factor.name):
            rest = put(tree, path, _product(node.parts[:k] + node.parts[k + 1 :]))
            changes = _Changes(rest)
            for place, part in walk(rest):
                if not is_matrix(part) and not isinstance(part, Number | Joined):
                    words = f"multiplies {_named(part)} by {text(factor)} instead"
                    product = Product((factor, part))
                    yield changes.put(place, product, "moved", words, "factor", path, k)


def _in_blocks(tree: Node) -> Iterator[Change]:
    """W [h, x] as the sum of what its two blocks give, which may be mistaken like any sum."""
    for path, node in walk(tree):
        if not (isinstance(node, Matmul) and isinstance(node.second, Joined)):
            continue
        parts = node.second.parts
        blocks: tuple[Node, ...] = tuple(
            Matmul(node.first, Joined(tuple(p if n == k else _times(0, p) for n, p in all_parts)))
            for k, all_parts in ((k, tuple(enumerate(parts))) for k in range(len(parts)))
        )
        parent = at(tree, path[:-1]) if path else None
        if isinstance(parent, Sum):
            k = path[-1]
            path = path[:-1]
            blocks = (*parent.parts[:k], *blocks, *parent.parts[k + 1 :])
        apart = put(tree, path, Sum(blocks))
        changes = _Changes(apart)
        yield from _other_sum(changes, path, Sum(blocks))
        yield from _moved(changes, apart)
        for k, part in enumerate(parts):
            bare = tuple(part if block == blocks[k] else block for block in blocks)
            yield changes.put(path, Sum(bare), "left out", f"leaves W out before {text(part)}", k)


def _moved_in_product(changes: _Changes, path: Path, parts: tuple[Node, ...]) -> Iterator[Change]:
    for k, part in enumerate(parts):
        rest = parts[:k] + parts[k + 1 :]
        before, after = parts[:k], parts[k + 1 :]
        if isinstance(part, Apply):
            whole = Apply(part.function, Product((*before, part.of, *after)))
            name = FUNCTIONS[part.function].text
            yield changes.put(path, whole, "moved", f"takes {name} of the product", k)
            each = Product(tuple(p if p is part else Apply(part.function, p) for p in parts))
            yield changes.put(path, each, "moved", f"takes {name} of each factor", "each", k)
            other = _product(rest)
            swapped = Product((Apply(part.function, other), part.of))
            words = f"takes {name} of {_named(other)}, not of {_named(part.of)}"
            yield changes.put(path, swapped, "moved", words, "other", k)
        if isinstance(part, Sum):  # a ∘ (b + c) without its brackets
            for j, term in enumerate(part.parts):
                bare = term.of if isinstance(term, Negative) else term
                product = _product((*before, *(() if bare == Number(1) else (bare,)), *after))
                product = Negative(product) if isinstance(term, Negative) else product
                terms = (*part.parts[:j], product, *part.parts[j + 1 :])
                words = f"multiplies {_named(term)} alone, as without brackets"
                yield changes.put(path, Sum(terms), "moved", words, "brackets", k, j)
        if isinstance(part, Matmul):  # r ∘ (W h) as W (r ∘ h)
            other = _product(rest)
            inner = Matmul(part.first, Product((other, part.second)))
            words = f"multiplies by {_named(other)} before {text(part.first)}"
            yield changes.put(path, inner, "moved", words, "before", k)
        if isinstance(part, Sum):
            other = _product(rest)
            for j, term in enumerate(part.parts):
                if isinstance(term, Matmul):
                    inner = Matmul(term.first, Product((other, term.second)))
                    terms = (*part.parts[:j], inner, *part.parts[j + 1 :])
                    words = f"multiplies by {_named(other)} before {text(term.first)}"
                    yield changes.put(path, Sum(terms), "moved", words, "before", k, j)


def _moved_in_sum(changes: _Changes, path: Path, parts: tuple[Node, ...]) -> Iterator[Change]:
    """A factor, or a function, of one term that reaches over the whole sum."""
    for k, part in enumerate(parts):
        before, after = parts[:k], parts[k + 1 :]
        if isinstance(part, Product):
            for j, factor in enumerate(part.parts):
                left = part.parts[:j] + part.parts[j + 1 :]
                inner = _product(left)
                whole = Product((factor, Sum((*before, inner, *after))))
                words = f"multiplies the whole sum by {_named(factor)}"
                yield changes.put(path, whole, "moved", words, k, j)
        if isinstance(part, Apply):
            whole_sum = Apply(part.function, Sum((*before, part.of, *after)))
            words = f"takes {FUNCTIONS[part.function].text} of the whole sum"
            yield changes.put(path, whole_sum, "moved", words, k)
        if isinstance(part, Matmul):
            inner = Sum((*before, part.second, *after))
            words = f"multiplies the whole sum by {text(part.first)}"
            yield changes.put(path, Matmul(part.first, inner), "moved", words, k)
            if isinstance(part.second, Joined):
                joined = part.second.parts
                for j, one in enumerate(joined):
                    more = (*joined[:j], Sum((one, *before, *after)), *joined[j + 1 :])
                    words = f"adds to {text(one)} before {text(part.first)}"
                    yield changes.put(
                        path, Matmul(part.first, Joined(more)), "moved", words, "into", k, j
                    )


def _moved_out_of_joined(
    changes: _Changes, path: Path, matrix: Node, parts: tuple[Node, ...]
) -> Iterator[Change]:
    """W [r ∘ h, x] with r after W, or over x as well."""
    for k, part in enumerate(parts):
        if not isinstance(part, Product):
            continue
        for j, factor in enumerate(part.parts):
            left = part.parts[:j] + part.parts[j + 1 :]
            inner = _product(left)
            joined = Joined((*parts[:k], inner, *parts[k + 1 :]))
            words = f"multiplies by {_named(factor)} after {text(matrix)}"
            outer = Product((factor, Matmul(matrix, joined)))
            yield changes.put(path, outer, "moved", words, k, j)
            apart = [
                Matmul(
                    matrix,
                    Joined(
                        tuple(p if n == m else _times(0, p) for m, p in enumerate(joined.parts))
                    ),
                )
                for n in range(len(parts))
            ]
            terms: list[Node] = list(apart)
            terms[k] = Product((factor, apart[k]))
            yield changes.put(path, Sum(tuple(terms)), "moved", words, "apart", k, j)
            every = Joined(
                tuple(p if m == k else Product((factor, p)) for m, p in enumerate(parts))
            )
            words = f"multiplies all that {text(matrix)} reads by {_named(factor)}"
            yield changes.put(path, Matmul(matrix, every), "moved", words, "all", k, j)


def _over(function: str, term: Node) -> Node:
    return (
        Negative(Apply(function, term.of)) if isinstance(term, Negative) else Apply(function, term)
    )


def _product(factors: tuple[Node, ...]) -> Node:
    return factors[0] if len(factors) == 1 else Product(factors)


def _sum(terms: tuple[Node, ...]) -> Node:
    return terms[0] if len(terms) == 1 else Sum(terms)


def _times(value: float, node: Node) -> Node:
    parts = node.parts if isinstance(node, Product) else (node,)
    return Product((Number(value), *parts))


def _one_minus(node: Node) -> Node:
    return Sum((Number(1), Negative(node)))


def _without_double_minus(node: Node) -> Node:
    """Return a tree with 1 - (1 - a) as a."""
    match node:
        case Sum((Number(1), Negative(Sum((Number(1), Negative(inner)))))):
            return _without_double_minus(inner)
    return node.with_children(tuple(_without_double_minus(child) for child in node.children))


def _opposite(node: Node) -> Node:
    return node.of if isinstance(node, Negative) else Negative(node)


def _named(node: Node) -> str:
    return text(node.of if isinstance(node, Negative) else node)


# Numbers that tell variants apart -----------------------------------------------------------------


def _signature(tree: Node, values: Values, shape: tuple[int, ...]) -> bytes:
    """Return what a tree gives as a key; b"" where that is no such vector of finite numbers.

    One number stands for a vector of it, as NumPy has it.
    """
    try:
        value = values.of(tree)
    except FormulaError:
        return b""
    if not np.isfinite(value).any() or value.shape not in (shape, (), (1,), (*shape[:-1], 1)):
        return b""
    return np.round(np.broadcast_to(value, shape) + 0.0, 9).tobytes()


def own_shapes(name: str, tree: Node) -> dict[str, tuple[int, ...]]:
    """Return shapes that fit the line `name` = `tree`, by quantity."""
    shapes = Shapes([(name, tree)])
    letters = {letter: 3 + k % 3 for k, letter in enumerate("HKMNPQRSTUVABEFGIJL")}
    letters |= {"D": 2, "1": 1}
    return {
        name: tuple(sum(letters[c] for c in n.split("+")) for n in shapes.of(Symbol(name)))
        for name in symbols(tree)
    }


def _numbers_apart(shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> dict[str, Array]:
    """Return a batch of numbers on which nothing agrees by chance, large ones and small ones."""
    rng = np.random.default_rng(1)
    return {
        name: rng.uniform(-2, 2, shape if is_matrix(Symbol(name)) else (_EXAMPLES, *shape))
        for name, shape in shapes
    }
