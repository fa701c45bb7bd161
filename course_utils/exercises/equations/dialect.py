"""The students' dialect of the grammar of formulas: one side of an equation, as people type it.

Beside what every formula has it takes NumPy's and PyTorch's functions and methods, gates that are
written out, asides such as "f_t (forget gate)", and words behind the end. Its leaves are symbols as
they were written; `names` says what they are called.
"""

import re
from contextlib import suppress
from typing import ClassVar

from course_utils.exercises.equations.names import Names, name_of
from course_utils.exercises.equations.symbols import (
    UnknownSymbolError,
    Written,
    named_in,
    symbol_at,
    with_scripts,
)
from course_utils.exercises.equations.written_out import quantity_of
from course_utils.formulas import FormulaError
from course_utils.formulas.dress import ACCENTS
from course_utils.formulas.evaluating import value_of
from course_utils.formulas.grammar import A_VALUE, AN_OPERATOR, Grammar
from course_utils.formulas.nodes import (
    Apply,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)
from course_utils.formulas.remarks import changes

_MOST_VALUES = 300
_LONGEST_NAME = 30
_LARGEST_EXPONENT = 8

_FUNCTIONS = {
    "th": "tanh",  # as written in French, Russian and Spanish
    "tgh": "tanh",
    "hyperbolic tangent": "tanh",
    "sigma": "sigmoid",
    "σ": "sigmoid",
}
_SAME = ("array", "asarray", "diag")
"""What they give is what they are given: a diagonal matrix times a vector is the product."""
_MODULES = (
    r"(?:(?:np|numpy|jnp|jax|cp|torch|c?math|tf|keras|K|nn|F|functional|special|sp|sympy|ops|"
    r"activations)\.)*"
)
FUNCTION = re.compile(
    rf"{_MODULES}\\?([tT]anh|hyperbolic[\s_]+tangent|TANH|tg?h(?=\s*[({{\\]|\s+[cC])|[sS]igmoid|sigma|σ"
    r"|[sS]oftmax|exp(?=\s*[({\\])|sinh|cosh|diag(?=\s*\()|(?:as)?array(?=\s*\())"
)
_CALL = re.compile(
    rf"{_MODULES}(?:element[\s_-]*wise_?)?(mul(?:t|tiply)?|product|[hH]adamard(?:_product)?|add|sub(?:tract)?)(?=\s*\()"
)
_METHOD = re.compile(
    r"\.\s*(?:(tanh|sigmoid)\s*\(\s*\)|(mul(?:tiply)?|add|sub(?:tract)?)(?=\s*\())"
)
_SUM_OF = re.compile(r"sum\s*\(\s*(?=[(\[])")
_OF = re.compile(r"(?:applied\s+to|of)(?![a-zA-Z])")
_EMPTY_CALL = re.compile(r"\(\s*\)")
_ACCENT = re.compile(
    rf"\\(?:{ACCENTS})(?![a-zA-Z])"
    r"|(?:tilde|hat|bar)(?=\s*[{(]|\s+[cC])|~(?=\s*[cC])"
)
_BRACE = re.compile(r"\\(?:under|over)brace(?![a-zA-Z])")
_LABEL = re.compile(r"[_^]\s*\{(?:[^{}]|\{[^{}]*\})*\}")

LETTER = r"(?:[^\W\d_]|[\u0300-\u036f])"
"""A letter, or an accent of one; a pattern of words is made of it."""
_ASIDE = re.compile(rf"[(\[]\s*({LETTER}{{2,}}(?:[\s,-]+(?:{LETTER}+|\d+))*)\s*[)\]]")
_SHAPE = re.compile(
    r"\[\s*(?:shape\W*)?[HDN]\s*\]"
    r"|[(\[]\s*(?:(?:shape|size|dim(?:ension)?s?)\W*)?(?:\d+|[A-Zdn])\s*[x*,]\s*(?:1|[A-Z])?"
    r"\s*[)\]]+"
)
_LONG_WORD = re.compile(rf"{LETTER}{{3}}")
_NO_WORDS = re.compile(r"[^^\s,.!?'A-Za-z\u00c0-\u036f\u0370-\u04ff-]|(?<!\w)-|-(?!\w)")
_IN_A_WORD = re.compile(r"[a-zA-Z]{2}")
_IN_FULL = re.compile(r"[A-Za-z]{3,}\s+$")
_PIECE = re.compile(r"\\?[a-zA-Z_]+|.", re.DOTALL)


def symbol_of(text: str) -> Written | None:
    """Return the symbol that is the whole text, or None."""
    return Dialect(text).alone()


def first_symbol(text: str) -> tuple[Written, str] | None:
    """Return the symbol that a text begins with, and the rest of it."""
    return Dialect(text).first()


def is_formula(text: str) -> bool:
    """Tell whether a text is a formula of our quantities, although something may be wrong in it."""
    try:
        Names().put_in(Dialect(text).all())
    except UnknownSymbolError as error:
        return "where a value belongs" in str(error)
    except FormulaError:
        return True
    return True


def begins_formula(text: str) -> bool:
    """Tell whether a text begins as a formula of any quantities: with two values, or all of it."""
    reader = Dialect(text)
    try:
        reader.all()
    except UnknownSymbolError as error:
        return "where a value belongs" in str(error) or reader.values > 1
    except FormulaError:
        return True
    return True


def same(one: Node, other: Node | None) -> bool:
    """Tell whether two symbols are of one quantity; the time may be said of one alone."""
    return (
        isinstance(one, Written)
        and isinstance(other, Written)
        and (one.letter, one.tilde) == (other.letter, other.tilde)
        and (one.time is None or other.time is None or one.time.offset == other.time.offset)
    )


def function_at(text: str) -> str | None:
    """Return the name of the function that a text begins with."""
    found = FUNCTION.match(text)
    return _function(found) if found else None


def quoted(text: str) -> str:
    """Return a piece of a text between quotes, whatever signs are in it; a backslash stays one."""
    return repr(text).replace("\\\\", "\\")


class Dialect(Grammar):
    """One side of an equation for `defines`; where that is "", no words may stand in it."""

    functions = FUNCTION
    operators = re.compile(
        r"\*\*|[*/+\-^]|\.(?!\d)|\\div(?![a-zA-Z])|\\oplus(?![a-zA-Z])|(?:plus|minus)(?![a-zA-Z])"
    )
    same: ClassVar = {r"\oplus": "+", "plus": "+", "minus": "-", r"\div": "/", ".": "*", "**": "^"}
    closing: ClassVar = dict.fromkeys("([{", ")]}")
    too_deep = "is nested too deeply"

    def __init__(self, text: str, defines: str = "") -> None:
        super().__init__(text)
        self._defines = defines
        self.values = 0
        """How many were read, with what they are made of."""
        self._is_again = False
        self._words = max((match.end() for match in _NO_WORDS.finditer(text)), default=0)
        self._long_word = max((match.start() for match in _LONG_WORD.finditer(text)), default=-1)

    def alone(self) -> Written | None:
        """Return the symbol that the text is, whatever is said of it beside."""
        symbol = self._read_first()
        while symbol and self._take_aside([symbol]):
            pass
        return None if self._next() else symbol

    def first(self) -> tuple[Written, str] | None:
        """Return the symbol that the text begins with, and the rest of it."""
        symbol = self._read_first()
        if symbol is None or _IN_A_WORD.match(self._text, self._at - 1):
            return None
        return symbol, self._text[self._at :]

    def _read_first(self) -> Written | None:
        if function_at(self._text) in _SAME:
            return None  # diag(f_t) is f_t, and not what it is called
        try:
            node = self._read_atom()
        except FormulaError:
            return None
        return node if isinstance(node, Written) else None

    def _has_ended(self) -> bool:
        return super()._has_ended() or self._only_words_follow()

    def _goes_on(self, factors: list[Node]) -> bool:
        while super()._goes_on(factors):
            if not self._take_aside(factors):
                return self._operator() is not None or not self._only_words_follow()
        return False

    def _only_words_follow(self) -> bool:
        """Tell whether the rest says nothing more: "C_t = ... i think"."""
        if not self._words <= self._at <= self._long_word or not self._defines:
            return False
        rest = self._text[self._at :]
        return not (_IN_A_WORD.match(self._text, self._at - 1) or changes(rest) or named_in(rest))

    def _take_aside(self, factors: list[Node]) -> bool:
        """Go over what is said of a value: "f_t (forget gate)", "f_t (H x 1)"."""
        if self._next() not in ("(", "["):
            return False
        if self._take(_SHAPE):
            return True
        aside = _ASIDE.match(self._text, self._at)
        if aside is None or changes(aside[1]):
            return False
        said = symbol_of(aside[1])
        if is_formula(aside[1]) and not (
            (said is not None and name_of(said) == self._defines)
            or any(same(factor, said) for factor in factors)
        ):
            return False
        self._at = aside.end()
        return True

    def _raised(self, base: Node, exponent: Node) -> Node:
        if any(isinstance(part, Written | Apply) for _, part in walk(exponent)):
            raise FormulaError("has an exponent that is not a small number")
        if not abs(float(value_of(exponent, {}))) <= _LARGEST_EXPONENT:
            raise FormulaError("has an exponent that is not a small number")
        return Power(base, exponent)

    def _read_power(self) -> Node:
        power = super()._read_power()
        self._count(1)
        return power

    def _count(self, values: int) -> None:
        self.values += values
        if self.values > _MOST_VALUES:
            raise FormulaError(f"has more than {_MOST_VALUES} values in it")

    def _read_one(self) -> Node:
        node = self._read_bare()
        if isinstance(node, Written):
            node, self._at = with_scripts(node, self._text, self._at)
            self._take_again(node)
        while method := self._take(_METHOD):
            self._count_chained()
            if method[1]:
                node = Apply(method[1], node)
            else:
                node = _joined(method[2], node, self._read_brackets())
        return node

    def _read_bare(self) -> Node:
        """Read a value without its scripts and methods."""
        if self._take(_ACCENT):
            return self._read_accented()
        if self._take(_SUM_OF):
            terms = self._read_parts()
            self._read_end(")")
            return terms[0] if len(terms) == 1 else Sum(terms)
        if call := self._take(_CALL):
            self._next()
            parts = self._read_parts(2)
            if len(parts) != 2:
                raise FormulaError("has a function of two values with one")
            return _joined(call[1], *parts)
        if self._take(_BRACE):
            node = self._read_brackets() if self._next() == "{" else self._read_atom()
            self._take(_LABEL)
            return node
        return super()._read_one()

    def _read_accented(self) -> Written:
        bracketed = self._next() in ("{", "(")
        inner = self._read_brackets() if bracketed else self._read_symbol()
        if not isinstance(inner, Written):
            raise FormulaError("has a tilde over more than one symbol")
        return inner.having(tilde=True)

    def _read_symbol(self) -> Written:
        found = symbol_at(self._text, self._at)
        if found is None:
            raise self._unexpected(A_VALUE)
        symbol, self._at = found
        return symbol

    def _take_again(self, named: Written) -> None:
        """Go over a symbol that stands behind its name: "forget gate f_t"."""
        next_sign, before = self._next(), self._at
        if (
            not self._is_again
            and _IN_FULL.search(self._text, max(0, before - _LONGEST_NAME), before)
            and (next_sign == "(" or symbol_at(self._text, before))
        ):
            depth, other = self._depth, None
            self._is_again = True  # once: what is nested would be read over and over
            with suppress(FormulaError):
                other = self._read_atom()
            self._depth, self._is_again = depth, False
            if not (isinstance(other, Written) and same(named, other) and _is_of(named, other)):
                self._at = before

    def _read_call(self, function: re.Match[str]) -> Node:
        name = _function(function)
        self._take(_OF)
        if self._operator():
            raise UnknownSymbolError(f"has {self._piece()} where a value belongs")
        self._take(_EMPTY_CALL)  # nn.Tanh()(C)
        if quantity := self._written_out(name):
            return quantity
        argument = self._read_argument()
        if name in _SAME:
            return argument
        if name in ("sinh", "cosh"):
            self._count(sum(1 for _ in walk(argument)))  # it stands there twice
            return _hyperbolic(name, argument)
        return Apply(name, argument)

    def _written_out(self, function: str) -> Written | None:
        """Read a gate or the candidate by what is in the brackets: ``σ(W_f [h, x] + b_f)``."""
        end = _end_of_brackets(self._text, self._at) if self._next() in ("(", "[") else 0
        quantity = quantity_of(function, self._text[self._at + 1 : end - 1]) if end else None
        if quantity is None:
            return None
        self._at = end
        return Written("c", True) if quantity == "c_tilde" else Written(quantity[0])

    def _unexpected(self, expected: str) -> FormulaError:
        if expected == AN_OPERATOR:
            return FormulaError(f"has {self._piece()} where an operator belongs")
        if expected != A_VALUE:
            return FormulaError("has a bracket that is not closed")
        sign = self._next()
        if not sign:
            return FormulaError("breaks off before its end")
        place = "where a value belongs" if self._operator() or sign in ")]}," else "in it"
        return UnknownSymbolError(f"has {self._piece()} {place}")

    def _piece(self) -> str:
        begin = self._at
        while begin and _IN_A_WORD.fullmatch(self._text, begin - 1, begin + 1):
            begin -= 1
        found = _PIECE.match(self._text, begin)
        return quoted(found.group()[:20] if found else "?")


def _function(found: re.Match[str]) -> str:
    name = " ".join(re.split(r"[\s_]+", found[1].lower()))
    return _FUNCTIONS.get(name, name)


def _is_of(named: Written, other: Written) -> bool:
    """Tell whether a symbol beside words is of their time: "cell state C_{t-1}" is not."""
    return other.time is None or other.time.offset == (named.time.offset if named.time else 0)


def _joined(name: str, first: Node, second: Node) -> Node:
    """Return what NumPy's or PyTorch's function of two values called `name` gives."""
    if name == "add":
        return Sum((first, second))
    if name.startswith("sub"):
        return Sum((first, Negative(second)))
    return Product((first, second))


def _hyperbolic(name: str, z: Node) -> Node:
    falling = Apply("exp", Negative(z))
    second = Negative(falling) if name == "sinh" else falling
    return Quotient(Sum((Apply("exp", z), second)), Number(2))


def _end_of_brackets(text: str, begin: int) -> int:
    """Return the place behind the bracket that closes the one at `begin`, or 0."""
    depth = 0
    for at in range(begin, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at + 1
    return 0
