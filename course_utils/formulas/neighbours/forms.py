"""Other forms in which a formula is written; a mistake in any of them is a neighbour."""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.formulas.neighbours.changes import Vectors, product_of
from course_utils.formulas.nodes import (
    Columns,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Path,
    Product,
    Sum,
    at,
    put,
    walk,
)


def forms(tree: Node, vectors: Vectors) -> Iterator[tuple[Path, Node]]:
    """Yield trees that always give the same as `tree`, each with the path of what differs."""
    for path, node in walk(tree):
        match node:
            case Matmul(matrix, Joined(parts)):
                yield _among_terms(tree, path, _blocks(matrix, parts, vectors))
            case Product(parts):
                for k, part in enumerate(parts):
                    if isinstance(part, Sum):
                        rest = (*parts[:k], *parts[k + 1 :])
                        terms = tuple(_multiplied(rest, term) for term in part.parts)
                        yield _among_terms(tree, path, terms)


def _blocks(matrix: Node, parts: tuple[Node, ...], vectors: Vectors) -> tuple[Node, ...]:
    """W [h, x] as the sum of what its columns give."""
    blocks, first = [], 0
    for part in parts:
        last = first + vectors.shape(part)[-1]
        blocks.append(Matmul(Columns(matrix, first, last), part))
        first = last
    return tuple(blocks)


def _multiplied(factors: tuple[Node, ...], term: Node) -> Node:
    """a ∘ (b + c) as a ∘ b + a ∘ c."""
    bare = term.of if isinstance(term, Negative) else term
    product = product_of(factors if bare == Number(1) else (*factors, bare))
    return Negative(product) if isinstance(term, Negative) else product


def _among_terms(tree: Node, path: Path, terms: tuple[Node, ...]) -> tuple[Path, Node]:
    """Put terms in the place of one part, into the sum that it stands in if it does."""
    parent = at(tree, path[:-1]) if path else None
    if isinstance(parent, Sum):
        k, path = path[-1], path[:-1]
        terms = (*parent.parts[:k], *terms, *parent.parts[k + 1 :])
    return path, put(tree, path, Sum(terms))
