"""Reading the equation a student wrote, plain or LaTeX, and working it out on numbers.

Nothing is evaluated by Python: a text is cut into the few tokens that the states of an LSTM need,
and whatever else it holds is refused by name. What is computed decides, so that any right way of
writing it is right.

Grammar: ``sum = product {(+|-) product}``, ``product = power {[*|/] power}``,
``power = atom [^ power]``, ``atom = number | name | function atom | (sum) | -power``.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from course_utils.cells import sigmoid, softmax, tanh
from course_utils.cells.checks import Array

_LONGEST = 400
_DEEPEST = 30

_BEFORE = r"\s*t\s*[-−–]\s*1\s*"
_PREVIOUS = (
    rf"\s*(?:_?\s*{_BEFORE}|_?\s*\{{\s*\(?{_BEFORE}\)?\s*\}}|_?\s*\({_BEFORE}\)|_?\s*\[{_BEFORE}\]"
    rf"|\^\s*\{{\s*[(<⟨]?{_BEFORE}[)>⟩]?\s*\}}|\^\s*[(<⟨]{_BEFORE}[)>⟩]"
    r"|_?(?:prev(?:ious)?|old|last|before)(?![a-zA-Z])"
    r"|_?\{\s*(?:prev(?:ious)?|old|last|before)\s*\}|_?tm1)"
)
_NOW = (
    r"(?:\s*_\s*(?:t(?![a-zA-Z])|\{\s*\(?\s*t\s*\)?\s*\}|\(\s*t\s*\))|\s*\(\s*t\s*\)|\s*\[\s*t\s*\]"
    r"|\s*\^\s*\{\s*[(<⟨]\s*t\s*[)>⟩]\s*\}|\s*\^\s*[(<⟨]\s*t\s*[)>⟩]|t(?![a-z]))?"
)
_TILDE = r"(?:~|\u0303|'|′|\\prime|\^\s*\{?\s*(?:\\sim|~|\\prime)\s*\}?)"
_WORD = r"(?![a-zA-Z])"


def _gate(letter: str, words: str) -> str:
    upper = letter.upper()
    return (
        rf"(?:{words})(?:_?gate)?{_WORD}|(?:\\Gamma|Γ)\s*_\s*\{{?\s*{letter}\s*\}}?"
        rf"|[{letter}{upper}]{_NOW}"
    )


_TOKENS: tuple[tuple[str, str], ...] = (
    ("number", r"\d+(?:\.\d*)?|\.\d+"),
    ("tanh", r"(?:(?:np|numpy|torch|math)\.)?\\?tanh"),
    ("sigmoid", r"(?:(?:np|numpy|torch)\.)?(?:sigmoid|\\sigma|sigma|σ)"),
    ("softmax", r"softmax"),
    ("^", r"\*\*|\^(?!\s*\{?\s*(?:\\sim|~|\())"),
    (
        "*",
        r"\.?\*|[×·∘⊙⊗•⋅∙]|\\(?:odot|circ|cdot|times|ast|otimes|star|bullet)(?![a-zA-Z])",
    ),
    ("+", r"\+|⊕|\\oplus(?![a-zA-Z])"),
    ("-", r"[-−–]"),
    ("/", r"[/÷]|\\div(?![a-zA-Z])"),
    (
        "c_tilde",
        rf"[cC]{_NOW}\s*{_TILDE}{_NOW}"
        rf"|[cC]_?\{{?(?:tilde|hat|bar|candidate|cand|new)\}}?{_NOW}"
        rf"|candidate{_WORD}|[gG]{_NOW}{_WORD}",
    ),
    ("c_prev", rf"[cC]{_PREVIOUS}"),
    ("h_prev", rf"[hH]{_PREVIOUS}"),
    ("f_t", _gate("f", "forget")),
    ("i_t", _gate("i", "input") + r"|(?:\\Gamma|Γ)\s*_\s*\{?\s*u\s*\}?"),
    ("o_t", _gate("o", "output")),
    ("C_t", rf"[cC]{_NOW}"),
    ("h_t", rf"[hH]{_NOW}"),
    ("(", r"[(\[{]"),
    (")", r"[)\]}]"),
)
_TOKEN = re.compile("|".join(f"(?P<k{n}>{pattern})" for n, (_, pattern) in enumerate(_TOKENS)))

_DRESS = re.compile(
    r"\$|\\[()\[\],;:! ]|\\(?:left|right|[bB]igg?[lr]?|q?quad|displaystyle)(?![a-zA-Z])|&|\\\\"
)
_BRACED = r"\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
_FONT = re.compile(
    r"\\(?:math(?:bf|rm|it|cal|sf)|boldsymbol|bm|text(?:bf|rm|it)?|operatorname|vec)" + _BRACED
)
_OVER = r"\\(?:wide)?(?:tilde|hat|bar)"
_ACCENT = re.compile(rf"{_OVER}{_BRACED}|{_OVER}\s*([cC])")

_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": tanh,
    "sigmoid": sigmoid,
    "softmax": softmax,
}


class FormulaError(ValueError):
    """A text that cannot be read as an equation. The message is for the student."""


class Token(NamedTuple):
    """A piece of the text, by its kind."""

    kind: str
    text: str


def evaluate(text: str, defines: str, values: Mapping[str, Array]) -> Array:
    """Work out the right side of the equation in `text` on `values`, by symbol.

    The left side may be left out; where it stands it has to be the symbol `defines`. Raises
    FormulaError with one sentence that names what cannot be read.
    """
    tokens = _tokens(_right_side(text, defines))
    return _Reader(tokens, values).all()


def _right_side(text: str, defines: str) -> str:
    if len(text) > _LONGEST:
        raise FormulaError(f"is longer than {_LONGEST} characters")
    plain = re.sub(r"\s+", " ", _DRESS.sub(" ", text))
    for _ in range(_DEEPEST):
        plain = _ACCENT.sub(r" \1\2~ ", _FONT.sub(r" \1 ", plain))
    sides = re.split(r":?==?|←|\\(?:leftarrow|gets)|\\equiv|≡", plain.strip().rstrip(".,; "))
    if len(sides) > 2:
        raise FormulaError("has more than one equals sign; write one equation")
    if len(sides) == 2:
        left = [token.kind for token in _tokens(sides[0])]
        if left != [defines]:
            raise FormulaError(f"has {sides[0].strip()[:30]!r} on its left side, not {defines}")
    if not sides[-1].strip():
        raise FormulaError("has nothing on its right side")
    return sides[-1]


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            found = re.match(r"\\?[a-zA-Z_]+|.", text[at:], re.DOTALL)
            raise FormulaError(f"has {found.group()[:20] if found else '?'!r} in it")
        assert match.lastgroup is not None
        tokens.append(Token(_TOKENS[int(match.lastgroup[1:])][0], match.group()))
        at = match.end()
    return tokens


class _Reader:
    """Recursive descent; what is read is computed at once."""

    def __init__(self, tokens: list[Token], values: Mapping[str, Array]) -> None:
        self._tokens = tokens
        self._values = values
        self._at = 0
        self._depth = 0

    def all(self) -> Array:
        with np.errstate(all="ignore"):
            result = self._sum()
        if self._at < len(self._tokens):
            raise FormulaError(f"has {self._tokens[self._at].text!r} where an operator belongs")
        if not np.isfinite(result).all():
            raise FormulaError("does not give finite numbers")
        return result

    def _sum(self) -> Array:
        result = self._product()
        while self._next() in ("+", "-"):
            result = result + self._product() if self._take() == "+" else result - self._product()
        return result

    def _product(self) -> Array:
        result = self._power()
        while self._next() not in (None, "+", "-", ")", "^"):
            divide = self._next() == "/"
            if self._next() in ("*", "/"):
                self._take()
            factor = self._power()
            result = result / factor if divide else result * factor
        return result

    def _power(self) -> Array:
        base = self._atom()
        if self._next() != "^":
            return base
        self._take()
        exponent = self._power()
        if exponent.ndim or not abs(float(exponent)) <= 8:
            raise FormulaError("has an exponent that is not a small number")
        power: Array = base ** float(exponent)
        return power

    def _atom(self) -> Array:
        """Read one value; whatever is nested goes through here."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError("is nested too deeply")
        result = self._one_value()
        self._depth -= 1
        return result

    def _one_value(self) -> Array:
        kind = self._next()
        if kind is None:
            raise FormulaError("breaks off before its end")
        text = self._tokens[self._at].text
        self._take()
        if kind in self._values:
            return self._values[kind]
        if kind == "number":
            return np.array(float(text))
        if kind in _FUNCTIONS:
            return self._function(kind)
        if kind == "(":
            result = self._sum()
            if self._next() != ")":
                raise FormulaError("has a bracket that is not closed")
            self._take()
            return result
        if kind == "-":
            return -self._power()
        raise FormulaError(f"has {text.strip()!r} where a value belongs")

    def _function(self, kind: str) -> Array:
        argument = self._atom()
        if not np.isfinite(argument).all():
            raise FormulaError("does not give finite numbers")
        return _FUNCTIONS[kind](argument if argument.ndim else argument[None])

    def _next(self) -> str | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1].kind
