"""Reading the equation a student wrote, plain or LaTeX, and working it out on numbers.

Nothing is evaluated by Python: a text is cut into the few signs that the states of an LSTM need,
and whatever else it holds is refused by name. What is computed decides, so that any right way of
writing it is right.

Names of a student's own are put in first (`own_names`); gates may be written out (`written_out`).

Grammar: ``sum = product {(+|-) product}``, ``product = power {[*|/] power}``,
``power = atom [^ power]``, ``atom = number | symbol | function atom | (sum) | -power``, and a
symbol is a letter or a word with its scripts and accents: when it is, and whether it is the
candidate.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import numpy as np

from course_utils.cells import sigmoid, softmax, tanh
from course_utils.cells.checks import Array
from course_utils.exercises.equations.own_names import written_in
from course_utils.exercises.equations.symbols import (
    Base,
    Symbol,
    UnknownSymbolError,
    name_of,
    named_in,
    symbol_at,
    with_scripts,
)
from course_utils.exercises.equations.written_out import function_of, is_of_another, quantity_of
from course_utils.formulas import FormulaError
from course_utils.formulas.dress import ACCENTS, LONGEST, Equation, equations
from course_utils.formulas.remarks import changes

_DEEPEST = 30
_MOST_VALUES = 300
_MOST_SIDES = 20
_LONGEST_NAME = 30
_MOST_WORDS = 30
"""In front of an equation's left side."""

_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "tanh": tanh,
    "th": tanh,  # as written in French, Russian and Spanish
    "tgh": tanh,
    "hyperbolic tangent": tanh,
    "sigmoid": sigmoid,
    "sigma": sigmoid,
    "σ": sigmoid,
    "softmax": softmax,
    "exp": np.exp,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "array": lambda value: value,
    "asarray": lambda value: value,
    "diag": lambda gate: gate,  # the matrix times a vector is the product element by element
}


class Reading(NamedTuple):
    """What an equation's right side gives, and the symbols that stand in it."""

    value: Array
    symbols: frozenset[str]


Node = Symbol | Array
_ACCENT = re.compile(
    rf"\\(?:{ACCENTS})(?![a-zA-Z])"
    r"|(?:tilde|hat|bar)(?=\s*[{(]|\s+[cC])|~(?=\s*[cC])"
)
_BRACE = re.compile(r"\\(?:under|over)brace(?![a-zA-Z])")
_LABEL = re.compile(r"[_^]\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_FRACTION = re.compile(r"\\[dt]?frac(?![a-zA-Z])")
_MODULES = (
    r"(?:(?:np|numpy|jnp|jax|cp|torch|c?math|tf|keras|K|nn|F|functional|special|sp|sympy|ops|"
    r"activations)\.)*"
)
_FUNCTION = re.compile(
    rf"{_MODULES}\\?([tT]anh|hyperbolic[\s_]+tangent|TANH|tg?h(?=\s*[({{\\]|\s+[cC])|[sS]igmoid|sigma|σ"
    r"|[sS]oftmax|exp(?=\s*[({\\])|sinh|cosh|diag(?=\s*\()|(?:as)?array(?=\s*\())"
)
_OTHER_NAMES = {"σ": "sigmoid", "sigma": "sigmoid", "th": "tanh", "tgh": "tanh"}
_ANY_FUNCTION = re.compile(r"[\s{]*(?:\w+\.)*\\?(?:[A-Za-z]{3,}|σ)[\s}]*[({\[]")
_CALL = re.compile(
    rf"{_MODULES}(?:element[\s_-]*wise_?)?(mul(?:t|tiply)?|product|[hH]adamard(?:_product)?|add|sub(?:tract)?)(?=\s*\()"
)
_SUM_OF = re.compile(r"sum\s*\(\s*[(\[]")
_SUM_ENDS = re.compile(r"[)\]]\s*\)")

_METHOD = re.compile(
    r"\.\s*(?:(tanh|sigmoid)\s*\(\s*\)|(mul(?:tiply)?|add|sub(?:tract)?)(?=\s*\())"
)
_OF = re.compile(r"(?:applied\s+to|of)(?![a-zA-Z])")
_EMPTY_CALL = re.compile(r"\(\s*\)")
_EULER = re.compile(r"e(?=\s*\^)")
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_OPERATOR = re.compile(r"\*\*|[*/+\-^]|\.(?!\d)|\\div(?![a-zA-Z])|\\oplus(?![a-zA-Z])")
_SPOKEN = re.compile(r"(?:plus|minus)(?![a-zA-Z])")
_SAME = {r"\oplus": "+", "plus": "+", "minus": "-", r"\div": "/", ".": "*", "**": "^"}
_IN_A_WORD = re.compile(r"[a-zA-Z]{2}")
_PIECE = re.compile(r"\\?[a-zA-Z_]+|.", re.DOTALL)
_LETTERS = r"(?:[^\W\d_]|[\u0300-\u036f])"
_ORDINARY = re.compile(
    rf"[({{]*(?:(?:[A-Za-z]')?{_LETTERS}{{2,}}|[A-Za-z\d]{{1,2}}(?=[.)]))[)}}.,:]*|[aI]|[-•*>]"
)
_OPERATOR_WORD = re.compile(
    r"log|ln|exp|sinh?|cosh?|tanh?|abs|max|min|sqrt|sum|mean|norm|det|arg|E|Var|[Dd]elta|grad|diag"
    r"|relu|softmax|sigm\w*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*[-•*]\s+")
_AT_TIME = re.compile(r"\s+at\s+(?:time\s*)?(?:step\s*)?t\s*$")
_TYPE = re.compile(r"(?<=\w)\s*:\s*(?:[a-z]+\.)?(?:Tensor|ndarray|NDArray|Array|float|str)\s*$")
_NUMBERING = re.compile(r"^\s*(?:\(?(?:[a-eivx]+|\d+)[.)]|\[\d+\])\s+")  # a), (ii), 3.
_NAME = re.compile(r"(?<!\\)[A-Za-z]+(?:_\{?[A-Za-z]+\}?)?")
_LONE = re.compile(
    rf"[\s{{}}()]*(?:\\(?:{ACCENTS}))?[\s{{]*[A-Za-z]+[\s}}]*(?:_\s*\{{?\w+\}}?)?[\s{{}}()]*"
)
_IN_NAMES = re.compile(r"[\s{}()]*[A-Za-z]{3,}(?:[\s{}()*+-]+[A-Za-z]{3,})*[\s{}()]*")
_OWN_NAME = re.compile(r"[A-Za-z]{3,}")
_SOME = dict.fromkeys(
    ("f_t", "i_t", "o_t", "c_tilde", "C_t", "c_prev", "h_t", "h_prev"), np.ones(1)
)
_ASIDE = re.compile(rf"[(\[]\s*({_LETTERS}{{2,}}(?:[\s,-]+(?:{_LETTERS}+|\d+))*)\s*[)\]]")
_IN_WORDS = re.compile(r"[(\[]\s*([a-zA-Z]{3}[a-zA-Z\s*+()]*)[)\]]\s*$")
_SHAPE = re.compile(
    r"\[\s*(?:shape\W*)?[HDN]\s*\]"
    r"|[(\[]\s*(?:(?:shape|size|dim(?:ension)?s?)\W*)?(?:\d+|[A-Zdn])\s*[x*,]\s*(?:1|[A-Z])?"
    r"\s*[)\]]+"
)
_SENTENCE = re.compile(
    rf"\(?(?:{_LETTERS}{{2,}}|\ba|\d+)(?:(?:[\s'.]+|-)(?:{_LETTERS}{{2,}}|\ba|\d+))*[\s.,!)]*"
)
_LONG_WORD = re.compile(rf"{_LETTERS}{{3}}")
_NO_WORDS = re.compile(r"[^^\s,.!?'A-Za-z\u00c0-\u036f\u0370-\u04ff-]|(?<!\w)-|-(?!\w)")
_SHORT = re.compile(r"[cfhioCFHIO]t?(?![a-zA-Z])")
_EXPLAINED = re.compile(
    r"\s*(?:=|:|-|\.{2,}|(?:is|are|be|being|denotes?|means|stands\s+for)(?!\w))?"
    r"\s*([^\W\d_](?:[\w\s'{}()]|-(?=\w)){2,})[\s.]*"
)
_TANH_IS = re.compile(
    r"\\?tanh\s*(?:=|:|is|denotes|means|es|est|ist)\s*(?:[a-z]+\s+){0,2}\w*\s*\w*h[yi]perbo\S*\s*\w*\W*"
)
_CALLS = re.compile(r"\w\(")
_WITH_INDEX = re.compile(r"(?<!\w)[cfhioCFHIO]_\S*")
_FOREIGN = re.compile(r"^[\s{]*\\?(?:tanh(?=\s*[=:])|[A-Za-zσ])(?:_\{?\w+\}?)?(?![A-Za-z])")
_IN_FULL = re.compile(r"[A-Za-z]{3,}\s+$")
_ONLY_WORDS = ("of", "cell", "hidden")


def evaluate(text: str, defines: str, values: Mapping[str, Array]) -> Reading:
    """Work out the right side of the equation in `text` on `values`, by symbol.

    The left side may be left out; where it stands it has to be the symbol `defines`. Raises
    FormulaError with one sentence that names what cannot be read.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"is longer than {LONGEST} characters")
    if _depth_of_brackets(text) > _DEEPEST:
        raise FormulaError("is nested too deeply")
    found = written_in(equations(text, partial(_explains, defines)), defines, _is_ours)
    if len(found) > 1:
        found = [_only(found, defines, values)]
    base, sides = _right_sides(found[0].sides if found else [""], defines)
    if not all(sides):
        raise FormulaError("has nothing on its right side")
    if base is None:
        return _solved(sides, defines, values)
    readings = [_Reader(side, base, values, defines).all() for side in sides]
    first, *others = readings
    if any(not _agree(first.value, other.value) for other in others):
        raise FormulaError("has more than one equals sign, and what they equate is not equal")
    return Reading(first.value, frozenset().union(*(reading.symbols for reading in readings)))


def _depth_of_brackets(text: str) -> int:
    """Return how many more brackets open than close, or the other way round, at the worst place."""
    depth = deepest = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, abs(depth))
    return deepest


def _agree(a: Array, b: Array) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-9))


def _solved(sides: list[str], defines: str, values: Mapping[str, Array]) -> Reading:
    """Return what an equation with terms on both sides says of `defines`, which it is solved for.

    What is left over between the sides has to be a line in it: two points give where it is zero,
    and a third one tells that it is a line.
    """
    symbols: frozenset[str] = frozenset()
    left_over = []
    for at in (0.0, 1.0, 2.0):
        tried = dict(values) | {defines: np.full_like(values["f_t"], at)}
        one, other = (_Reader(side, Base(), tried, defines).all() for side in sides)
        left_over.append(one.value - other.value)
        symbols = one.symbols | other.symbols
    zero, one_, two = left_over
    slope = one_ - zero
    if defines not in symbols or not np.allclose(two - one_, slope) or not slope.all():
        raise FormulaError(f"cannot be solved for {defines}")
    return Reading(-zero / slope, symbols - {defines})


def _right_sides(sides: list[str], defines: str) -> tuple[Base | None, list[str]]:
    """Return what is said to be `defines`, and the base of its times.

    Without a base it is both sides of an equation that is to be solved for it.
    """
    if len(sides) > 1:
        sides = [*sides[:-1], *re.split(r"\s+is\s+", sides[-1])]
    if len(sides) > _MOST_SIDES:
        raise FormulaError(f"has more than {_MOST_SIDES} sides")
    said = [side for side in sides if not _is_another_name(side)]
    sides = said if len(said) > 1 else sides
    if len(sides) == 1:
        return Base(), sides
    for left, right in ((sides[0], sides[1:]), (sides[-1], sides[:-1])):
        symbol = _left_side(left)
        if _is_defined(symbol, defines):
            others = [side for side in right if not _is_defined(_symbol_of(side), defines)]
            return Base(symbol), others or right
    if "" in sides:
        raise FormulaError("has nothing on its right side")
    if len(sides) == 2 and not any(map(_symbol_of, sides)) and all(map(_is_of_ours, sides)):
        return None, sides
    raise FormulaError(f"has {_quoted(sides[0][:30])} on its left side, not {defines}")


def _is_ours(name: str, equation: Equation) -> bool:
    """Tell whether the left side `name` is a quantity of the course, or a word used as one.

    "forget = f_t * C_prev" is a name of the student's own, "forget = σ(z_f)" is the gate.
    """
    symbol = _symbol_of(equation.sides[0])
    if symbol is None or not _OWN_NAME.fullmatch(name) or name_of(symbol) in ("C_t", "h_t"):
        return symbol is not None
    return not _reads(equation.sides[1], _SOME)


def _is_of_ours(side: str) -> bool:
    return _reads(side, _SOME)


def _only(found: list[Equation], defines: str, values: Mapping[str, Array]) -> Equation:
    """Return the one equation for `defines`.

    Beside it may stand the other state's, and where a gate or the candidate comes from, which is
    not asked: ``C~ = tanh(W_c [h_{t-1}, x_t] + b_c)``. Raises FormulaError where that is not so.
    """
    names: list[str | None] = []
    for sides, joint in found:
        symbol = _left_side(sides[0]) if len(sides) > 1 else None
        name = name_of(symbol) if symbol and _is_now(symbol) else None
        if symbol and all(_same(symbol, _symbol_of(side)) for side in sides[1:]):
            names.append("")
        elif symbol and name != defines and any(map(_symbol_of, sides[1:])):
            names.append(None)  # C_t = C~: h_t is meant of another quantity
        elif name and name != defines and not _may_be(name, sides[1:], joint, values):
            raise FormulaError(f"says of {name} what it is not; write only the one for {defines}")
        elif name in ("C_t", "h_t"):
            names.append(name)
        elif name and function_of(name):
            names.append("")
        elif any(map(_reads, sides[1:] if name else sides[:1])):
            names.append(name)
        else:
            names.append("")
    if names.count(defines) != 1 or not set(names) <= {"C_t", "h_t", ""}:
        raise FormulaError(f"gives more than one equation; write only the one for {defines}")
    return found[names.index(defines)]


def _may_be(name: str, sides: list[str], joint: str, values: Mapping[str, Array]) -> bool:
    """Tell whether another quantity may be what is said of it beside the equation.

    A gate is σ of something. What can be worked out has to agree, but for the other state's
    equation on a line of its own, which is marked where it is asked.
    """
    if name in ("C_t", "h_t") and (joint in ("", ";", ".", "and") or name not in values):
        return True
    for side in sides:
        try:
            given = _Reader(side, Base(), values, "").all().value
        except FormulaError:
            function = _ANY_FUNCTION.match(side)
            known = _FUNCTION.match(side)
            called = _OTHER_NAMES.get(known[1].lower(), known[1].lower()) if known else ""
            if function_of(name) and (
                (function and called != function_of(name)) or is_of_another(name, side)
            ):
                return False
        else:
            if not _agree(*np.broadcast_arrays(given, values[name])):
                return False
    return True


def _left_side(text: str) -> Symbol | None:
    """Return the symbol that is a side of its own, words before it left out."""
    text = _TYPE.sub("", _AT_TIME.sub("", text))
    *before, text = re.split(r":(?!\s*,)|\b(?:is|ist|est|es)\b", text)
    words = _NUMBERING.sub("", text.strip("}.,) ") if before else text).split(" ")
    while words and len(words) <= _MOST_WORDS:
        try:
            symbol = _Reader(" ".join(words), Base(), {}, "").alone()
        except FormulaError:
            word = words.pop(0)
            if (
                word
                and not _is_ordinary(word)
                and not (word in ("I", "it", "It") and words and _is_ordinary(words[0]))
            ):
                return None
        else:
            return symbol if symbol.letter == "c" or not symbol.tilde else None
    return None


def _is_another_name(side: str) -> bool:
    """Tell whether a side only gives names: "y_t", or "kept + written"."""
    if not (_IN_NAMES.fullmatch(side) or _LONE.fullmatch(side)):
        return False
    words = _NAME.findall(side)
    return not any(_FUNCTION.match(word) or _reads(word) for word in words)


def _explains(defines: str, text: str) -> bool:
    """Tell whether a text says of a symbol what it is: "f_t is the forget gate".

    Words alone are said of `defines`: "the new cell state". Raises FormulaError where a symbol is
    called another one's name.
    """
    text = _BULLET.sub("", text).strip(" \t=")
    if _TANH_IS.fullmatch(text):
        return True
    if changes(text):
        return False
    if _SENTENCE.fullmatch(text) and not _SHORT.match(text):
        if not _reads(text, _SOME):
            return True
        named = named_in(text)
        if named and all(_is_defined(other, defines) for other in named):
            return True
    symbol, said = None, _FOREIGN.sub("", text, count=1)
    with suppress(FormulaError):
        symbol, said = _Reader(text, Base(), {}, "").first()
    if symbol and _is_defined(symbol, defines) and re.fullmatch(r"\s*=\s*[A-Za-z]\w*\s*", said):
        return bool(named_in(said))  # C_t = tmp
    explained = _EXPLAINED.fullmatch(said)
    if explained is None or said == text or ("=" in said and _CALLS.search(said)):
        return False
    meant = [*named_in(explained[1]), *map(_symbol_of, _WITH_INDEX.findall(explained[1]))]
    if _reads(explained[1], _SOME):
        meant.append(_symbol_of(explained[1]))
    if symbol is None and "=" in said and _reads(explained[1], _SOME):
        return False  # a name of one's own
    if symbol is None or all(_same(symbol, other) for other in meant):
        return True
    if "=" in said:
        return False
    raise FormulaError(f"says {_quoted(text[:40])}, which is another quantity's name")


def _reads(text: str, values: Mapping[str, Array] | None = None) -> bool:
    """Tell whether a text begins with what we read, and with `values` whether all of it is that."""
    try:
        _Reader(text, Base(), values or {}, "").read()
    except UnknownSymbolError as error:
        return "where a value belongs" in str(error)
    except FormulaError:
        return True
    return True


def _symbol_of(text: str) -> Symbol | None:
    """Return the symbol that is the whole text, or None."""
    try:
        return _Reader(text, Base(), {}, "").alone()
    except FormulaError:
        return None


def _is_defined(symbol: Symbol | None, defines: str) -> bool:
    return symbol is not None and name_of(symbol) == defines and _is_now(symbol)


def _same(one: Node, other: Node | None) -> bool:
    """Tell whether two symbols are of one quantity; the time may be said of one alone."""
    return (
        isinstance(one, Symbol)
        and isinstance(other, Symbol)
        and (one.letter, one.tilde) == (other.letter, other.tilde)
        and (one.time is None or other.time is None or one.time.offset == other.time.offset)
    )


def _is_of_time(other: Node, named: Node) -> bool:
    """Tell whether a symbol beside words is of their time: "cell state C_{t-1}" is not."""
    times = [node.time for node in (other, named) if isinstance(node, Symbol)]
    return times[0] is None or times[0].offset == (times[1].offset if times[1] else 0)


def _is_ordinary(word: str) -> bool:
    """Tell whether a word is one of the language's and no symbol of ours."""
    if not _ORDINARY.fullmatch(word) or _OPERATOR_WORD.fullmatch(word):
        return False
    try:
        _Reader(word.strip("(){}.,:"), Base(), {}, "").read()
    except FormulaError:
        return True
    return word.lower() in _ONLY_WORDS or word.strip("().").isdecimal()


def _is_now(symbol: Symbol) -> bool:
    """Tell whether a left side is of this step: t, no time at all, or t+1 as some books count."""
    time = symbol.time
    return time is None or time.offset == 0 or (time.counter != "" and time.offset == 1)


class _Reader:
    """Recursive descent; what is read is computed at once."""

    def __init__(self, text: str, base: Base, values: Mapping[str, Array], defines: str) -> None:
        self._text = text
        self._base = base
        self._values = values
        self._defines = defines
        self._at = 0
        self._depth = 0
        self._read = 0
        self._words = max((match.end() for match in _NO_WORDS.finditer(text)), default=0)
        self._long_word = max((match.start() for match in _LONG_WORD.finditer(text)), default=-1)
        self._symbols: set[str] = set()

    def all(self) -> Reading:
        """Return what the whole text gives."""
        with np.errstate(all="ignore"):
            in_words = self._take_in_words()
            result = self._value(self.read())
        if in_words is not None and not _agree(*np.broadcast_arrays(result, in_words)):
            raise FormulaError("says something else in words")
        if not np.isfinite(result).all():
            raise FormulaError("does not give finite numbers")
        return Reading(result, frozenset(self._symbols))

    def _take_in_words(self) -> Array | None:
        """Take what says the whole in words: "(output gate times tanh of cell state)"."""
        found = _IN_WORDS.search(self._text)
        if found is None:
            return None
        said = _Reader(found[1], self._base, self._values, "")
        try:
            value = said._value(said.read())
        except FormulaError:
            return None
        if len(said._symbols) < 2:
            return None
        self._text = self._text[: found.start()]
        return value

    def alone(self) -> Symbol:
        """Return the symbol that is the whole text. Raises FormulaError where it is none."""
        node = self.read()
        if not isinstance(node, Symbol):
            raise FormulaError("is no symbol")
        return node

    def first(self) -> tuple[Symbol, str]:
        """Return the symbol that the text begins with, and the rest of it."""
        node = self._atom()
        if not isinstance(node, Symbol) or _IN_A_WORD.match(self._text, self._at - 1):
            raise FormulaError("begins with no symbol")
        return node, self._text[self._at :]

    def read(self) -> Node:
        """Read the whole text."""
        result = self._sum()
        if self._rest() and not self._only_words_follow():
            raise FormulaError(f"has {self._piece()} where an operator belongs")
        return result

    def _only_words_follow(self) -> bool:
        """Tell whether the rest says nothing more: "C_t = ... i think"."""
        if not self._words <= self._at <= self._long_word or not self._defines:
            return False
        rest = self._text[self._at :]
        return not (_IN_A_WORD.match(self._text, self._at - 1) or changes(rest) or named_in(rest))

    def _sum(self) -> Node:
        result = self._product()
        while (sign := self._operator()) in ("+", "-"):
            self._take_operator()
            other = self._value(self._product())
            result = self._value(result) + (other if sign == "+" else -other)
        return result

    def _product(self) -> Node:
        factors = [self._power()]
        result = factors[0]
        while (rest := self._rest()) and rest[0] not in ")]},":
            sign = self._operator()
            if sign in ("+", "-", "^"):
                break
            if self._take_aside(factors):
                continue
            if sign is None and self._only_words_follow():
                break
            if sign is not None:
                self._take_operator()
            factors.append(self._power())
            factor, value = self._value(factors[-1]), self._value(result)
            result = value / factor if sign == "/" else value * factor
        return result

    def _power(self) -> Node:
        base = self._atom()
        if self._operator() != "^":
            return base
        self._take_operator()
        exponent = self._value(self._power())
        if exponent.ndim or not abs(float(exponent)) <= 8:
            raise FormulaError("has an exponent that is not a small number")
        power: Array = self._value(base) ** float(exponent)
        return power

    def _atom(self) -> Node:
        """Read one value; whatever is nested goes through here."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError("is nested too deeply")
        self._read += 1
        if self._read > _MOST_VALUES:
            raise FormulaError(f"has more than {_MOST_VALUES} values in it")
        result = self._one_value()
        if isinstance(result, Symbol):
            result, self._at = with_scripts(result, self._text, self._at)
            self._take_again(result)
        while method := self._take(_METHOD):
            value = self._value(result)
            result = (
                self._applied(method[1], value)
                if method[1]
                else _joined(method[2], value, self._value(self._in_brackets()))
            )
        self._depth -= 1
        return result

    def _one_value(self) -> Node:
        if not self._rest():
            raise FormulaError("breaks off before its end")
        if number := self._take(_NUMBER):
            return np.array(float(number.group()))
        if self._take(_ACCENT):
            return self._accented()
        if function := self._take(_FUNCTION):
            return self._function(" ".join(re.split(r"[\s_]+", function[1].lower())))
        if self._take(_EULER):
            self._take_operator()
            exponent = self._value(self._atom())
            return np.exp(exponent)
        if self._take(_SUM_OF):
            return self._summed()
        if call := self._take(_CALL):
            return _joined(call[1], *self._arguments())
        if self._take(_FRACTION):
            above, below = self._value(self._atom()), self._value(self._atom())
            return above / below
        if self._take(_BRACE):
            result = self._in_brackets() if self._rest() == "{" else self._atom()
            self._take(_LABEL)
            return result
        if self._rest()[0] in "([{":
            return self._in_brackets()
        if (sign := self._operator()) in ("+", "-"):
            self._take_operator()
            value = self._value(self._power())
            return value if sign == "+" else -value
        return self._symbol()

    def _take_aside(self, factors: list[Node]) -> bool:
        """Go over what is said of a value: "f_t (forget gate)", "f_t (H x 1)"."""
        if self._rest() not in "([":
            return False
        if self._take(_SHAPE):
            return True
        if (match := self._match(_ASIDE)) and not changes(match[1]):
            said = _symbol_of(match[1])
            of_all = said is not None and name_of(said) == self._defines
            if (
                not _reads(match[1], _SOME)
                or of_all
                or any(_same(factor, said) for factor in factors)
            ):
                self._at = match.end()
                return True
        return False

    def _take_again(self, named: Symbol) -> None:
        """Go over a symbol that stands behind its name: "forget gate f_t"."""
        next_sign, before = self._rest(), self._at
        if _IN_FULL.search(self._text, max(0, before - _LONGEST_NAME), before) and (
            next_sign == "(" or symbol_at(self._text, before)
        ):
            depth, other = self._depth, None
            with suppress(FormulaError):
                other = self._atom()
            self._depth = depth
            if other is None or not (_same(named, other) and _is_of_time(other, named)):
                self._at = before

    def _in_brackets(self) -> Node:
        self._at += 1
        result = self._sum()
        if not self._rest() or self._rest()[0] not in ")]}":
            raise FormulaError("has a bracket that is not closed")
        self._at += 1
        return result

    def _summed(self) -> Array:
        """Read the terms of ``sum([a, b])``."""
        total = self._value(self._sum())
        while self._rest() == ",":
            self._at += 1
            total = total + self._value(self._sum())
        if not self._take(_SUM_ENDS):
            raise FormulaError("has a bracket that is not closed")
        return total

    def _arguments(self) -> tuple[Array, Array]:
        self._rest()
        self._at += 1
        first = self._value(self._sum())
        if self._rest()[:1] != ",":
            raise FormulaError("has a function of two values with one")
        self._at += 1
        second = self._value(self._sum())
        if self._rest()[:1] != ")":
            raise FormulaError("has a bracket that is not closed")
        self._at += 1
        return first, second

    def _written_out(self, function: str) -> Symbol | None:
        """Read a gate or the candidate by what is in the brackets: ``σ(W_f [h, x] + b_f)``."""
        end = _end_of_brackets(self._text, self._at) if self._rest()[:1] in ("(", "[") else 0
        quantity = quantity_of(function, self._text[self._at + 1 : end - 1]) if end else None
        if quantity is None:
            return None
        self._at = end
        return Symbol("c", True) if quantity == "c_tilde" else Symbol(quantity[0])

    def _function(self, name: str) -> Node:
        self._take(_OF)
        if self._operator():
            raise UnknownSymbolError(f"has {self._piece()} where a value belongs")
        self._take(_EMPTY_CALL)  # nn.Tanh()(C)
        if quantity := self._written_out(_OTHER_NAMES.get(name, name)):
            return quantity
        bracketed = self._rest()[:1] in ("(", "[")  # tanh(C).mul(o): the method is of what is given
        return self._applied(name, self._value(self._in_brackets() if bracketed else self._atom()))

    def _applied(self, name: str, argument: Array) -> Array:
        if not np.isfinite(argument).all():
            raise FormulaError("does not give finite numbers")
        return _FUNCTIONS[name](argument if argument.ndim else argument[None])

    def _accented(self) -> Symbol:
        inner = self._in_brackets() if self._rest()[:1] in ("{", "(") else self._symbol()
        if not isinstance(inner, Symbol):
            raise FormulaError("has a tilde over more than one symbol")
        return inner._replace(tilde=True)

    def _symbol(self) -> Symbol:
        found = symbol_at(self._text, self._at)
        if found is None:
            operator = self._operator()
            place = "where a value belongs" if operator or self._rest() in ")]}," else "in it"
            raise UnknownSymbolError(f"has {self._piece()} {place}")
        symbol, self._at = found
        return symbol

    def _value(self, node: Node) -> Array:
        """Return the numbers of what was read."""
        if not isinstance(node, Symbol):
            return node
        self._base.check_entry(node)
        steps = self._base.steps(node.time)
        tilde = node.tilde or (node.new and self._defines == "C_t" and not self._base.says_new)
        name = name_of(node._replace(tilde=tilde))
        if name == self._defines and self._base.says_new and not node.time and not node.new:
            steps = -1  # "C_new = f * C + ..."
        if tilde and node.letter != "c":
            raise UnknownSymbolError(f"has {node.letter} with a tilde in it")
        if steps == -1 and name in ("C_t", "h_t"):
            name = {"C_t": "c_prev", "h_t": "h_prev"}[name]
        elif steps:
            raise UnknownSymbolError(f"has {_at_step(name, steps)} in it")
        if name == self._defines and name not in self._values:
            raise FormulaError(f"has {name} on its own right side")
        if name not in self._values:
            raise UnknownSymbolError(f"has {_at_step(name, 0)} where a value belongs")
        self._symbols.add(name)
        return self._values[name]

    def _operator(self) -> str | None:
        match = self._match_operator()
        return _SAME.get(match.group(), match.group()) if match else None

    def _take_operator(self) -> None:
        match = self._match_operator()
        assert match is not None
        self._at = match.end()

    def _match_operator(self) -> re.Match[str] | None:
        self._rest()
        return self._match(_OPERATOR) or self._match(_SPOKEN)

    def _rest(self) -> str:
        """Go over what is empty, and return the sign that comes next, or nothing."""
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _piece(self) -> str:
        begin = self._at
        while begin and _IN_A_WORD.fullmatch(self._text, begin - 1, begin + 1):
            begin -= 1
        found = _PIECE.match(self._text, begin)
        return _quoted(found.group()[:20] if found else "?")

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self._text, self._at)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._rest()
        match = self._match(pattern)
        if match is not None:
            self._at = match.end()
        return match


def _end_of_brackets(text: str, begin: int) -> int:
    """Return the place behind the bracket that closes the one at `begin`, or 0."""
    depth = 0
    for at in range(begin, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at + 1
    return 0


def _joined(name: str, first: Array, second: Array) -> Array:
    """Return what NumPy's or PyTorch's function of two values called `name` gives."""
    if name == "add":
        return first + second
    return first - second if name.startswith("sub") else first * second


def _quoted(text: str) -> str:
    """Return a piece of a text between quotes, whatever signs are in it; a backslash stays one."""
    return repr(text).replace("\\\\", "\\")


def _at_step(name: str, steps: int) -> str:
    letter = {"c_tilde": "C~", "C_t": "C", "c_prev": "C"}.get(name, name[0])
    steps -= name.endswith("_prev")
    return f"{letter}_{{t{steps:+d}}}" if steps else f"{letter}_t"
