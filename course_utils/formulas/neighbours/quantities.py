"""Another quantity in the place of one, or of what has to be worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from course_utils.formulas.functions import ROUNDED, Array
from course_utils.formulas.naming import text_of
from course_utils.formulas.neighbours.changes import (
    Change,
    Changes,
    Vectors,
    exchangeable,
    one_minus,
    without_double_minus,
)
from course_utils.formulas.nodes import (
    Apply,
    Node,
    Number,
    Path,
    Product,
    Symbol,
    at,
    is_matrix,
    is_parameter,
    substitute,
    symbols,
    walk,
)
from course_utils.formulas.printing import text


def other_quantity(
    changes: Changes, path: Path, node: Symbol, known: Mapping[str, Array]
) -> Iterator[Change]:
    """Another quantity of the same shape in one place, or 1; a parameter for a parameter."""
    if not is_matrix(node):
        what = f"has 1 in the place of {text_of(node.name)}"
        yield changes.put(path, Number(1), "replaced", what, "1")
    for other in exchangeable(node, known):
        what = f"has {text_of(other)} in the place of {text_of(node.name)}"
        yield changes.put(path, Symbol(other), "another quantity", what, other)
        if not is_matrix(node) and not is_parameter(other):
            turned = one_minus(Symbol(other))
            what = f"has 1 - {text_of(other)} in the place of {text_of(node.name)}"
            yield changes.put(path, turned, "one minus", what, other, "one minus")


def product_of_quantities(changes: Changes, path: Path, vectors: Vectors) -> Iterator[Change]:
    """Two quantities multiplied, where one is read."""
    node = at(changes.tree, path)
    names = [name for name in vectors.like(node) if not is_parameter(name)]
    for one, other in combinations(names, 2):
        product = Product((Symbol(one), Symbol(other)))
        what = f"has {text(product)} in the place of {text(node)}"
        yield changes.put(path, product, "replaced", what, one, other)


def everywhere(tree: Node, known: Mapping[str, Array]) -> Iterator[Change]:
    """One quantity replaced wherever it stands, or two exchanged."""
    names = symbols(tree)
    for name in names:
        if sum(isinstance(n, Symbol) and n.name == name for _, n in walk(tree)) < 2:
            continue
        for other in exchangeable(Symbol(name), known):
            what = f"has {text_of(other)} in the place of {text_of(name)}, wherever it stands"
            key = ("another quantity", "everywhere", name, other)
            put_in: Node = Symbol(other)
            yield Change(substitute(tree, {name: put_in}), "another quantity", what, key)
        put_in = one_minus(Symbol(name))
        what = f"has 1 - {text_of(name)} in the place of {text_of(name)}, wherever it stands"
        turned = without_double_minus(substitute(tree, {name: put_in}))
        yield Change(turned, "one minus", what, ("one minus", "everywhere", name))
    for name in names:
        if not is_matrix(Symbol(name)) and not is_parameter(name):
            half = substitute(tree, {name: Number(0.5)})
            what = f"has one half in the place of {text_of(name)}"
            yield Change(half, "replaced", what, ("replaced", "half", name))
    yield from _rounded(tree, tuple(n for n in names if not is_matrix(Symbol(n))))
    for one, other in combinations(names, 2):
        if other in exchangeable(Symbol(one), known):
            exchanged = substitute(tree, {one: Symbol(other), other: Symbol(one)})
            what = f"has {text_of(one)} and {text_of(other)} exchanged"
            yield Change(exchanged, "exchanged", what, ("exchanged", one, other))


def _rounded(tree: Node, names: tuple[str, ...]) -> Iterator[Change]:
    """One quantity rounded before it is used, or two, or all."""
    for function, to in ROUNDED.items():
        for some in dict.fromkeys([*combinations(names, 1), *combinations(names, 2), names]):
            put_in: dict[str, Node] = {name: Apply(function, Symbol(name)) for name in some}
            words = f"rounds {' and '.join(map(text_of, some))} {to}"
            yield Change(substitute(tree, put_in), "rounded", words, ("rounded", to, *some))


def replaced_by_quantity(
    changes: Changes, path: Path, node: Node, vectors: Vectors
) -> Iterator[Change]:
    """One quantity, or what it leaves of 1, where something has to be worked out."""
    for name in vectors.like(node):
        if not is_parameter(name):
            for other in (Symbol(name), one_minus(Symbol(name))):
                words = f"has {text(other)} in the place of {text(node)}"
                yield changes.put(path, other, "replaced", words, text(other))


def other_line(tree: Node, known: Mapping[str, Array]) -> Iterator[Change]:
    """All parameters of another line: W_i and b_i for W_f and b_f."""
    learnt = {n for n in symbols(tree) if is_matrix(Symbol(n)) or is_parameter(n)}
    own = {_index(name) for name in learnt}
    if len(learnt) < 2 or len(own) != 1:
        return
    for index in dict.fromkeys(map(_index, known)):
        others = {name: f"{name.split('_')[0]}_{index}" for name in learnt}
        if index not in own and all(
            other in exchangeable(Symbol(name), known) for name, other in others.items()
        ):
            words = ", ".join(f"{text_of(b)} for {text_of(a)}" for a, b in others.items())
            put_in = substitute(tree, {name: Symbol(other) for name, other in others.items()})
            key = ("another quantity", "line", index)
            yield Change(put_in, "another quantity", f"has {words}", key)


def _index(name: str) -> str:
    return name.partition("_")[2]
