"""Another function in the place of one, and a function that was wrongly written out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from course_utils.formulas.functions import ENTRIES, FUNCTIONS, WHOLE
from course_utils.formulas.neighbours.changes import (
    USUAL,
    Change,
    Changes,
    Vectors,
    one_minus,
    times,
)
from course_utils.formulas.neighbours.operations import other_operation
from course_utils.formulas.nodes import (
    Apply,
    Negative,
    Node,
    Number,
    Path,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    put,
    substitute,
    symbols,
    walk,
)
from course_utils.formulas.printing import text


def other_function(changes: Changes, path: Path, node: Apply) -> Iterator[Change]:
    z, name = node.of, FUNCTIONS[node.function].text
    yield changes.put(path, z, "left out", f"has no {name}", "no function")
    for other in FUNCTIONS:
        if other not in (node.function, "clip", *WHOLE, *ENTRIES):
            what = f"has {FUNCTIONS[other].text} in the place of {name}"
            key = (node.function, other)
            family = "another function" if other in USUAL else "a rare function"
            yield changes.put(path, Apply(other, z), family, what, *key)
    others: dict[str, Node] = {
        "the hard sigmoid": Apply("clip", Sum((times(0.2, z), Number(0.5)))),
        "the hard sigmoid of z/6": Apply("clip", Sum((Quotient(z, Number(6)), Number(0.5)))),
        "the share of the sum": Quotient(z, Apply("total", z)),
        "z over its length": Quotient(z, Power(Apply("total", Product((z, z))), Number(0.5))),
        "a derivative": _derivative(node),
        "the square": Product((z, z)),
        f"1 - {name}": one_minus(node),
    }
    if node.function == "softmax":
        for what, share in _SHARED.items():
            of = substitute(share, {"z": z})
            others[f"the share of {what}"] = Quotient(of, Apply("total", of))
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
_TWICE = times(2, _Z)
_WRITTEN_OUT: dict[str, tuple[Node, ...]] = {
    "sigmoid": (
        Quotient(Number(1), Sum((Number(1), _exp(Negative(_Z))))),
        Quotient(_exp(_Z), Sum((_exp(_Z), Number(1)))),
    ),
    "tanh": (
        Quotient(
            Sum((_exp(_Z), Negative(_exp(Negative(_Z))))), Sum((_exp(_Z), _exp(Negative(_Z))))
        ),
        Quotient(Sum((_exp(_TWICE), Negative(Number(1)))), Sum((_exp(_TWICE), Number(1)))),
        Sum(
            (
                Quotient(Number(2), Sum((Number(1), _exp(Negative(_TWICE))))),
                Negative(Number(1)),
            )
        ),
    ),
    "softmax": (Quotient(_exp(_Z), Apply("total", _exp(_Z))),),
}
"""What a function is, as one types it into a calculator."""

_SERIES: dict[str, tuple[Node, ...]] = {
    "sigmoid": (Sum((Number(0.5), times(0.25, _Z))),),
    "tanh": (Sum((_Z, Negative(Quotient(Power(_Z, Number(3)), Number(3))))),),
}
"""Taylor's series cut short, behind the first terms that hold z."""

_SHARED: dict[str, Node] = {
    "the squares": Product((_Z, _Z)),
    "the sizes": Apply("abs", _Z),
    "the positive parts": Apply("relu", _Z),
    "the sigmoids": Apply("sigmoid", _Z),
}
"""Other positive numbers that somebody may divide by their sum."""


@cache
def _wrongly_written_out(function: str) -> tuple[Node, ...]:
    """Return a function's own formula with one thing wrong in it, in terms of z."""
    found = [wrong for form in _WRITTEN_OUT[function] for wrong in _mistaken(form)]
    found += _SERIES.get(function, ())
    if function == "tanh":
        found.append(Quotient(_WRITTEN_OUT[function][0].children[0], Number(2)))  # sinh
    return tuple(dict.fromkeys(found))


def _mistaken(tree: Node) -> list[Node]:
    changes = Changes(tree)
    found: list[Node] = [_with_function(tree, "exp", base) for base in ("exp10", "exp2")]
    for path, node in walk(tree):
        found.append(node)
        if isinstance(node, Sum | Quotient | Negative):
            found += [change.tree for change in other_operation(changes, path, node, Vectors({}))]
        elif isinstance(node, Apply):
            found.append(put(tree, path, node.of))
            if node.function == "total":
                found.append(put(tree, path, Sum((Number(1), node))))
                found.append(put(tree, path, Sum((node, Negative(node.of)))))
                found.append(put(tree, path, Apply("largest", node.of)))
                found.append(put(tree, path, Apply("mean", node.of)))
            elif node.of == _Z:
                found.append(put(tree, path, _exp(Negative(_Z))))
            if path:
                found.append(put(tree, path, times(2, node)))
        if node == _Z:
            found.append(put(tree, path, times(2, node)))
    return [one for one in found if one not in (tree, _Z) and symbols(one)]


def _with_function(node: Node, function: str, other: str) -> Node:
    children = tuple(_with_function(child, function, other) for child in node.children)
    if isinstance(node, Apply) and node.function == function:
        return Apply(other, children[0])
    return node.with_children(children) if children else node


def _derivative(node: Apply) -> Node:
    if node.function == "tanh":
        return Sum((Number(1), Negative(Product((node, node)))))
    return Product((node, one_minus(node)))
