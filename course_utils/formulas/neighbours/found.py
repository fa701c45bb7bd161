"""The neighbours of a formula: what one gets who mistakes it in one way.

One generic change at a time, to any part of the tree. The kinds of change come from the kinds of
node, not from a list of known mistakes. Of variants that always give the same numbers the most
plausible stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from course_utils.formulas.evaluating import Values
from course_utils.formulas.functions import Array
from course_utils.formulas.neighbours.apart import Shaped, distinct, numbers_apart
from course_utils.formulas.neighbours.changes import Change, Changes, Vectors
from course_utils.formulas.neighbours.forms import forms
from course_utils.formulas.neighbours.moved import factor_elsewhere, moved
from course_utils.formulas.neighbours.operations import other_operation, signs_missed
from course_utils.formulas.neighbours.other_functions import other_function
from course_utils.formulas.neighbours.put_in import put_in, scaled
from course_utils.formulas.neighbours.quantities import (
    everywhere,
    other_line,
    other_quantity,
    product_of_quantities,
    replaced_by_quantity,
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
    Symbol,
    at,
    is_matrix,
    replaced,
    symbols,
    walk,
)
from course_utils.formulas.printing import text
from course_utils.formulas.shapes import Shapes

_MOST = 1500


def neighbours(tree: Node, shapes: Shaped) -> tuple[Change, ...]:
    """Return the neighbours of a tree, the most plausible first, no two of them the same.

    `shapes` are those of its quantities, by name, and of others that may be taken for them. Raises
    FormulaError where a quantity of the tree is missing.
    """
    return _sorted_out(tree, shapes)[0]


def around(tree: Node, shapes: Shaped) -> tuple[Change, ...]:
    """Return changes that only put something around a part, and give what a neighbour gives.

    1 - σ(z) is σ(-z); but what is put around tanh(z), where that stands for σ(z), is not.
    """
    return _sorted_out(tree, shapes)[1]


@lru_cache(maxsize=512)
def _sorted_out(tree: Node, shapes: Shaped) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    known = numbers_apart(shapes)
    size = int(Values(known).of(tree).shape[-1])
    found = sorted(_changes(tree, known), key=lambda one: -one.plausibility)
    kept = distinct([tree, *(one.tree for one in found)], shapes, size)
    others = sorted(set(range(1, len(found) + 1)).difference(kept))
    again = (found[k - 1] for k in others)
    return tuple(found[k - 1] for k in kept if k)[:_MOST], tuple(
        one
        for one in again
        if one.part is not None and any(n is at(tree, one.path) for _, n in walk(one.part))
    )


def _changes(tree: Node, known: Mapping[str, Array]) -> Iterator[Change]:
    vectors = Vectors(known)
    yield from _in_form(Changes(tree), (), vectors, known)
    yield from everywhere(tree, known)
    yield from _signs_of_all(tree)
    yield from other_line(tree, known)
    for path, form in forms(tree, vectors):
        yield from _in_form(Changes(form, text(at(form, path))), path, vectors, known)


def _signs_of_all(tree: Node) -> Iterator[Change]:
    """The signs are not minded wherever a matrix reads a vector."""
    products = [node for _, node in walk(tree) if isinstance(node, Matmul)]
    if products:
        for k, (words, wrong) in enumerate(signs_missed(products)):
            yield Change(replaced(tree, wrong), "sign", words, ("sign", "everywhere", k))


def _in_form(
    changes: Changes, within: Path, vectors: Vectors, known: Mapping[str, Array]
) -> Iterator[Change]:
    """Yield the changes in one form of a formula, to what stands at a path or below."""
    tree = changes.tree
    for path, node in walk(at(tree, within), within):
        if isinstance(node, Symbol):
            yield from other_quantity(changes, path, node, known)
        if is_matrix(node):
            continue
        if isinstance(node, Apply):
            yield from other_function(changes, path, node)
        else:
            yield from other_operation(changes, path, node, vectors)
        if isinstance(node, Number | Negative):
            continue
        if not isinstance(node, Joined):
            yield from scaled(changes, path, node, vectors)
            yield from put_in(changes, path, node, vectors, tree)
        if not isinstance(node, Symbol):
            yield from replaced_by_quantity(changes, path, node, vectors)
        elif path and isinstance(at(tree, path[:-1]), Joined):
            yield from product_of_quantities(changes, path, vectors)
        if isinstance(node, Product):
            yield from factor_elsewhere(tree, path, node)
    yield from moved(changes, within[:-1])


def own_shapes(name: str, tree: Node) -> dict[str, tuple[int, ...]]:
    """Return shapes that fit the line `name` = `tree`, by quantity."""
    shapes = Shapes([(name, tree)])
    letters = {letter: 3 + k % 3 for k, letter in enumerate("HKMNPQRSTUVABEFGIJL")}
    letters |= {"D": 2, "1": 1}
    return {
        name: tuple(sum(letters[c] for c in n.split("+")) for n in shapes.of(Symbol(name)))
        for name in symbols(tree)
    }
