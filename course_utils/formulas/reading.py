"""Reading a formula: the course's own text, and what textbooks print.

Grammar: ``sum = [-] product {(+|-) product}``, ``product = factor {[*|/] factor}``,
``factor = power [^T] [vector]``, where a vector follows a matrix or a transpose,
``power = -power | atom [^ power]``, and
``atom = number | symbol | function atom | (sum) | [sum, ..., sum]``. A symbol is a letter with its
scripts and accents; what is raised behind it is its index. A number behind a factor wants a sign.
"""

import re
from collections.abc import Callable

from course_utils.formulas.dress import equations
from course_utils.formulas.functions import FUNCTIONS
from course_utils.formulas.naming import Scripts, name_of
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

LONGEST = 1000
"""Characters of one equation."""

_MOST_LINES = 40
_DEEPEST = 30

_OTHER_NAMES = {r"\sigma": "sigmoid", "sigma": "sigmoid", "ln": "log"}
_OTHER_NAMES |= {"sigm": "sigmoid", "logistic": "sigmoid"}
_NAMES = {f.text.lower(): name for name, f in FUNCTIONS.items()}
_NAMES |= {name: name for name in FUNCTIONS} | _OTHER_NAMES
_NAMES |= {f"\\{name}": function for name, function in _NAMES.items() if name.isascii()}
_FUNCTION = re.compile(
    r"(?P<font>\{\s*)?(?:(?:np|numpy|math|torch)\.)?(?P<name>"
    + "|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
    + r")(?(font)\s*\})(?![a-zA-Z0-9_])(?=\s*[\w(\[{\\~])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[ \t]{2,}(?=[^\s=][^=\n]{0,40}=)")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_EULER = re.compile(r"e\s*\^")
_RAISED = re.compile(r"\s*(?:\^|\*\*)")
_FRACTION = re.compile(r"\\[dt]?frac(?![a-zA-Z])")
_ACCENT = re.compile(
    r"\\(?:wide)?(tilde|hat)(?![a-zA-Z])|\\(overline|bar)(?![a-zA-Z])|(~)(?=\s*\w)"
)
_TRANSPOSE = re.compile(r"\s*(?:\^\s*\{?\s*(?:T(?![a-zA-Z])|\\top|\\intercal|⊤|⊺)\s*\}?|\.T(?!\w))")
_COLUMNS = re.compile(r"\s*\[\s*:\s*,\s*(\d{0,3})\s*:\s*(\d{1,3})\s*\]")
_DIAGONAL = re.compile(r"\\?diag(?![a-zA-Z0-9_])(?=\s*\()")
_LETTER = re.compile(r"[WUV](?=[a-z](?![a-z]))|\\?[^\W\d_]+")
_MARK = re.compile(r"\s*([\u0302-\u0304]|~)")
_SCRIPT = re.compile(
    r"\s*[_^]\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|[(⟨<]([^()⟨⟩<>]*)[)⟩>]|([^\W_]+))"
    r"|(?<=[\w\u0302-\u0304~])⟨([^⟨⟩]*)⟩"
)
_BRACED = re.compile(r"(?<![_^a-zA-Z])\{\s*([A-Za-z])\s*\}")
_EMPTY = re.compile(r"[\s{}()⟨⟩<>\\]")
_PREVIOUS = re.compile(r"t-1|prev(?:ious)?|old|last")
_PIECE = re.compile(r"\\?\w+|.", re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def lines(text: str) -> list[tuple[str, Node]]:
    """Return the equations in `text`: the name on the left side of each, and its right side.

    Equations stand on lines of their own, or apart by two spaces. Raises FormulaError.
    """
    found = []
    for line in text.splitlines():
        for piece in _BETWEEN.split(line):
            if piece.strip():
                found.append(_equation(piece))
    if not found:
        raise FormulaError("there is no equation; expected lines such as h_t = o_t ∘ tanh(C_t)")
    if len(found) > _MOST_LINES:
        raise FormulaError(f"there are {len(found)} equations, expected {_MOST_LINES} at most")
    return found


def expression(text: str) -> Node:
    """Return the tree of a formula without a left side. Raises FormulaError."""
    sides = _sides(text)
    if len(sides) != 1:
        raise FormulaError(f"{_short(text)!r} equates something, expected one side alone")
    return _Reader(sides[0]).all()


def calculation(text: str) -> Node:
    """Return the tree of `text`, which is a formula in plain notation and nothing beside it.

    Raises FormulaError.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"a formula has {len(text)} characters, expected {LONGEST} at most")
    return _Reader(text).all()


def _equation(text: str) -> tuple[str, Node]:
    sides = _sides(text)
    if len(sides) != 2 or not all(sides):
        raise FormulaError(f"{_short(text)!r} is no equation, expected one = with two sides")
    try:
        left, right = (_Reader(side).all() for side in sides)
    except FormulaError as error:
        raise FormulaError(f"in {_short(text)!r}, {error}") from None
    if not isinstance(left, Symbol):
        raise FormulaError(f"{_short(sides[0])!r} is on the left side, expected one quantity")
    return left.name, right


def _sides(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise FormulaError(f"an equation has {len(text)} characters, expected {LONGEST} at most")
    found = equations(text)
    if len(found) != 1:
        raise FormulaError(f"{_short(text)!r} holds several equations, expected one a line")
    return found[0].sides


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:37]}..."


class _Reader:
    """Recursive descent over one side of an equation."""

    def __init__(self, text: str) -> None:
        self._text = _BRACED.sub(r"\1", text)  # a letter's font has gone, and left its braces
        self._at = 0
        self._depth = 0

    def all(self) -> Node:
        node = self._sum()
        if self._next():
            raise self._unexpected("an operator")
        return node

    def _sum(self) -> Node:
        terms = [self._term()]
        while (sign := self._next()) and sign in "+-":
            self._at += 1
            term = self._product()
            terms.append(Negative(term) if sign == "-" else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _term(self) -> Node:
        if (sign := self._next()) and sign in "+-":
            self._at += 1
            product = self._product()
            return Negative(product) if sign == "-" else product
        return self._product()

    def _product(self) -> Node:
        factors = [self._factor()]
        while (sign := self._next()) and sign not in "+-)]},=":
            if sign in "*/@":
                self._at += 1
            elif _NUMBER.match(self._text, self._at):
                raise self._unexpected("an operator")
            factor = self._factor()
            if sign == "/":
                above = factors[0] if len(factors) == 1 else Product(tuple(factors))
                factors = [Quotient(above, factor)]
            else:
                factors.append(factor)
        return factors[0] if len(factors) == 1 else Product(tuple(factors))

    def _factor(self) -> Node:
        """Read an atom, and what a matrix, or a transpose, is multiplied with."""
        node = self._power()
        if is_matrix(node) and (match := self._take(_COLUMNS)):
            node = Columns(node, int(match[1] or 0), int(match[2]))
        transposes = self._take(_TRANSPOSE) is not None
        if is_matrix(node):
            matrix = Transposed(node) if transposes else node
            return Matmul(matrix, self._factor()) if self._goes_on() else matrix
        if transposes:
            if not self._goes_on():
                raise self._unexpected("the vector that the transpose is multiplied with")
            return Dot(node, self._factor())
        return node

    def _goes_on(self) -> bool:
        sign = self._next()
        if sign and sign in "*@":
            self._at += 1
            return True
        return bool(sign) and sign not in "+-/)]},="

    def _power(self) -> Node:
        if (sign := self._next()) and sign in "+-":
            self._at += 1
            node = self._deeper(self._power)
            return Negative(node) if sign == "-" else node
        node = self._atom()
        if _TRANSPOSE.match(self._text, self._at) or not self._take(_RAISED):
            return node
        return Power(node, self._deeper(self._power))

    def _atom(self) -> Node:
        return self._deeper(self._one)

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError(f"brackets are nested deeper than {_DEEPEST}")
        node = read()
        self._depth -= 1
        return node

    def _one(self) -> Node:
        sign = self._next()
        if match := self._take(_NUMBER):
            return Number(float(match.group()))
        if self._take(_EULER):
            return Apply("exp", self._deeper(self._power))
        if match := self._take(_FUNCTION):
            of = self._atom if self._next() in _CLOSING else self._power
            return Apply(_NAMES[match["name"].lower()], self._deeper(of))
        if self._take(_DIAGONAL):
            matrix = self._deeper(lambda: self._in_brackets(self._next()))
            if not is_matrix(matrix):
                raise self._unexpected("a matrix in diag()")
            return Diagonal(matrix)
        if self._take(_FRACTION):
            above = self._atom()
            return Quotient(above, self._atom())
        if sign and sign in "([{":
            return self._in_brackets(sign)
        return self._symbol(self._accents())

    def _in_brackets(self, sign: str) -> Node:
        self._at += 1
        parts = [self._sum()]
        while sign == "[" and self._next() == ",":
            self._at += 1
            parts.append(self._sum())
        if self._next() != _CLOSING[sign]:
            raise self._unexpected(f"an operator or {_CLOSING[sign]!r}")
        self._at += 1
        return parts[0] if len(parts) == 1 else Joined(tuple(parts))

    def _accents(self) -> Scripts:
        match = self._take(_ACCENT)
        if match is None:
            return Scripts()
        return Scripts(hat=True) if match[1] == "hat" else Scripts(tilde=True)

    def _symbol(self, scripts: Scripts) -> Symbol:
        brace = self._next() == "{" and scripts != Scripts()
        self._at += brace
        self._next()
        match = self._take(_LETTER)
        if match is None or match.group().startswith("\\"):
            self._at = match.start() if match else self._at
            raise self._unexpected("a quantity, a number, a function or a bracket")
        if brace:
            if self._next() != "}":
                raise self._unexpected("'}'")
            self._at += 1
        return Symbol(name_of(match.group(), self._scripts(scripts)))

    def _scripts(self, scripts: Scripts) -> Scripts:
        while True:
            if match := _MARK.match(self._text, self._at):
                scripts = _with_script(scripts, "hat" if match[1] == "\u0302" else "tilde")
            elif _TRANSPOSE.match(self._text, self._at):
                return scripts
            elif match := _SCRIPT.match(self._text, self._at):
                content = next(group for group in match.groups() if group is not None)
                for piece in re.split("[,_]", _EMPTY.sub("", content)):
                    scripts = _with_script(scripts, piece)
            else:
                return scripts
            self._at = match.end()

    def _next(self) -> str:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _unexpected(self, expected: str) -> FormulaError:
        before = self._text[max(0, self._at - 20) : self._at].strip()
        piece = _PIECE.match(self._text, self._at)
        where = f"after {before!r}" if before else "at the beginning"
        found = repr(piece.group()[:20]).replace("\\\\", "\\") if piece else "nothing"
        return FormulaError(f"{where} comes {found}, expected {expected}")


def _with_script(scripts: Scripts, piece: str) -> Scripts:
    if _PREVIOUS.fullmatch(piece):
        return scripts._replace(previous=True)
    if piece == "t":
        return scripts._replace(now=True)
    if piece in ("tilde", "cand"):
        return scripts._replace(tilde=True)
    if piece == "hat":
        return scripts._replace(hat=True)
    return scripts._replace(of=f"{scripts.of}_{piece}" if scripts.of else piece)
