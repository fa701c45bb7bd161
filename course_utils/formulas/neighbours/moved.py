"""Brackets, factors and functions that reach too far, or not far enough."""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.formulas.functions import FUNCTIONS, WHOLE
from course_utils.formulas.neighbours.changes import (
    Change,
    Changes,
    named,
    over,
    product_of,
    sum_of,
    times,
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
    """A factor, or a function, of one term that reaches over the whole sum."""
    for k, part in enumerate(parts):
        before, after = parts[:k], parts[k + 1 :]
        if isinstance(part, Product):
            for j, factor in enumerate(part.parts):
                left = part.parts[:j] + part.parts[j + 1 :]
                inner = product_of(left)
                whole = Product((factor, Sum((*before, inner, *after))))
                words = f"multiplies the whole sum by {named(factor)}"
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
            apart = [
                Matmul(
                    matrix,
                    Joined(tuple(p if n == m else times(0, p) for m, p in enumerate(joined.parts))),
                )
                for n in range(len(parts))
            ]
            terms: list[Node] = list(apart)
            terms[k] = Product((factor, apart[k]))
            yield changes.put(path, Sum(tuple(terms)), "moved", words, "apart", k, j)
            every = Joined(
                tuple(p if m == k else Product((factor, p)) for m, p in enumerate(parts))
            )
            words = f"multiplies all that {text(matrix)} reads by {named(factor)}"
            yield changes.put(path, Matmul(matrix, every), "moved", words, "all", k, j)
