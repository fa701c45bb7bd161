"""What is too much: a term, a factor, a function; doubled, halved, its sign turned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from course_utils.formulas.functions import FUNCTIONS
from course_utils.formulas.naming import text_of
from course_utils.formulas.neighbours.changes import (
    SQUASHING,
    Change,
    Changes,
    Vectors,
    named,
    one_minus,
    opposite,
    times,
    without_double_minus,
)
from course_utils.formulas.nodes import (
    Apply,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Path,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    at,
    is_parameter,
    walk,
)
from course_utils.formulas.printing import text


def scaled(changes: Changes, path: Path, node: Node, vectors: Vectors) -> Iterator[Change]:
    """Doubled, halved, with its sign lost, 1 - x for x, squared, without its sign."""
    what = named(node)
    for value, word in ((2, "doubles"), (0.5, "halves")):
        yield changes.put(path, times(value, node), "scaled", f"{word} {what}", word)
    if not path or isinstance(at(changes.tree, path[:-1]), Apply):
        for value in (3, 10, 0.1) if path else (3, 10, 0.1, 100, 0.01):
            words = f"has {what} {value} times"
            yield changes.put(path, times(value, node), "scaled", words, str(value))
        units = Number(vectors.shape(node)[-1])
        for number in (units, Power(units, Number(0.5))):
            words = f"divides {what} by {text(number)}"
            yield changes.put(path, Quotient(node, number), "scaled", words, "/", text(number))
    yield changes.put(path, opposite(node), "sign", f"has the sign of {what} turned", "-")
    turned = without_double_minus(one_minus(node))
    words = f"has {text(turned)} in the place of {what}"
    yield changes.put(path, turned, "one minus", words, "1-")
    yield changes.put(path, Product((node, node)), "scaled", f"squares {what}", "²")
    root = Power(node, Number(0.5))
    yield changes.put(path, root, "scaled", f"takes the root of {what}", "√")
    if not path:
        yield changes.put(path, Apply("abs", node), "sign", f"has {what} without its sign", "abs")


def put_in(
    changes: Changes, path: Path, node: Node, vectors: Vectors, tree: Node
) -> Iterator[Change]:
    """A term, a factor or a function too many."""
    parent = at(tree, path[:-1]) if path else None
    if isinstance(parent, Joined):
        words = f"takes {named(node)} without signs"
        yield changes.put(path, Apply("abs", node), "signs of one product", words, "abs")
    if isinstance(parent, Joined) and isinstance(node, Symbol):
        for name in vectors.like(node):
            if name != node.name and not is_parameter(name):
                words = f"multiplies {named(node)} by {text_of(name)}"
                yield changes.put(path, Product((Symbol(name), node)), "put in", words, "∘", name)
    if isinstance(parent, Joined | Matmul):
        terms = node.parts if isinstance(node, Sum) else (node,)
        for name in vectors.like(node):
            if Symbol(name) != node:
                for words, read in (("adds", Symbol(name)), ("subtracts", Negative(Symbol(name)))):
                    said = f"{words} {text_of(name)} in what {text(_matrix_over(tree, path))} reads"
                    yield changes.put(path, Sum((*terms, read)), "put in", said, words, name)
                half = Product((Number(0.5), Sum((*terms, Symbol(name)))))
                yield changes.put(
                    path, half, "put in", f"takes the mean with {text_of(name)}", name
                )
    if isinstance(parent, Product) and isinstance(node, Symbol | Apply):
        for name in vectors.like(node):
            if Symbol(name) != node and not is_parameter(name):
                for words, term in (("adds", Symbol(name)), ("subtracts", Negative(Symbol(name)))):
                    said = f"{words} {text_of(name)} to {named(node)}"
                    said = (
                        said if words == "adds" else f"subtracts {text_of(name)} from {named(node)}"
                    )
                    yield changes.put(path, Sum((node, term)), "put in", said, words, name)
    if not path:
        share = Quotient(node, Apply("total", node))
        yield changes.put(path, share, "put in", "divides by the sum of the entries", "share")
        largest = Quotient(node, Apply("largest", node))
        yield changes.put(path, largest, "put in", "divides by the largest of the entries", "/max")
        mean = Quotient(Apply("total", node), Number(vectors.shape(node)[-1]))
        yield changes.put(path, mean, "another operation", "takes the mean of the entries", "mean")
    if not isinstance(node, Apply) or not path:
        for function in (*SQUASHING, "exp", "abs", "mean"):
            what = f"puts {named(node)} through {FUNCTIONS[function].text}"
            yield changes.put(path, Apply(function, node), "put in", what, function)
        yield from changes.over_entries(path, node)
    if not path:
        yield from _put_in_whole(changes, node, vectors)
    whole = parent is None or isinstance(parent, Apply)
    if isinstance(node, Sum):
        yield changes.put(path, Sum((*node.parts, Number(1))), "put in", "adds 1", "+", "1")
    for name in vectors.like(node):
        other = Symbol(name)
        if whole:
            terms = node.parts if isinstance(node, Sum) else (node,)
            more = Sum((*terms, other))
            yield changes.put(path, more, "put in", f"adds {text_of(name)}", "+", name)
            if not is_parameter(name):
                half = Product((Number(0.5), Sum((*terms, other))))
                yield changes.put(path, half, "put in", f"takes the mean with {text(other)}", name)
            less = Sum((*terms, Negative(other)))
            yield changes.put(path, less, "put in", f"subtracts {text_of(name)}", "-", name)
        if is_parameter(name):
            if not path:
                words = f"multiplies {named(node)} by {text_of(name)}"
                yield changes.put(path, Product((other, node)), "put in", words, "∘", name)
        elif not isinstance(parent, Product | Joined):
            factors = node.parts if isinstance(node, Product) else (node,)
            words = f"multiplies {named(node)} by {text_of(name)}"
            yield changes.put(path, Product((*factors, other)), "put in", words, "∘", name)
            turned = one_minus(other)
            words = f"multiplies {named(node)} by 1 - {text_of(name)}"
            yield changes.put(path, Product((*factors, turned)), "put in", words, "1-", name)


def _matrix_over(tree: Node, path: Path) -> Node:
    """Return the matrix that reads what stands at a path."""
    above = [at(tree, path[:k]) for k in range(len(path))]
    return next(node.first for node in reversed(above) if isinstance(node, Matmul))


def _put_in_whole(changes: Changes, node: Node, vectors: Vectors) -> Iterator[Change]:
    """A factor or a term too many that is worked out itself."""
    names = [name for name in vectors.like(node) if not is_parameter(name)]
    for name in names:
        for function in ("tanh", "sigmoid"):
            factor = Apply(function, Symbol(name))
            words = f"multiplies by {text(factor)}"
            yield changes.put((), Product((factor, node)), "put in", words, "∘", text(factor))
    terms = node.parts if isinstance(node, Sum) else (node,)
    for more in _products(node, names):
        words = f"adds {text(more)}"
        yield changes.put((), Sum((*terms, more)), "put in", words, "+", text(more))
        words = f"multiplies by {text(more)}"
        yield changes.put((), Product((more, node)), "put in", words, "∘", text(more))
    if isinstance(node, Apply):
        yield from _put_beside_function(changes, node)


def _products(node: Node, names: list[str]) -> Iterator[Node]:
    """Products of two quantities, and of one and what a gate of the formula leaves of 1."""
    factors = (
        part.name
        for _, product in walk(node)
        if isinstance(product, Product)
        for part in product.parts
        if isinstance(part, Symbol) and part.name in names
    )
    for one, second in combinations(names, 2):
        yield Product((Symbol(one), Symbol(second)))
    for gate in dict.fromkeys(factors):
        for name in names:
            yield Product((one_minus(Symbol(gate)), Symbol(name)))


def _put_beside_function(changes: Changes, node: Apply) -> Iterator[Change]:
    """f(z) times or plus something of z, or plus a number."""
    z = node.of
    for other in (z, *(Apply(other, z) for other in SQUASHING if other != node.function)):
        words = f"multiplies by {named(other)}"
        yield changes.put((), Product((other, node)), "put in", words, "∘", named(other))
    yield changes.put((), Sum((node, z)), "put in", f"adds {named(z)}", "+ z")
    for number in (Number(1), Number(0.5)):
        for term in (number, Negative(number)):
            added = Sum((node, term))
            yield changes.put((), added, "put in", f"has {text(added)}", "+", text(term))
