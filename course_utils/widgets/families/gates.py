"""What LSTM and GRU share: gates that read [h, x] or [x, h], with one bias or two."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.cells import Affine
from course_utils.cells.checks import Array
from course_utils.cells.conventions import swap_concatenation
from course_utils.widgets.diagram import Equation, Term
from course_utils.widgets.families.base import Block, Choice, Convention, Option, Tab, as_code
from course_utils.widgets.values import Values

ORDER = Convention(
    "order",
    "Gates read",
    (
        Option("hx", "[h, x]", "Gates read [h, x], the state first: this course, Coursera."),
        Option(
            "xh",
            "[x, h]",
            "The same W, but its columns now read x first. Unless the two blocks of columns change "
            "places too, the numbers are others.",
        ),
    ),
)
BIASES = Convention(
    "biases",
    "Biases",
    (
        Option("one", "one", "One bias a unit: textbooks, Keras."),
        Option(
            "two",
            "two, as PyTorch",
            "Two biases, b_x and b_h, as in PyTorch and ONNX. Only their sum counts: the new one "
            "starts at 0, and nothing moves until you move it.",
        ),
    ),
)


def gate_values(gates: Mapping[str, Affine], choice: Choice) -> dict[str, Array]:
    """Name the arrays of every gate; a second bias starts at 0."""
    found: dict[str, Array] = {}
    for gate, p in gates.items():
        found[f"{gate}.W"] = np.array(p.W, dtype=np.float64)
        found[f"{gate}.b"] = np.array(p.b, dtype=np.float64)
        if choice["biases"] == "two":
            found[f"{gate}.b_h"] = np.zeros(len(found[f"{gate}.b"]))
    return found


def gate(name: str, values: Values, choice: Choice, *, both_biases: bool = True) -> Affine:
    """Return a gate as this course's cells take it: reading [h, x], with one bias."""
    b = values[f"{name}.b"]
    if both_biases and choice["biases"] == "two":
        b = b + values[f"{name}.b_h"]
    p = Affine(values[f"{name}.W"], b)
    return p if choice["order"] == "hx" else swap_concatenation(p, values["x"].size)


def biases_of(name: str, choice: Choice) -> tuple[str, ...]:
    """Return the names of a gate's biases."""
    return (f"{name}.b",) if choice["biases"] == "one" else (f"{name}.b", f"{name}.b_h")


def gate_sum(
    name: str, letter: str, h: str, choice: Choice, peeks: tuple[str, str] | tuple[()] = ()
) -> Equation:
    """Return the equation of the sum that goes into a gate; `h` is the letter of the state.

    `peeks` are a field and a symbol: what a peephole looks at.
    """
    reads = f"{h}_{{t-1}}, x_t" if choice["order"] == "hx" else f"x_t, {h}_{{t-1}}"
    plus = f"b_{letter}" if choice["biases"] == "one" else f"b_{{x{letter}}} + b_{{h{letter}}}"
    vectors = ("h_prev", "x") if choice["order"] == "hx" else ("x", "h_prev")
    terms = (Term(f"{name}.W", "", vectors[:1]), Term(f"{name}.W", vectors[0], vectors[1:]))
    formula = f"z_{letter} = W_{letter} [{reads}] + {plus}"
    peephole: tuple[str, ...] = ()
    if peeks:
        peephole = (f"{name}.p", peeks[0])
        formula += f" + p_{letter} ∘ {peeks[1]}"
    return Equation(formula, terms=terms, plus=biases_of(name, choice), peephole=peephole)


def gate_tab(name: str, letter: str, role: str, choice: Choice, *, peephole: bool = False) -> Tab:
    """Return the tab of a gate's weights and biases, its columns in the order they are read."""
    reads = ("h_prev", "x") if choice["order"] == "hx" else ("x", "h_prev")
    biases: tuple[Block, ...] = (Block(f"{name}.b", f"b_{letter}", column="b"),)
    if choice["biases"] == "two":
        biases = (
            Block(f"{name}.b", f"b_{{x{letter}}}", column="b_x"),
            Block(f"{name}.b_h", f"b_{{h{letter}}}", column="b_h"),
        )
    if peephole:
        biases = (*biases, Block(f"{name}.p", f"p_{letter}", column="p"))
    return Tab(name, name, role, (Block(f"{name}.W", f"W_{letter}", reads), *biases))


def gates_code(kind: str, gates: tuple[str, ...], choice: Choice) -> str:
    """Return Python that builds the parameters of `kind`, with a word on each translation."""
    lines = [f"params = {kind}("]
    for name in gates:
        inside = choice.get("reset") == "after" and name == "candidate"
        b = " + ".join(as_code(key) for key in biases_of(name, choice)[: 1 if inside else None])
        made = f"Affine(\n        W={as_code(f'{name}.W')},\n        b={b},\n    )"
        if choice["order"] == "xh":
            made = f"swap_concatenation({made}, <inputs>)"
        lines.append(f"    {name}={made},")
    return "\n".join([*lines, ")"])


def gates_imports(choice: Choice, *more: Any) -> tuple[str, ...]:
    """Return the lines that import what gates_code uses."""
    conventions = sorted([*more, *(["swap_concatenation"] if choice["order"] == "xh" else [])])
    if not conventions:
        return ()
    return (f"from course_utils.cells.conventions import {', '.join(conventions)}",)
