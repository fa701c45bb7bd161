"""Formulas as a program that another language can run: named operations on named arrays."""

from collections.abc import Iterable
from typing import Any

from course_utils.formulas.nodes import (
    Apply,
    Dot,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transposed,
)
from course_utils.formulas.shapes import Shapes

_OPERATIONS: dict[type[Node], str] = {
    Negative: "negate",
    Transposed: "transpose",
    Sum: "add",
    Product: "multiply",
    Joined: "join",
    Matmul: "matvec",
    Dot: "dot",
    Quotient: "divide",
    Power: "power",
}


def program(lines: Iterable[tuple[str, Node]], shapes: Shapes) -> dict[str, Any]:
    """Return the program of some lines.

    ``inputs`` are {name, shape}; ``steps`` are {name, op, args, shape} in order of working, where
    an argument is a name or a number, and op is add, multiply, divide, power, negate, join, matvec,
    transpose, dot, copy, or a function's name; ``outputs`` are the names of the lines. A shape is a
    list of lengths in letters, such as ["H", "H+D"]. A part without a name of its own is called
    after its line, as ``C_t.1``; what two lines share is worked out once.
    """
    lines = list(lines)
    names: dict[Node, str] = {}
    steps: list[dict[str, Any]] = []

    def argument(node: Node, line: str) -> str | float:
        if isinstance(node, Symbol):
            return node.name
        if isinstance(node, Number):
            return node.value
        if node not in names:
            args = [argument(child, line) for child in node.children]
            count = sum(step["name"].startswith(f"{line}.") for step in steps)
            names[node] = f"{line}.{count + 1}"
            add(node, names[node], args)
        return names[node]

    def add(node: Node, name: str, args: list[str | float]) -> None:
        op = node.function if isinstance(node, Apply) else _OPERATIONS.get(type(node), "copy")
        shape = list(shapes.of(node))
        steps.append({"name": name, "op": op, "args": args, "shape": shape})

    for line, tree in lines:
        if isinstance(tree, Symbol | Number) or tree in names:
            add(Symbol(line), line, [argument(tree, line)])
        else:
            add(tree, line, [argument(child, line) for child in tree.children])
            names[tree] = line
    defined = [line for line, _ in lines]
    inputs = [name for name in shapes.quantities if name not in defined]
    return {
        "inputs": [{"name": n, "shape": list(shapes.of(Symbol(n)))} for n in inputs],
        "steps": steps,
        "outputs": defined,
    }
