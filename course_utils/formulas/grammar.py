"""The grammar of an equation's side, which the course's reader and the students' have in common.

``sum = [+|-] product {(+|-) product}``, ``product = factor {[*|/] factor}``, ``factor = power``,
``power = (+|-) power | atom [^ power]``, and
``atom = number | e^power | function argument | fraction atom atom | (sum) | symbol``.
Which signs are operators, what functions are called, and what a symbol is, a dialect says.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from course_utils.formulas.nodes import (
    Apply,
    FormulaError,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

DEEPEST = 30
"""Brackets, and whatever else nests."""

AN_OPERATOR = "an operator"
A_VALUE = "a quantity, a number, a function or a bracket"

NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_EULER = re.compile(r"e\s*\^")
_FRACTION = re.compile(r"\\[dt]?frac(?![a-zA-Z])")
_SIGNS = ("+", "-")


class Grammar(ABC):
    """Recursive descent over a text. What begins with `_read` goes over what it returns."""

    operators: ClassVar[re.Pattern[str]]
    same: ClassVar[Mapping[str, str]] = {"**": "^"}
    """Operators in other signs."""
    functions: ClassVar[re.Pattern[str]]
    closing: ClassVar[Mapping[str, str]] = {"(": ")", "[": "]", "{": "}"}
    """The signs of which one closes a bracket."""
    too_deep: ClassVar[str]

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._chained = 0

    def all(self) -> Node:
        """Return the tree of the whole text. Raises FormulaError."""
        node = self._read_sum()
        if not self._has_ended():
            raise self._unexpected(AN_OPERATOR)
        return node

    @abstractmethod
    def _read_symbol(self) -> Node: ...

    @abstractmethod
    def _read_call(self, function: re.Match[str]) -> Node:
        """Read what a function is of, and return what it gives."""

    @abstractmethod
    def _unexpected(self, expected: str) -> FormulaError:
        """Say what comes here where something else was expected."""

    def _has_ended(self) -> bool:
        return not self._next()

    def _raised(self, base: Node, exponent: Node) -> Node:
        return Power(base, exponent)

    def _goes_on(self, factors: list[Node]) -> bool:
        """Tell whether there is a factor more."""
        sign = self._next()
        return bool(sign) and sign not in ")]},=" and self._operator() not in (*_SIGNS, "^")

    def _read_sum(self) -> Node:
        terms = [self._read_signed(self._read_product)]
        while self._operator() in _SIGNS:
            terms.append(self._read_signed(self._read_product))
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _read_signed(self, read: Callable[[], Node]) -> Node:
        sign = self._operator()
        if sign not in _SIGNS:
            return read()
        self._read_operator()
        node = read()
        return Negative(node) if sign == "-" else node

    def _read_product(self) -> Node:
        factors = [self._read_factor()]
        while self._goes_on(factors):
            sign = self._read_operator()
            factor = self._read_factor()
            if sign == "/":
                self._count_chained()
                factors = [Quotient(_product(factors), factor)]
            else:
                factors.append(factor)
        return _product(factors)

    def _read_factor(self) -> Node:
        return self._read_power()

    def _read_power(self) -> Node:
        if self._operator() in _SIGNS:
            return self._read_signed(lambda: self._deeper(self._read_power))
        base = self._read_atom()
        if self._operator() != "^":
            return base
        self._read_operator()
        return self._raised(base, self._deeper(self._read_power))

    def _read_atom(self) -> Node:
        """Read one value; whatever is nested goes through here."""
        return self._deeper(self._read_one)

    def _read_one(self) -> Node:
        sign = self._next()
        if not sign:
            raise self._unexpected(A_VALUE)
        if number := self._take(NUMBER):
            return Number(float(number.group()))
        if self._take(_EULER):
            return Apply("exp", self._deeper(self._read_power))
        if function := self._take(self.functions):
            return self._read_call(function)
        if self._take(_FRACTION):
            above = self._read_atom()
            return Quotient(above, self._read_atom())
        if sign in self.closing:
            return self._read_brackets()
        return self._read_symbol()

    def _read_argument(self) -> Node:
        """Read what a function is of; without brackets, all that is raised."""
        sign = self._next()
        if sign in ("(", "["):
            return self._read_brackets()
        return self._read_atom() if sign == "{" else self._deeper(self._read_power)

    def _read_brackets(self) -> Node:
        return self._read_parts(1)[0]

    def _read_parts(self, most: int = 0) -> tuple[Node, ...]:
        """Read what stands in brackets, apart by commas."""
        closing = self.closing[self._next()]
        self._at += 1
        parts = [self._read_sum()]
        while self._next() == "," and len(parts) != most:
            self._at += 1
            parts.append(self._read_sum())
        self._read_end(closing)
        return tuple(parts)

    def _read_end(self, closing: str) -> None:
        sign = self._next()
        if not sign or sign not in closing:
            raise self._unexpected(f"an operator or {closing!r}")
        self._at += 1

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(self.too_deep)
        node = read()
        self._depth -= 1
        return node

    def _count_chained(self) -> None:
        """Count what nests without brackets, as a / b / c does."""
        self._chained += 1
        if self._chained > DEEPEST:
            raise FormulaError(self.too_deep)

    def _operator(self) -> str | None:
        """Return the operator that comes next."""
        self._next()
        match = self.operators.match(self._text, self._at)
        return self.same.get(match.group(), match.group()) if match else None

    def _read_operator(self) -> str | None:
        match = self._take(self.operators)
        return self.same.get(match.group(), match.group()) if match else None

    def _next(self) -> str:
        """Go over what is empty, and return the sign that comes next, or nothing."""
        text, at = self._text, self._at
        while text[at : at + 1].isspace():
            at += 1
        self._at = at
        return text[at : at + 1]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._next()
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match


def _product(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Product(tuple(factors))
