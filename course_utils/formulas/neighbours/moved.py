"""Brackets, factors and functions that reach too far, or not far enough."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from course_utils.formulas.functions import FUNCTIONS, WHOLE
from course_utils.formulas.neighbours.changes import (
    Change,
    Changes,
    named,
    over,
    product_of,
    sum_of,
)
from course_utils.formulas.nodes import (
    Apply,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Path,
    Product,
    Sum,
    Symbol,
    at,
    is_matrix,
    is_parameter,
    put,
    walk,
)
from course_utils.formulas.printing import text


def moved(changes: Changes, within: Path = ()) -> Iterator[Change]:
    """Brackets and functions that reach too far, or not far enough."""
    for path, node in walk(at(changes.tree, within), within):
        match node:
            case Apply(function, Sum(parts)) if function not in WHOLE:
                name = FUNCTIONS[function].text
                split = Sum(tuple(over(function, part) for part in parts))
                yield changes.put(path, split, "moved", f"takes {name} of each term", "split")
                if sum(isinstance(part, Matmul) for part in parts) > 1:
                    each = (over(function, p) if isinstance(p, Matmul) else p for p in parts)
                    words = f"takes {name} of each product"
                    yield changes.put(path, Sum(tuple(each)), "moved", words, "split products")
                for k, part in enumerate(parts):
                    rest = parts[:k] + parts[k + 1 :]
                    inner = sum_of(rest)
                    outside = Sum((Apply(function, inner), part))
                    what = f"adds {named(part)} after {name}"
                    yield changes.put(path, outside, "moved", what, "outside", k)
                    first = Sum((Apply(function, part), *rest))
                    what = f"takes {name} of {named(part)} alone"
                    yield changes.put(path, first, "moved", what, "alone", k)
                    apart = Sum((over(function, part), Apply(function, inner)))
                    what = f"takes {name} of {named(part)} and of the rest"
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
                    inner = product_of(rest)
                    outer = Product((part, Matmul(matrix, inner)))
                    words = f"multiplies by {named(part)} after {text(matrix)}"
                    yield changes.put(path, outer, "moved", words, k)
            case Matmul(matrix, Joined(parts)):
                yield from _moved_out_of_joined(changes, path, matrix, parts)


def factor_elsewhere(tree: Node, path: Path, node: Product) -> Iterator[Change]:
    """A factor taken out of its product, and another part multiplied by it."""
    for k, factor in enumerate(node.parts):
        if isinstance(factor, Symbol) and not is_parameter(factor.name):
            rest = put(tree, path, product_of(node.parts[:k] + node.parts[k + 1 :]))
            changes = Changes(rest, "factor")
            for place, part in walk(rest):
                if not is_matrix(part) and not isinstance(part, Number | Joined):
                    words = f"multiplies {named(part)} by {text(factor)} instead"
                    product = Product((factor, part))
                    yield changes.put(place, product, "moved", words, path, k)


def _moved_in_product(changes: Changes, path: Path, parts: tuple[Node, ...]) -> Iterator[Change]:
    for k, part in enumerate(parts):
        rest = parts[:k] + parts[k + 1 :]
        before, after = parts[:k], parts[k + 1 :]
        if isinstance(part, Apply):
            whole = Apply(part.function, Product((*before, part.of, *after)))
            name = FUNCTIONS[part.function].text
            yield changes.put(path, whole, "moved", f"takes {name} of the product", k)
            each = Product(tuple(p if p is part else Apply(part.function, p) for p in parts))
            yield changes.put(path, each, "moved", f"takes {name} of each factor", "each", k)
            other = product_of(rest)
            swapped = Product((Apply(part.function, other), part.of))
            words = f"takes {name} of {named(other)}, not of {named(part.of)}"
            yield changes.put(path, swapped, "moved", words, "other", k)
        if isinstance(part, Sum):  # a ∘ (b + c) without its brackets
            for j, term in enumerate(part.parts):
                bare = term.of if isinstance(term, Negative) else term
                product = product_of((*before, *(() if bare == Number(1) else (bare,)), *after))
                product = Negative(product) if isinstance(term, Negative) else product
                terms = (*part.parts[:j], product, *part.parts[j + 1 :])
                words = f"multiplies {named(term)} alone, as without brackets"
                yield changes.put(path, Sum(terms), "moved", words, "brackets", k, j)
        if isinstance(part, Matmul):  # r ∘ (W h) as W (r ∘ h)
            other = product_of(rest)
            inner = Matmul(part.first, Product((other, part.second)))
            words = f"multiplies by {named(other)} before {text(part.first)}"
            yield changes.put(path, inner, "moved", words, "before", k)
        if isinstance(part, Sum):
            other = product_of(rest)
            for j, term in enumerate(part.parts):
                if isinstance(term, Matmul):
                    inner = Matmul(term.first, Product((other, term.second)))
                    terms = (*part.parts[:j], inner, *part.parts[j + 1 :])
                    words = f"multiplies by {named(other)} before {text(term.first)}"
                    yield changes.put(path, Sum(terms), "moved", words, "before", k, j)


def _moved_in_sum(changes: Changes, path: Path, parts: tuple[Node, ...]) -> Iterator[Change]:
    """What belongs to one term of a sum reaches over others too."""
    for k, part in enumerate(parts):
        others = [n for n in range(len(parts)) if n != k]
        for count in range(1, len(parts)):
            for over_these in combinations(others, count):
                under = tuple(parts[n] for n in over_these)
                left = tuple(parts[n] for n in others if n not in over_these)
                for key, words, whole in _reaching(part, under):
                    said = f"{words} {'the whole sum' if not left else text(Sum((part, *under)))}"
                    kept = sum_of((whole, *left))
                    yield changes.put(path, kept, "moved", said, k, over_these, key)
        if isinstance(part, Matmul):
            for n in others:
                rest = tuple(parts[m] for m in others if m != n)
                yield from _into_product(changes, path, part, parts[n], rest)


def _reaching(part: Node, under: tuple[Node, ...]) -> Iterator[tuple[object, str, Node]]:
    """Yield a key, words and what comes out where a factor or function of `part` is over more."""
    match part:
        case Product(factors):
            for j, factor in enumerate(factors):
                inner = product_of(factors[:j] + factors[j + 1 :])
                whole = Product((factor, Sum((inner, *under))))
                yield j, f"multiplies by {named(factor)}", whole
        case Apply(function, of):
            name = FUNCTIONS[function].text
            yield "function", f"takes {name} of", Apply(function, Sum((of, *under)))
        case Matmul(matrix, vector):
            yield "matrix", f"multiplies by {text(matrix)}", Matmul(matrix, Sum((vector, *under)))
            if isinstance(vector, Product):
                for j, factor in enumerate(vector.parts):
                    inner = product_of(vector.parts[:j] + vector.parts[j + 1 :])
                    whole = Product((factor, Sum((Matmul(matrix, inner), *under))))
                    yield ("after", j), f"multiplies by {named(factor)}", whole


def _into_product(
    changes: Changes, path: Path, product: Matmul, term: Node, rest: tuple[Node, ...]
) -> Iterator[Change]:
    """A term that is added to, or multiplies, what a matrix reads."""
    matrix, vector = product.first, product.second
    inside: list[tuple[str, Node]] = [
        (f"multiplies {text(vector)} by {named(term)}", Product((term, vector)))
    ]
    if isinstance(vector, Joined):
        inside = [
            (
                f"adds to {text(one)} before {text(matrix)}",
                Joined((*vector.parts[:j], Sum((one, term, *rest)), *vector.parts[j + 1 :])),
            )
            for j, one in enumerate(vector.parts)
        ]
        rest = ()
    for words, one in inside:
        kept = sum_of((Matmul(matrix, one), *rest))
        yield changes.put(path, kept, "moved", words, "into", text(kept))


def _moved_out_of_joined(
    changes: Changes, path: Path, matrix: Node, parts: tuple[Node, ...]
) -> Iterator[Change]:
    """W [r ∘ h, x] with r after W, or over x as well."""
    for k, part in enumerate(parts):
        if not isinstance(part, Product):
            continue
        for j, factor in enumerate(part.parts):
            left = part.parts[:j] + part.parts[j + 1 :]
            inner = product_of(left)
            joined = Joined((*parts[:k], inner, *parts[k + 1 :]))
            words = f"multiplies by {named(factor)} after {text(matrix)}"
            outer = Product((factor, Matmul(matrix, joined)))
            yield changes.put(path, outer, "moved", words, k, j)
            every = Joined(
                tuple(p if m == k else Product((factor, p)) for m, p in enumerate(parts))
            )
            words = f"multiplies all that {text(matrix)} reads by {named(factor)}"
            yield changes.put(path, Matmul(matrix, every), "moved", words, "all", k, j)
