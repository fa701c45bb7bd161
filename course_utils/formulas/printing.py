"""Printing a formula: as text that can be read again, as LaTeX, with its numbers, as Python."""

from collections.abc import Mapping
from functools import lru_cache

import numpy.typing as npt

from course_utils.formulas.evaluating import value_of
from course_utils.formulas.functions import FUNCTIONS
from course_utils.formulas.matrices import matrix
from course_utils.formulas.naming import latex_of, text_of
from course_utils.formulas.nodes import (
    Apply,
    Columns,
    Diagonal,
    Dot,
    FormulaError,
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
    is_matrix,
)

_ATOMS = (Symbol, Number, Apply, Joined, Diagonal)


@lru_cache(maxsize=4096)
def text(node: Node) -> str:
    """Return a tree as the course writes it in plain text: ``f_t ∘ C_{t-1} + i_t ∘ C~_t``."""
    return _Text().write(node)


def latex(node: Node) -> str:
    """Return a tree as LaTeX."""
    return _Latex().write(node)


def numbers(node: Node, given: Mapping[str, npt.ArrayLike]) -> str:
    """Return a tree as LaTeX with the values of its quantities, which `given` holds by name."""
    return _Numbers(given).write(node)


def code(node: Node) -> str:
    """Return a tree as Python with NumPy, of names as the course's code has them, for batches too.

    Raises FormulaError for a function that NumPy takes more than a line for.
    """
    return _Code().write(node)


class _Text:
    """The brackets are the same in all forms; the signs are these."""

    product, quotient, transpose, diagonal = " ∘ ", " / ", "^T", "diag"
    of_number = " "

    def write(self, node: Node) -> str:
        match node:
            case Number(value):
                return f"{value:.12f}".rstrip("0").rstrip(".")
            case Symbol(name):
                return self.symbol(name)
            case Negative(of):
                return f"-{self.bracketed(of, Sum, Negative)}"
            case Sum(parts):
                return self.sum(parts)
            case Product(parts):
                return self.factors(parts)
            case Quotient(first, second):
                return self.divided(first, second)
            case Power(first, second):
                return self.power(first, second)
            case Joined(parts):
                return self.joined(parts)
            case Transposed(of):
                return self.write(of) + self.transpose
            case Columns(of):
                return self.columns(self.write(of), *self.ends(node))
            case Diagonal(of):
                return f"{self.diagonal}({self.write(of)})"
            case Matmul(matrix, vector):
                return f"{self.write(matrix)} {self.second(vector)}"
            case Dot(first, second):
                base = self.write(first) if isinstance(first, _ATOMS) else self.enclose(first)
                return f"{base}{self.transpose} {self.second(second)}"
            case Apply(function, of):
                return self.applied(function, of)
        raise TypeError(f"{type(node).__name__} is no part of a formula")

    def ends(self, node: Columns) -> tuple[str, str]:
        return str(node.first or ""), str(node.last)

    def columns(self, matrix: str, first: str, last: str) -> str:
        return f"{matrix}[:, {first}:{last}]"

    def sum(self, parts: tuple[Node, ...]) -> str:
        first, *others = parts
        written = self.bracketed(first, Sum)
        for part in others:
            if isinstance(part, Negative):
                written += f" - {self.bracketed(part.of, Sum, Negative)}"
            else:
                written += f" + {self.bracketed(part, Sum)}"
        return written

    def factors(self, parts: tuple[Node, ...]) -> str:
        written = ""
        for k, part in enumerate(parts):
            # a matrix takes what comes after it, and a quotient what came before
            taken = (Matmul, Dot) if k + 1 < len(parts) else ()
            divided = (Quotient,) if k else ()
            opens = k + 1 < len(parts) and is_matrix(part)
            kinds = (Sum, Negative, Product, *taken, *divided)
            factor = self.enclose(part) if opens else self.bracketed(part, *kinds)
            if k:
                number = isinstance(parts[k - 1], Number) and not isinstance(part, Power)
                bare = number and not factor[0].isdigit()
                written += self.of_number if bare else self.product
            written += factor
        return written

    def joined(self, parts: tuple[Node, ...]) -> str:
        return "[" + ", ".join(self.write(part) for part in parts) + "]"

    def divided(self, first: Node, second: Node) -> str:
        above = self.bracketed(first, Sum, Negative, Matmul, Dot)
        below = self.bracketed(second, Sum, Negative, Product, Quotient)
        return f"{above}{self.quotient}{below}"

    def power(self, first: Node, second: Node) -> str:
        # what is raised behind a symbol would be its index
        base = self.write(first) if isinstance(first, Number) else self.enclose(first)
        return f"{base}^{{{self.write(second)}}}"

    def second(self, node: Node) -> str:
        """Write what a matrix is multiplied with."""
        return self.bracketed(node, Sum, Negative, Product, Quotient)

    def bracketed(self, node: Node, *kinds: type[Node]) -> str:
        return self.enclose(node) if isinstance(node, kinds) else self.write(node)

    def enclose(self, node: Node) -> str:
        return f"({self.write(node)})"

    def symbol(self, name: str) -> str:
        return text_of(name)

    def applied(self, function: str, of: Node) -> str:
        return f"{FUNCTIONS[function].text}({self.write(of)})"


class _Latex(_Text):
    product, transpose, diagonal = r" \circ ", r"^\top", r"\mathrm{diag}"

    def divided(self, first: Node, second: Node) -> str:
        return rf"\frac{{{self.write(first)}}}{{{self.write(second)}}}"

    def enclose(self, node: Node) -> str:
        return rf"\left( {self.write(node)} \right)"

    def symbol(self, name: str) -> str:
        return latex_of(name)

    def applied(self, function: str, of: Node) -> str:
        if function == "exp":
            return f"e^{{{self.write(of)}}}"
        return f"{FUNCTIONS[function].latex}{self.enclose(of)}"


class _Numbers(_Latex):
    def __init__(self, given: Mapping[str, npt.ArrayLike]) -> None:
        self._given = given

    def symbol(self, name: str) -> str:
        return matrix(value_of(Symbol(name), self._given))

    def joined(self, parts: tuple[Node, ...]) -> str:
        return matrix(value_of(Joined(parts), self._given))


_CODE = {
    "sigmoid": "1 / (1 + np.exp(-({z})))",
    "tanh": "np.tanh({z})",
    "softmax": "np.exp({z}) / np.sum(np.exp({z}), axis=-1, keepdims=True)",
    "relu": "np.maximum({z}, 0.0)",
    "exp": "np.exp({z})",
    "log": "np.log({z})",
    "abs": "np.abs({z})",
    "total": "np.sum({z}, axis=-1, keepdims=True)",
    "largest": "np.max({z}, axis=-1, keepdims=True)",
    "mean": "np.mean({z}, axis=-1, keepdims=True)",
}
"""Functions in a line of NumPy, z what they are of."""


class _Code(_Text):
    product, quotient, transpose, of_number = " * ", " / ", ".T", " * "

    def write(self, node: Node) -> str:
        match node:
            case Matmul(matrix, vector):
                return f"({self.second(vector)} @ {self.write(Transposed(matrix))})"
            case Transposed(Transposed(of)):
                return self.write(of)
            case Dot(first, second):
                return f"np.sum({self.write(Product((first, second)))}, axis=-1, keepdims=True)"
            case Diagonal(of):
                return f"np.diagonal({self.write(of)})"
        return super().write(node)

    def joined(self, parts: tuple[Node, ...]) -> str:
        return f"np.concatenate({super().joined(parts)}, axis=-1)"

    def power(self, first: Node, second: Node) -> str:
        return f"({self.enclose(first)} ** {self.enclose(second)})"

    def symbol(self, name: str) -> str:
        return name

    def applied(self, function: str, of: Node) -> str:
        if function not in _CODE:
            raise FormulaError(f"{FUNCTIONS[function].text} is no line of NumPy")
        written = _CODE[function].format(z=self.write(of))
        return f"({written})" if function in ("sigmoid", "softmax") else written
