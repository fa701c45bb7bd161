"""Reading a formula: the course's own text, and what textbooks print.

Beside what `grammar` has: ``factor = power [^T] [vector]``, where a vector follows a matrix or a
transpose, and ``atom = [sum, ..., sum]``. A symbol is a letter with its scripts and accents; what
is raised behind it is its index. A number behind a factor wants a sign.
"""

import re

from course_utils.formulas.dress import LONGEST, equations
from course_utils.formulas.functions import FUNCTIONS
from course_utils.formulas.grammar import A_VALUE, AN_OPERATOR, DEEPEST, NUMBER, Grammar
from course_utils.formulas.naming import Scripts, name_of
from course_utils.formulas.nodes import (
    Apply,
    Columns,
    Diagonal,
    Dot,
    FormulaError,
    Joined,
    Matmul,
    Node,
    Symbol,
    Transposed,
    is_matrix,
)

_MOST_LINES = 40

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


class _Reader(Grammar):
    """The course's dialect."""

    functions = _FUNCTION
    operators = re.compile(rf"(?!{_TRANSPOSE.pattern})(?:\*\*|[*/@+^-])")
    too_deep = f"brackets are nested deeper than {DEEPEST}"

    def __init__(self, text: str) -> None:
        super().__init__(_BRACED.sub(r"\1", text))  # a letter's font has gone, and left its braces

    def _goes_on(self, factors: list[Node]) -> bool:
        goes_on = super()._goes_on(factors)
        if goes_on and NUMBER.match(self._text, self._at):
            raise self._unexpected(AN_OPERATOR)
        return goes_on

    def _read_factor(self) -> Node:
        """Read a power, and what a matrix, or a transpose, is multiplied with."""
        node = self._read_power()
        if is_matrix(node) and (match := self._take(_COLUMNS)):
            node = Columns(node, int(match[1] or 0), int(match[2]))
        transposes = self._take(_TRANSPOSE) is not None
        if is_matrix(node):
            matrix = Transposed(node) if transposes else node
            return Matmul(matrix, self._read_factor()) if self._multiplies() else matrix
        if transposes:
            if not self._multiplies():
                raise self._unexpected("the vector that the transpose is multiplied with")
            return Dot(node, self._read_factor())
        return node

    def _multiplies(self) -> bool:
        sign = self._next()
        if sign and sign in "*@":
            self._at += 1
            return True
        return bool(sign) and sign not in "+-/)]},="

    def _read_one(self) -> Node:
        if self._take(_DIAGONAL):
            matrix = self._read_brackets()
            if not is_matrix(matrix):
                raise self._unexpected("a matrix in diag()")
            return Diagonal(matrix)
        return super()._read_one()

    def _read_call(self, function: re.Match[str]) -> Node:
        return Apply(_NAMES[function["name"].lower()], self._read_argument())

    def _read_brackets(self) -> Node:
        parts = self._read_parts(0 if self._next() == "[" else 1)
        return parts[0] if len(parts) == 1 else Joined(parts)

    def _read_symbol(self) -> Symbol:
        scripts = self._read_accent()
        brace = self._next() == "{" and scripts != Scripts()
        self._at += brace
        match = self._take(_LETTER)
        if match is None or match.group().startswith("\\"):
            self._at = match.start() if match else self._at
            raise self._unexpected(A_VALUE)
        scripts = self._read_scripts(scripts)
        if brace:
            self._read_end("}")
            scripts = self._read_scripts(scripts)
        return Symbol(name_of(match.group(), scripts))

    def _read_accent(self) -> Scripts:
        match = self._take(_ACCENT)
        if match is None:
            return Scripts()
        return Scripts(hat=True) if match[1] == "hat" else Scripts(tilde=True)

    def _read_scripts(self, scripts: Scripts) -> Scripts:
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
