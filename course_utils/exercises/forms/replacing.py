"""A part of a formula, and what stands in its place: how a slip is written down.

A pattern is a formula in which ``…`` stands for anything, and a bare W, U, V or b for any that has
an index, as W_f, unless the formulas have a quantity of that very name. In a sum or a product a
pattern may stand for some of the terms, in their order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from course_utils.formulas import FormulaError
from course_utils.formulas.nodes import Node, Product, Sum, Symbol, symbols
from course_utils.formulas.reading import expression

_ANYTHING = "Ω"
"""How ``…`` is read: as a letter that no formula of a cell has."""
_WITH_INDEX = {"W", "U", "V", "E", "b", "p", "z"}

Bound = Mapping[str, Node]


@dataclass(frozen=True)
class Replacement:
    """Parts and what stands in their places, all at once, in every line or in one."""

    parts: tuple[tuple[Node, Node], ...]
    line: str = ""
    """The line alone in which it is done; "" for all."""

    def on(self, name: str, tree: Node, quantities: frozenset[str]) -> Node:
        """Return the right side `tree` of the line `name` with its parts replaced.

        What is put in is not looked at again. `quantities` are the names that mean themselves.
        """
        return tree if self.line not in ("", name) else self._on(tree, quantities)

    def _on(self, tree: Node, quantities: frozenset[str]) -> Node:
        for part, by in self.parts:
            for bound, left in _matches(part, tree, quantities):
                put_in = _filled(by, bound)
                return put_in if left is None else self._beside(tree, left, put_in, quantities)
        children = tree.children
        others = tuple(self._on(child, quantities) for child in children)
        return tree if others == children else tree.with_children(others)

    def _beside(
        self, tree: Node, left: tuple[int, ...], put_in: Node, quantities: frozenset[str]
    ) -> Node:
        """Put `put_in` in the place of the first term that is not `left` over."""
        terms: list[Node] = []
        first = next(k for k in range(len(tree.children)) if k not in left)
        for k, term in enumerate(tree.children):
            if k == first:
                same = isinstance(put_in, type(tree))
                terms += put_in.children if same else [put_in]
            elif k in left:
                terms.append(self._on(term, quantities))
        return tree.with_children(tuple(terms))


def replacement(parts: Mapping[str, str], line: str = "") -> Replacement:
    """Read a replacement from the texts of the parts and of what stands for them.

    Raises FormulaError, which says which text cannot be read, or names what no part has.
    """
    read = []
    for part, by in parts.items():
        one, other = _pattern(part), _pattern(by)
        if _ANYTHING in symbols(other) and _ANYTHING not in symbols(one):
            raise FormulaError(f"{by!r} has … in it, and {part!r} has none for it to stand for")
        read.append((one, other))
    return Replacement(tuple(read), line)


def _pattern(text: str) -> Node:
    return expression(text.replace("...", "…").replace("…", f" {_ANYTHING} "))


def names_in(node: Node, quantities: frozenset[str]) -> Iterator[str]:
    """Yield the names in a pattern that mean no quantity and stand for none."""
    for name in symbols(node):
        if name not in quantities and name not in _WITH_INDEX and name != _ANYTHING:
            yield name


def composed(
    name: str, tree: Node, replacements: Sequence[Replacement], quantities: frozenset[str]
) -> Node:
    """Return a line's right side with several replacements, in the order in which all take effect.

    Where none has it so, the later ones do what they can.
    """
    found = []
    for order in (replacements, replacements[::-1]):
        changed, whole = tree, True
        for one in order:
            before, changed = changed, one.on(name, changed, quantities)
            whole &= changed is not before or one.on(name, tree, quantities) is tree
        if whole:
            return changed
        found.append(changed)
    return found[0]


def _matches(
    part: Node, node: Node, quantities: frozenset[str]
) -> Iterator[tuple[Bound, tuple[int, ...] | None]]:
    """Yield what `part` stands for in `node`, and which terms of a sum or product are left over."""
    if isinstance(part, Sum | Product) and type(part) is type(node):
        for bound, taken in _terms(part.parts, node.children, 0, {}, quantities):
            left = tuple(k for k in range(len(node.children)) if k not in taken)
            yield bound, left or None
    elif (whole := _same(part, node, {}, quantities)) is not None:
        yield whole, None


def _terms(
    parts: Sequence[Node],
    terms: Sequence[Node],
    start: int,
    bound: Bound,
    quantities: frozenset[str],
) -> Iterator[tuple[Bound, frozenset[int]]]:
    """Yield the ways in which `parts` are some of `terms` from `start` on, in their order."""
    if not parts:
        yield bound, frozenset()
        return
    for k in range(start, len(terms)):
        found = _same(parts[0], terms[k], bound, quantities)
        if found is not None:
            for more, taken in _terms(parts[1:], terms, k + 1, found, quantities):
                yield more, taken | {k}


def _same(part: Node, node: Node, bound: Bound, quantities: frozenset[str]) -> Bound | None:
    """Return what the signs of `part` stand for if it is `node` as a whole; else None."""
    if isinstance(part, Symbol):
        if part.name in bound:
            return bound if bound[part.name] is node else None
        if part.name == _ANYTHING or _stands_for(part.name, node, quantities):
            return {**bound, part.name: node}
        return bound if part is node else None
    if not part.children:
        return bound if part is node else None
    children = node.children
    if type(part) is not type(node) or len(children) != len(part.children):
        return None
    if part.with_children(children) is not node:  # another function, other columns
        return None
    found = bound
    for one, other in zip(part.children, children, strict=True):
        more = _same(one, other, found, quantities)
        if more is None:
            return None
        found = more
    return found


def _stands_for(name: str, node: Node, quantities: frozenset[str]) -> bool:
    if name in quantities or name not in _WITH_INDEX or not isinstance(node, Symbol):
        return False
    return node.name.startswith(f"{name}_")


def _filled(node: Node, bound: Bound) -> Node:
    """Return what is put in, with what its signs stand for."""
    if isinstance(node, Symbol):
        return bound.get(node.name, node)
    children = node.children
    others = tuple(_filled(child, bound) for child in children)
    return node if others == children else node.with_children(others)
